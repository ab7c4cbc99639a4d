"""stream.py PATH STOP_FILE: sends random bytes to an echo server over one connection until STOP_FILE exists.

Says how many bytes came back so far twice a second, and in the end whether they were those it had sent.
"""

import hashlib
import os
import random
import signal
import socket
import sys
import threading
import time

path, stop_file = sys.argv[1:]
sent, received = hashlib.sha256(), hashlib.sha256()
counts = {"sent": 0, "received": 0}


def connect():
    while True:
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(path)
            return connection
        except OSError as error:
            connection.close()
            print("not yet:", error)
            time.sleep(0.2)


def send():
    source = random.Random(20261123)
    while not os.path.exists(stop_file):
        chunk = source.randbytes(65536)
        connection.sendall(chunk)
        sent.update(chunk)
        counts["sent"] += len(chunk)
        time.sleep(0.005)  # some 12 MB/s: enough to be always in flight, and other tests need the processor too
    connection.shutdown(socket.SHUT_WR)


connection = connect()
print("connected")
threading.Thread(target=send, daemon=True).start()
spoken = time.monotonic()
try:
    while data := connection.recv(65536):
        received.update(data)
        counts["received"] += len(data)
        if time.monotonic() - spoken > 0.5:
            spoken = time.monotonic()
            print("received", counts["received"])
    equal = counts["sent"] == counts["received"] and sent.digest() == received.digest()
    print("finished", "equal" if equal else "DIFFERENT", counts["sent"], counts["received"])
except OSError as error:
    print("finished BROKEN", error, counts["sent"], counts["received"])
signal.pause()
