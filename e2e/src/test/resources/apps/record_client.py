"""record_client.py PATH Datagram|SeqPacket|Raw COUNT MOST: sends COUNT records of 1 to MOST random bytes to record_echo.py, at most 32 ahead
of their answers, and prints how many came back the same and in order."""

import random
import socket
import sys

path, kind, count, most = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
types = {"Datagram": socket.SOCK_DGRAM, "SeqPacket": socket.SOCK_SEQPACKET, "Raw": socket.SOCK_RAW}
seed = random.randrange(1 << 32)
print("seed", seed)
chance = random.Random(seed)

with socket.socket(socket.AF_UNIX, types[kind]) as client:
    client.settimeout(60)
    if kind != "SeqPacket":
        client.bind("")  # to a name that the kernel chooses: answers go there
    client.connect(path)
    ahead = []
    same = 0
    for _ in range(count):
        record = chance.randbytes(chance.randint(1, most))
        client.send(record)
        ahead.append(record)
        if len(ahead) == 32:
            same += client.recv(1 << 20) == ahead.pop(0)
    for record in ahead:
        same += client.recv(1 << 20) == record
    if kind == "SeqPacket":
        client.shutdown(socket.SHUT_WR)
        print("end", client.recv(1) == b"")
print("same", same)
