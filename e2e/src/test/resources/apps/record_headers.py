"""record_headers.py PATH: sends records to record_echo.py with headers written by itself, and prints the headers that it reads in front of what
comes back: connection control, datastream type, sequence number."""

import socket
import struct
import sys

with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as client:
    client.settimeout(60)
    client.connect(sys.argv[1])
    for control, datastream, payload in ((0x10, 7, b"first"), (0x00, 200, b"part"), (0x10, 200, b"end")):
        client.send(struct.pack(">BBH", control, datastream, 9) + payload)
        record = client.recv(65536)
        print(*struct.unpack(">BBH", record[:4]), record[4:].decode())
