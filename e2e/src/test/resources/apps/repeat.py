"""repeat.py PATH TEXT TIMES: sends a text to an echo server so many times, a connection each; says how many came back."""

import socket
import sys

path, text, times = sys.argv[1], sys.argv[2].encode(), int(sys.argv[3])
back = 0
for _ in range(times):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(30)
        connection.connect(path)
        connection.sendall(text)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while data := connection.recv(65536):
            answer += data
        back += answer == text
print(back)
