"""record_half.py PATH SIZE...: sends a record of each size, ends its half, and prints what comes back then."""

import socket
import sys

with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as client:
    client.settimeout(60)
    client.connect(sys.argv[1])
    for size in sys.argv[2:]:
        client.send(bytes(int(size)))
    client.shutdown(socket.SHUT_WR)
    print(client.recv(65536).decode())
    print("end", client.recv(1) == b"")
