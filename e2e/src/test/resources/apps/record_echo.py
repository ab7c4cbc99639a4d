"""record_echo.py PATH Datagram|SeqPacket|Raw: a server that answers each record with the same one, until the client's end."""

import os
import socket
import sys
import threading

path, kind = sys.argv[1:]
types = {"Datagram": socket.SOCK_DGRAM, "SeqPacket": socket.SOCK_SEQPACKET, "Raw": socket.SOCK_RAW}


def serve(connection):
    with connection:
        while record := connection.recv(1 << 20):
            connection.send(record)


if os.path.exists(path):
    os.unlink(path)
server = socket.socket(socket.AF_UNIX, types[kind])
server.bind(path)
os.chmod(path, 0o666)  # for whoever the sidecar runs as
if kind == "SeqPacket":
    server.listen(1024)
    while True:
        threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
while True:
    record, sender = server.recvfrom(1 << 20)
    server.sendto(record, sender)
