"""echo.py PATH: a server on a Unix socket that answers with what it is sent, to each client until that client's end."""

import os
import socket
import sys
import threading


def serve(connection):
    with connection:
        while data := connection.recv(65536):
            connection.sendall(data)


path = sys.argv[1]
if os.path.exists(path):
    os.unlink(path)
listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
listener.listen(1024)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
