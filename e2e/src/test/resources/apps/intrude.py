"""intrude.py HOST PORT NAME [DIRECTORY]: tries to open a connection of a bridge; prints a line for each way that was tried.

With a DIRECTORY it shows the certificate that is there (chain.pem, key.pem).
"""

import socket
import ssl
import struct
import sys

host, port, name = sys.argv[1], int(sys.argv[2]), sys.argv[3]
SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
WHO = SIGNATURE + struct.pack("!BBH", 0x21, 0x31, 216) + bytes(216)
OPEN = b"\x01" + len(WHO).to_bytes(3, "big") + WHO
ANSWERS = {0x02: "accepted", 0x07: "reset"}


def attempt(what, enter):
    try:
        with socket.create_connection((host, port), 30) as connection:
            answer = enter(connection)
        print(what, answer)
    except OSError as error:  # an SSLError is one
        print(what, "refused" if isinstance(error, (ssl.SSLError, ConnectionError)) else repr(error))


def opened(connection):
    connection.sendall(OPEN)
    header = connection.recv(4)
    if not header:
        return "closed"
    answer = ANSWERS.get(header[0], f"frame {header[0]}")
    return answer if header[0] != 0x07 else f"{answer} {connection.recv(1)[0]}"


def cleartext(connection):
    connection.sendall(b"socketbridge/1 " + name.encode() + b"\n")
    return opened(connection)


def tls(version):
    def enter(connection):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.minimum_version = context.maximum_version = version
        context.set_alpn_protocols(["socketbridge/1"])
        if len(sys.argv) > 4:
            context.load_cert_chain(sys.argv[4] + "/chain.pem", sys.argv[4] + "/key.pem")
        with context.wrap_socket(connection, server_hostname=name) as wrapped:
            return opened(wrapped)

    return enter


attempt("cleartext", cleartext)
attempt("tls1.2", tls(ssl.TLSVersion.TLSv1_2))
attempt("tls1.3", tls(ssl.TLSVersion.TLSv1_3))
