"""urgent_client.py PATH: sends bytes, one of them out of band, and prints what urgent_server.py says that it got."""

import socket
import sys

with socket.socket(socket.AF_UNIX) as connection:
    connection.settimeout(60)
    connection.connect(sys.argv[1])
    connection.sendall(b"before" * 1_000)
    connection.send(b"!", socket.MSG_OOB)
    connection.sendall(b"after" * 1_000)
    connection.shutdown(socket.SHUT_WR)
    print(connection.makefile().read())
