"""names.py PATH TIMES: connects so many times; prints which answers of name.py there were, each once."""

import socket
import sys

path, times = sys.argv[1], int(sys.argv[2])
names = set()
for _ in range(times):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(30)
        connection.connect(path)
        names.add(connection.makefile().read())
print("\n".join(sorted(names)))
