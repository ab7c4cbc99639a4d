"""One end of a bridge as a program has it: `records.py server|client TYPE FRAMING PATH [SEED]`.

The client sends records of random sizes, at most a few at a time, and checks that each comes back whole and in order; the server sends
back what it gets. TYPE is the socket's: Stream, Datagram, SeqPacket or Raw; FRAMING is what a Stream speaks.
"""
import random
import socket
import struct
import sys
import threading

RECORDS = 300
WINDOW = 4
LONGEST = 100_000
DEADLINE_SECONDS = 50


class Records:
    """A socket that keeps records apart by itself."""

    def __init__(self, connected):
        self.socket = connected
        self.peer = None

    def send(self, record):
        if self.peer is not None:
            self.socket.sendto(record, self.peer)
        else:
            self.socket.send(record)

    def receive(self):
        record, sender = self.socket.recvfrom(1 << 20)
        if sender:
            self.peer = sender
        return record

    def end(self):
        self.socket.shutdown(socket.SHUT_WR)

    def close(self):
        self.socket.close()


class Framed:
    """A stream in which something tells records apart."""

    def __init__(self, connected, framing):
        self.socket = connected
        self.framing = framing
        self.input = connected.makefile("rb")

    def send(self, record):
        if self.framing == "LengthPrefix":
            self.socket.sendall(struct.pack(">I", len(record)) + record)
        else:
            self.socket.sendall(record + b"\n")

    def receive(self):
        if self.framing == "Newline":
            line = self.input.readline()
            return line[:-1] if line else None
        prefix = self.input.read(4)
        if not prefix:
            return None
        (length,) = struct.unpack(">I", prefix)
        return self.input.read(length)

    def end(self):
        self.socket.shutdown(socket.SHUT_WR)

    def close(self):
        self.input.close()
        self.socket.close()


def kind(name):
    return {"Stream": socket.SOCK_STREAM, "Datagram": socket.SOCK_DGRAM, "SeqPacket": socket.SOCK_SEQPACKET,
            "Raw": socket.SOCK_RAW}[name]


def serve(name, framing, path):
    bound = socket.socket(socket.AF_UNIX, kind(name))
    bound.settimeout(DEADLINE_SECONDS)
    bound.bind(path)
    if name in ("Datagram", "Raw"):
        print("listening", flush=True)
        app = Records(bound)
        while True:
            app.send(app.receive())
    bound.listen(10)
    print("listening", flush=True)
    while True:
        connected, _ = bound.accept()
        connected.settimeout(DEADLINE_SECONDS)
        app = Framed(connected, framing) if name == "Stream" else Records(connected)
        while record := app.receive():
            app.send(record)
        app.close()


def records(framing, seed):
    made = random.Random(seed)
    for _ in range(RECORDS):
        size = made.choice((1, made.randrange(1, 100), made.randrange(1, 5_000), made.randrange(1, LONGEST)))
        record = made.randbytes(size)
        yield record.replace(b"\n", b" ") if framing == "Newline" else record


def ask(name, framing, path, seed):
    connected = socket.socket(socket.AF_UNIX, kind(name))
    connected.settimeout(DEADLINE_SECONDS)
    if name in ("Datagram", "Raw"):
        connected.bind(path + ".reply")
    connected.connect(path)
    app = Framed(connected, framing) if name == "Stream" else Records(connected)
    expected = list(records(framing, seed))
    free = threading.Semaphore(WINDOW)

    def send():
        for record in expected:
            free.acquire()
            app.send(record)

    sender = threading.Thread(target=send, daemon=True)
    sender.start()
    for number, record in enumerate(expected):
        answer = app.receive()
        if answer != record:
            sys.exit(f"record {number} of {len(record)} bytes came back as {answer if answer is None else len(answer)}")
        free.release()
    sender.join()
    if name in ("Stream", "SeqPacket"):
        app.end()
        rest = connected.recv(1)
        if rest:
            sys.exit("something came after the last answer: %r" % rest)
    print(f"{len(expected)} records of up to {max(map(len, expected))} bytes came back", flush=True)


if __name__ == "__main__":
    role, socket_type, spoken, at, *numbers = sys.argv[1:]
    if role == "server":
        serve(socket_type, spoken, at)
    else:
        ask(socket_type, spoken, at, int(numbers[0]))
