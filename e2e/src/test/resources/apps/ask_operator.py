"""ask_operator.py HOST METHOD PATH TOKEN_FILE TYPE BODY_FILE ANSWER_FILE: one HTTPS request to the operator, whoever answers there.

TOKEN_FILE and BODY_FILE may be empty. Prints the status, and leaves in ANSWER_FILE what came behind it.
"""

import socket
import ssl
import sys
import time

host, method, path, token_file, kind, body_file, answer_file = sys.argv[1:]


def read(file):
    if not file:
        return b""
    with open(file, "rb") as content:
        return content.read()


def ask():
    body, token = read(body_file), read(token_file).strip()
    request = f"{method} {path} HTTP/1.1\r\nHost: operator\r\nConnection: close\r\nContent-Length: {len(body)}\r\n".encode()
    if body:
        request += f"Content-Type: {kind}\r\n".encode()
    if token:
        request += b"Authorization: Bearer " + token + b"\r\n"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with socket.create_connection((host, 443), 30) as connection, context.wrap_socket(connection) as wrapped:
        wrapped.sendall(request + b"\r\n" + body)
        with wrapped.makefile("rb") as answer:
            status = answer.readline().split()[1].decode()
            length = 0
            while (line := answer.readline().strip()):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            return status, answer.read(length)


status, answer = ask()
while status == "429":  # the pod has asked within the last second, its sidecar perhaps
    time.sleep(0.2)
    status, answer = ask()
with open(answer_file, "wb") as file:
    file.write(answer)
print(status)
