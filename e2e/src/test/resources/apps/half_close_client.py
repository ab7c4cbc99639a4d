"""half_close_client.py PATH C|S: talks to half_close_server.py; prints what it sent and what it got."""

import hashlib
import random
import socket
import sys

path, first_to_end = sys.argv[1:]
message = random.randbytes(8_000_000)


def read_to_end(connection):
    parts = []
    while data := connection.recv(65536):
        parts.append(data)
    return b"".join(parts)


with socket.socket(socket.AF_UNIX) as connection:
    connection.settimeout(60)
    connection.connect(path)
    connection.sendall(first_to_end.encode())
    if first_to_end == "C":
        connection.sendall(message)
        connection.shutdown(socket.SHUT_WR)
        answer = read_to_end(connection)
    else:
        answer = read_to_end(connection)
        connection.sendall(message)
        connection.shutdown(socket.SHUT_WR)
print("sent", hashlib.sha256(message).hexdigest())
print("answer", answer[:64].decode(), len(answer))
