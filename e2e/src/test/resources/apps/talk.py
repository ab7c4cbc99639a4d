"""talk.py PATH: sends each line that it is given over one connection; says what comes back, and how the connection ended.

An empty line ends the connection, and the program.
"""

import errno
import os
import socket
import sys
import threading
import time


def listen():
    try:
        for line in connection.makefile():
            print("got", line, end="")
        ending = "end of file"
    except OSError as error:
        ending = errno.errorcode.get(error.errno, repr(error))
    print(ending, "after", round((time.monotonic() - began) * 1000), "ms")
    os._exit(0)


began = time.monotonic()
connection = socket.socket(socket.AF_UNIX)
connection.connect(sys.argv[1])
print("connected")
threading.Thread(target=listen, daemon=True).start()
for line in sys.stdin:
    if line == "\n":
        break
    connection.sendall(line.encode())
