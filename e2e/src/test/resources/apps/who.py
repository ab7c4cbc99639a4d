"""who.py PATH: a server that expects a PROXY protocol header; it answers with the ids in it and with what came behind it."""

import os
import socket
import struct
import sys
import threading

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
ADDRESSES = {0x00: 0, 0x11: 12, 0x21: 36, 0x31: 216}


def read_exactly(connection, count):
    data = connection.recv(count, socket.MSG_WAITALL)
    if len(data) < count:
        raise EOFError(f"{data} and then nothing")
    return data


def read_ids(connection):
    signature, version, family, length = struct.unpack("!12sBBH", read_exactly(connection, 16))
    if (signature, version) != (SIGNATURE, 0x21):
        raise ValueError(f"no header of version 2: {signature}, {version}")
    rest = read_exactly(connection, length)[ADDRESSES[family]:]
    ids = {}
    while rest:
        kind, length = struct.unpack("!BH", rest[:3])
        ids[kind] = rest[3:3 + length]
        rest = rest[3 + length:]
    return [struct.unpack("!I", ids[kind])[0] for kind in (0xE0, 0xE1)]


def serve(connection):
    with connection:
        uid, gid = read_ids(connection)
        text = connection.makefile("rb").read()
        connection.sendall(f"uid {uid} gid {gid}: ".encode() + text)


path = sys.argv[1]
if os.path.exists(path):
    os.unlink(path)
listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
listener.listen(64)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
