"""ping.py PATH COUNT: sends ICMP echo requests through a Unix socket of the type SOCK_RAW, and prints how many were answered with the same data."""

import random
import socket
import struct
import sys

path, count = sys.argv[1], int(sys.argv[2])
ECHO_REQUEST, ECHO_REPLY = 8, 0
identifier = random.randrange(1 << 16)


def checksum(data):
    words = sum(struct.unpack(f">{len(data) // 2}H", data))
    while words >> 16:
        words = (words & 0xFFFF) + (words >> 16)
    return ~words & 0xFFFF


def request(sequence, data):
    unsummed = struct.pack(">BBHHH", ECHO_REQUEST, 0, 0, identifier, sequence) + data
    return struct.pack(">BBHHH", ECHO_REQUEST, 0, checksum(unsummed), identifier, sequence) + data


def answered(client, sequence, data):
    """Whatever else ICMP has for this host comes by too."""
    while True:
        reply = client.recv(65536)
        kind, _, _, whose, which = struct.unpack(">BBHHH", reply[:8])
        if (kind, whose, which) == (ECHO_REPLY, identifier, sequence):
            return reply[8:] == data


with socket.socket(socket.AF_UNIX, socket.SOCK_RAW) as client:
    client.settimeout(60)
    client.bind("")  # to a name that the kernel chooses: answers go there
    client.connect(path)
    same = 0
    for sequence in range(count):
        data = random.randbytes(56)
        client.send(request(sequence, data))
        same += answered(client, sequence, data)
print("answered", same)
