"""load.py PATH STOP_FILE LONG SECONDS: uses an echo server as a busy app does, until STOP_FILE exists.

So many long connections at a time, each of which lasts so many seconds (0: to the end) and is then begun anew; and besides one short
connection after the other. All that comes back is compared with what was sent. Says twice a second how many there were and how many of
them failed, and why each of those failed.
"""

import os
import random
import signal
import socket
import sys
import threading
import time

path, stop_file, long_connections, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
counts = {"short": 0, "short-failed": 0, "long": 0, "long-failed": 0, "bytes": 0}
lock = threading.Lock()
stopped = threading.Event()


def count(what, number=1):
    with lock:
        counts[what] += number


def read_exactly(connection, length):
    parts = []
    while length > 0:
        data = connection.recv(length)
        if not data:
            raise EOFError(f"the end, {length} bytes too early")
        parts.append(data)
        length -= len(data)
    return b"".join(parts)


def talk(connection, chunk):
    connection.sendall(chunk)
    if read_exactly(connection, len(chunk)) != chunk:
        raise ValueError("other bytes came back")
    count("bytes", len(chunk))


def end(connection):
    connection.shutdown(socket.SHUT_WR)
    if connection.recv(1):
        raise ValueError("more bytes came back than were sent")


def use(kind, conversation):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(30)
        try:
            connection.connect(path)
            conversation(connection)
            end(connection)
        except (OSError, EOFError, ValueError) as error:
            count(kind + "-failed")
            print(kind, "failed:", repr(error))
    count(kind)


def long_conversation(source):
    def conversation(connection):
        over = time.monotonic() + seconds
        while not stopped.is_set() and (seconds == 0 or time.monotonic() < over):
            talk(connection, source.randbytes(8192))
            time.sleep(0.02)

    return conversation


def use_long(seed):
    source = random.Random(seed)
    while not stopped.is_set():
        use("long", long_conversation(source))


def use_short():
    source = random.Random(0)
    while not stopped.is_set():
        use("short", lambda connection: talk(connection, source.randbytes(1000)))
        time.sleep(0.02)


threads = [threading.Thread(target=use_long, args=(seed,)) for seed in range(long_connections)]
threads.append(threading.Thread(target=use_short))
for thread in threads:
    thread.start()
while not os.path.exists(stop_file):
    print(*(f"{name} {number}" for name, number in counts.items()))
    time.sleep(0.5)
stopped.set()
for thread in threads:
    thread.join()
print("finished", *(f"{name} {number}" for name, number in counts.items()))
signal.pause()
