"""connect.py PATH: connects once; prints CONNECTED or the name of the error, and how many milliseconds it took."""

import errno
import socket
import sys
import time

began = time.monotonic()
try:
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(30)
    connection.connect(sys.argv[1])
    outcome = "CONNECTED"
except OSError as error:
    outcome = errno.errorcode.get(error.errno, repr(error))
print(outcome, round((time.monotonic() - began) * 1000))
