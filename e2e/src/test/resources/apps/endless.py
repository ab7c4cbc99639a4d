"""endless.py PATH: a server whose answers have no end."""

import os
import socket
import sys
import threading


def serve(connection):
    with connection:
        try:
            while True:
                connection.sendall(b"x" * 65536)
        except OSError as error:
            print("left:", error)


path = sys.argv[1]
if os.path.exists(path):
    os.unlink(path)
listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
listener.listen(64)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
