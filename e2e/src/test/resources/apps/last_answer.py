"""last_answer.py PATH: a server that answers when it is told to end (SIGTERM), each who asked with eight million bytes.

Then it ends.
"""

import os
import signal
import socket
import sys
import threading

ANSWER = b"x" * 8_000_000


def serve():
    while True:
        connection, _ = listener.accept()
        connection.recv(65536)
        asked.append(connection)
        print("asked")


path = sys.argv[1]
if os.path.exists(path):
    os.unlink(path)
listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
listener.listen(64)
asked = []
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
threading.Thread(target=serve, daemon=True).start()
signal.sigwait([signal.SIGTERM])
for connection in asked:
    connection.sendall(ANSWER)
    connection.close()
