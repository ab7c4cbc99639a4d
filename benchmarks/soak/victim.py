"""Clients in a process of their own, which are killed in the middle of what they do."""

import argparse
import mmap
import pathlib
import random
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile

_COUNTER = struct.Struct("<Q")

# However this ends, it does not outlive the run.
_LIFE_SECONDS = 60


class Victim:
    """Some connections of a process that lives a moment."""

    def __init__(self, load, count: int):
        import script
        self._load = load
        self._connections = [load.expect(script.victim(load.chance)) for _ in range(count)]
        self._file = tempfile.NamedTemporaryFile(prefix="soak-victim-")
        self._file.truncate(count * _COUNTER.size)
        numbers = [str(connection.number) for connection in self._connections]
        self._process = subprocess.Popen([sys.executable, __file__, load.client_path, str(load.seed), self._file.name, *numbers],
                                         stdin=subprocess.DEVNULL)

    def kill(self) -> None:
        """Ends it at once, and tells the load what it had sent, at least."""
        self._process.kill()
        self._process.wait()
        counters = pathlib.Path(self._file.name).read_bytes()
        for index, connection in enumerate(self._connections):
            self._load.finish_killed(connection, _COUNTER.unpack_from(counters, index * _COUNTER.size)[0])
        self._file.close()


def _main() -> None:
    from pattern import MOST_BYTES, TO_SERVER, Pattern, hello

    parser = argparse.ArgumentParser()
    parser.add_argument("path")
    parser.add_argument("seed", type=int)
    parser.add_argument("counters")
    parser.add_argument("numbers", type=int, nargs="+")
    options = parser.parse_args()
    signal.alarm(_LIFE_SECONDS)
    pattern = Pattern(options.seed)
    chance = random.Random(f"victim {options.numbers[0]} of {options.seed}")
    with open(options.counters, "r+b") as file:
        counters = mmap.mmap(file.fileno(), 0)
    clients = {}
    poll = select.poll()
    for index, number in enumerate(options.numbers):
        client = socket.socket(socket.AF_UNIX)
        try:
            client.connect(options.path)
            client.setblocking(False)
            sent = client.send(hello(number))
        except OSError:
            continue
        _COUNTER.pack_into(counters, index * _COUNTER.size, sent)
        clients[client.fileno()] = [client, index, sent, pattern.begin(number, TO_SERVER), chance.random() < 0.5]
        poll.register(client, select.POLLIN | select.POLLOUT)
    while clients:
        for descriptor, events in poll.poll():
            client, index, sent, begin, reads = clients[descriptor]
            try:
                if events & select.POLLIN and reads:
                    client.recv(65536)
                if events & select.POLLOUT:
                    sent += client.send(pattern.to_send(begin, sent, chance.randint(1, MOST_BYTES)))
                    clients[descriptor][2] = sent
                    _COUNTER.pack_into(counters, index * _COUNTER.size, sent)
                    # Not all the time: some are killed while they wait.
                    if chance.random() < 0.05:
                        poll.modify(client, select.POLLIN if reads else 0)
                elif not reads:
                    # Told of the end, it would be told for ever.
                    poll.unregister(client)
            except BlockingIOError:
                pass
            except OSError:
                poll.unregister(client)
                del clients[descriptor]
    signal.pause()


if __name__ == "__main__":
    _main()
