"""name.py PATH: a server that tells each client in which pod it is."""

import os
import socket
import sys

path = sys.argv[1]
if os.path.exists(path):
    os.unlink(path)
listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
listener.listen(1024)
while True:
    connection, _ = listener.accept()
    with connection:
        connection.sendall(socket.gethostname().encode())
