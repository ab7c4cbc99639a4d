"""One exchange through a Unix socket of each of the four types, for bin/demo-types.

    demo-types.py serve           answers on all of them with what it is sent
    demo-types.py ask NODE NODE   asks on all of them, and prints a table
"""

import os
import socket
import sys
import threading

TYPES = {
    "Stream": (socket.SOCK_STREAM, "bytes, each direction with its own end"),
    "SeqPacket": (socket.SOCK_SEQPACKET, "whole records over a connection"),
    "Datagram": (socket.SOCK_DGRAM, "messages, and answers to whom asked"),
    "Raw": (socket.SOCK_RAW, "the same to Linux; here in tunnels, without a privilege"),
}
RECORDS = [b"one", b"two", b"three"]


def answer(connection):
    with connection:
        while data := connection.recv(65536):
            connection.send(data)


def serve(name, kind):
    path = f"/run/{name.lower()}/echo.sock"
    if os.path.exists(path):
        os.unlink(path)
    server = socket.socket(socket.AF_UNIX, kind)
    server.bind(path)
    if kind in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET):
        server.listen(16)
        while True:
            threading.Thread(target=answer, args=(server.accept()[0],), daemon=True).start()
    while True:
        data, sender = server.recvfrom(65536)
        server.sendto(data, sender)


def ask(name, kind):
    with socket.socket(socket.AF_UNIX, kind) as client:
        client.settimeout(60)
        if kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
            client.bind("")  # to a name that the kernel chooses: answers go there
        client.connect(f"/sockets/{name.lower()}/echo.sock")
        for record in RECORDS:
            client.send(record)
        if kind == socket.SOCK_STREAM:
            client.shutdown(socket.SHUT_WR)
            parts = []
            while data := client.recv(65536):
                parts.append(data)
            back = [b"".join(parts)]
        else:
            back = [client.recv(65536) for _ in RECORDS]
    if b"".join(back) != b"".join(RECORDS):
        sys.exit(f"{name}: {back} came back for {RECORDS}")
    return " ".join(record.decode() for record in back)


if sys.argv[1] == "serve":
    threads = [threading.Thread(target=serve, args=(name, kind)) for name, (kind, _) in TYPES.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
else:
    sent = " ".join(record.decode() for record in RECORDS)
    print(f"{'type':10} {'sent on ' + sys.argv[2]:18} {'back from ' + sys.argv[3]:18} what it carries")
    for name, (kind, carries) in TYPES.items():
        print(f"{name:10} {sent:18} {ask(name, kind):18} {carries}")
