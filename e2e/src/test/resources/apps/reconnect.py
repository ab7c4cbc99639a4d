"""reconnect.py PATH: asks a Redis server for its run id, over a new connection each time, for ever.

Writes a line whenever the answer or the kind of failure is another than before, with how often the one before came.
"""

import errno
import socket
import sys
import time

path = sys.argv[1]


def ask():
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(30)
        try:
            connection.connect(path)
        except OSError as error:
            return "connect " + errno.errorcode.get(error.errno, repr(error))
        try:
            connection.sendall(b"INFO server\r\n")
            answer = b""
            while b"\r\nrun_id:" not in answer or not answer.endswith(b"\r\n"):
                data = connection.recv(65536)
                if not data:
                    return "hung-up"
                answer += data
            return "ok " + answer.split(b"\r\nrun_id:")[1].split(b"\r\n")[0].decode()
        except OSError as error:
            return "talk " + errno.errorcode.get(error.errno, repr(error))


state, times = "started", 0
while True:
    now = ask()
    if now != state:
        print(f"after {times} x {state}: {now}")
        state, times = now, 0
    times += 1
    time.sleep(0.01)
