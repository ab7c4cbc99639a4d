"""last_question.py PATH: a client of echo.py that asks once more when it is told to end (SIGTERM).

It asks over the connection that it has and over a new one. Its exit status is 0 if both were answered.
"""

import signal
import socket
import sys
import time


def connected():
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(30)
    connection.connect(sys.argv[1])
    return connection


def ask(connection, question):
    connection.sendall(question)
    answer = connection.recv(65536)
    if answer != question:
        sys.exit(f"{question} was answered with {answer}")


signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
connection = connected()
ask(connection, b"are you there?")
print("connected")
signal.sigwait([signal.SIGTERM])
time.sleep(2)  # long enough for anybody else to end who was told at the same time
ask(connection, b"still there?")
ask(connected(), b"and for others?")
