"""record_parts.py PATH: a server on SeqPacket that prints the size of each record, and at the end of its client's half the sum, which it sends."""

import os
import socket
import sys

path = sys.argv[1]
if os.path.exists(path):
    os.unlink(path)
server = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
server.bind(path)
server.listen(16)
while True:
    connection, _ = server.accept()
    with connection:
        sizes = []
        while record := connection.recv(1 << 20):
            sizes.append(len(record))
        connection.send(" ".join(map(str, sizes)).encode())
