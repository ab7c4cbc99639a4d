"""Puts the records of each message together, and answers with the message in capitals.

    python3 server.py /tmp/server.sock
"""

import os
import socket
import struct
import sys

END_OF_MESSAGE = 0x10
HEADER = struct.Struct("!BBH")  # connection control, datastream type, sequence number
MOST_BYTES = 1 << 20


def serve(connection):
    message = b""
    while record := connection.recv(MOST_BYTES):
        control, datastream, sequence = HEADER.unpack_from(record)
        print(f"{sequence}: datastream {datastream}, control 0x{control:02x}: {record[HEADER.size:].decode()}", flush=True)
        message += record[HEADER.size:]
        if control & END_OF_MESSAGE:
            connection.send(HEADER.pack(control, datastream, 0) + message.upper())
            message = b""


def main(path):
    if os.path.exists(path):
        os.unlink(path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(path)
        listener.listen()
        while True:
            connection, _ = listener.accept()
            with connection:
                serve(connection)


if __name__ == "__main__":
    main(sys.argv[1])
