"""capture.py MARKER ADDRESS: watches a node's packets from and to ADDRESS; says when the first of a tunnel has come, and when one had MARKER in it."""

import socket
import sys

TUNNEL_PORT = 15820
marker = sys.argv[1].encode()
address = socket.inet_aton(sys.argv[2])
packets = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0003))
packets.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 24)
told = set()


def say(what):
    if what not in told:
        told.add(what)
        print(what)


say("watching")
while True:
    packet = packets.recv(1 << 16)
    if len(packet) < 40 or packet[0] >> 4 != 4 or packet[9] != socket.IPPROTO_TCP or address not in (packet[12:16], packet[16:20]):
        continue
    tcp = (packet[0] & 15) * 4
    if len(packet) >= tcp + 20:
        payload = packet[tcp + (packet[tcp + 12] >> 4) * 4:]
        ports = int.from_bytes(packet[tcp:tcp + 2], "big"), int.from_bytes(packet[tcp + 2:tcp + 4], "big")
        if payload and TUNNEL_PORT in ports:
            say("tunnel")
        if marker in payload:
            say("marker")
