"""download.py PATH: asks a server for something long, and reads it to its end, eight million bytes a second at most.

Says how it ended, and how much it was.
"""

import errno
import socket
import sys
import time

length = 0
ending = "end of file"
with socket.socket(socket.AF_UNIX) as connection:
    connection.connect(sys.argv[1])
    connection.sendall(b"please\n")
    try:
        while data := connection.recv(65536):
            if length == 0:
                print("reading")
            length += len(data)
            time.sleep(len(data) / 8_000_000)
    except OSError as error:
        ending = errno.errorcode.get(error.errno, repr(error))
print(ending, "after", length, "bytes")
