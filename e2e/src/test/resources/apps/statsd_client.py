"""statsd_client.py PATH COUNT: counts to COUNT in the metric visits, one datagram for each."""

import socket
import sys

with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as client:
    client.settimeout(120)
    client.connect(sys.argv[1])
    for n in range(int(sys.argv[2])):
        client.send(b"visits:1|c")
    client.send(b"last:42|g")
print("sent")
