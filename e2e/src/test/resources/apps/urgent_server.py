"""urgent_server.py PATH: the other end of urgent_client.py. Reads to the end, and answers with what came:

how many bytes before the urgent mark, the byte that was sent out of band, and how many bytes after it.
"""

import fcntl
import os
import select
import socket
import struct
import sys
import threading

SIOCATMARK = 0x8905


def at_mark(connection):
    return struct.unpack("i", fcntl.ioctl(connection, SIOCATMARK, bytes(4)))[0] == 1


def await_urgent(connection):
    poll = select.poll()
    poll.register(connection, select.POLLPRI)
    poll.poll()


def serve(connection):
    with connection:
        await_urgent(connection)  # else a read that waits would go past the mark
        before = 0
        while not at_mark(connection) and (data := connection.recv(65536)):
            before += len(data)
        urgent = connection.recv(1, socket.MSG_OOB)
        after = connection.makefile("rb").read()
        connection.sendall(f"{before} {urgent.decode()} {len(after)}".encode())


path = sys.argv[1]
if os.path.exists(path):
    os.unlink(path)
listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
listener.listen(64)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
