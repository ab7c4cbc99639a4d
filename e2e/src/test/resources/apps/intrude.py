"""intrude.py HOST PORT NAME: tries to get into a tunnel without a certificate; prints a line for each way that was tried."""

import socket
import ssl
import sys

host, port, name = sys.argv[1], int(sys.argv[2]), sys.argv[3]


def attempt(what, enter):
    try:
        with socket.create_connection((host, port), 30) as connection:
            answer = enter(connection)
        print(what, "answered" if answer else "closed")
    except OSError as error:  # an SSLError is one
        print(what, "refused" if isinstance(error, (ssl.SSLError, ConnectionError)) else repr(error))


def cleartext(connection):
    connection.sendall(b"socketbridge/1 " + name.encode() + b"\n" + bytes([6, 0, 0, 0]))
    return connection.recv(1)


def tls(version):
    def enter(connection):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.minimum_version = context.maximum_version = version
        context.set_alpn_protocols(["socketbridge/1"])
        with context.wrap_socket(connection, server_hostname=name) as wrapped:
            wrapped.sendall(bytes([9, 0, 0, 8]) + bytes(8))  # a PING
            return wrapped.recv(1)

    return enter


attempt("cleartext", cleartext)
attempt("tls1.2", tls(ssl.TLSVersion.TLSv1_2))
attempt("tls1.3", tls(ssl.TLSVersion.TLSv1_3))
