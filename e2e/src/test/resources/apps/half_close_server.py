"""half_close_server.py PATH: the other end of half_close_client.py. A client's first byte says which of them ends first.

C: the client. What it sent is answered, after its end, with the SHA-256 of it and eight million bytes more.
S: the server. It sends eight million bytes and its end, and then prints the SHA-256 of what the client goes on to send.
"""

import hashlib
import os
import socket
import sys
import threading

ANSWER = b"x" * 8_000_000


def digest_to_end(connection):
    digest = hashlib.sha256()
    while data := connection.recv(65536):
        digest.update(data)
    return digest.hexdigest()


def serve(connection):
    with connection:
        if connection.recv(1) == b"C":
            connection.sendall(digest_to_end(connection).encode() + ANSWER)
        else:
            connection.sendall(ANSWER)
            connection.shutdown(socket.SHUT_WR)
            print("received", digest_to_end(connection))


path = sys.argv[1]
if os.path.exists(path):
    os.unlink(path)
listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
listener.listen(64)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
