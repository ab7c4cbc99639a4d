"""patient_echo.py PATH: an echo server that, told to end (SIGTERM), serves on until nobody has come for a second and all have gone."""

import os
import signal
import socket
import sys
import threading
import time

state = {"open": 0, "last": 0.0}
lock = threading.Lock()


def serve(connection):
    try:
        with connection:
            while data := connection.recv(65536):
                connection.sendall(data)
    finally:
        with lock:
            state["open"] -= 1


def accept():
    while True:
        connection, _ = listener.accept()
        with lock:
            state["open"] += 1
            state["last"] = time.monotonic()
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


def is_used():
    with lock:
        return state["open"] > 0 or time.monotonic() - state["last"] < 1


path = sys.argv[1]
if os.path.exists(path):
    os.unlink(path)
listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
listener.listen(1024)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
threading.Thread(target=accept, daemon=True).start()
signal.sigwait([signal.SIGTERM])
print("told to end")
while is_used():
    time.sleep(0.02)
