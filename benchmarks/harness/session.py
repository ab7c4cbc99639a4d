"""One session: every candidate has its turn at every load, round after round, on one machine."""

import contextlib
import dataclasses
import json
import os
import pathlib
import random
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

from candidates import BUILT, Address, Candidate, Tcp, Unix, connection_limit
from metrics import LOADS, Load
from process import Failed, Process, await_condition, listens_on_tcp, listens_on_unix

# The app's socket without any proxy; it has the same turns as the candidates.
DIRECT = "direct"

# Beyond these the load generator may be what was measured.
GENERATOR_BUSY = 0.95
DIRECT_AT_LEAST = 1.3


@dataclasses.dataclass(frozen=True)
class Settings:
    """How long and how often.

    rounds: that count; one more comes before them, and does not
    turn_seconds: of one load on one candidate
    jit_warm_up_seconds: of each load, at least, before the rounds, for what has a JIT
    starts: of each candidate, for the time to listening
    settled: how many of the starts are followed by a look at the memory
    stopped_readers: how many there are at once
    pin: whether the client and its proxy have one core, the server and its proxy another
    """
    rounds: int
    turn_seconds: float
    jit_warm_up_seconds: float
    starts: int
    settled: int
    stopped_readers: int
    pin: bool


@dataclasses.dataclass(frozen=True)
class Turn:
    """What one load on one candidate came to.

    round: 0 for the warm-up
    values: by metric
    client_busy, server_busy: CPU time over wall time of the load generator's two processes
    proxies_busy: of both proxies together
    """
    round: int
    candidate: str
    load: str
    values: dict[str, float]
    client_busy: float
    server_busy: float
    proxies_busy: float


class Session:
    """Runs it all. What went wrong with a candidate is kept, and it has no more turns at that load."""

    def __init__(self, candidates: list[Candidate], loads: list[Load], settings: Settings,
                 directory: pathlib.Path, network: str):
        self.network = network
        self.candidates = candidates
        self.loads = loads
        self.settings = settings
        self.directory = directory
        self.turns: list[Turn] = []
        self.single: dict[str, dict[str, list[float]]] = {}  # metric -> candidate -> figures
        self.idle_connections: dict[str, int] = {}
        self.stopped_readers: dict[str, int] = {}
        self.failures: list[tuple[str, str, str]] = []  # candidate, what, why
        self._server_socket = str(directory / "server.sock")
        self._ports = free_ports()
        cores = sorted(os.sched_getaffinity(0))
        self._near, self._far = ({cores[0]}, {cores[-1]}) if settings.pin else (None, None)

    def run(self) -> None:
        with Process([str(BUILT / "load"), "server", self._server_socket], self.directory / "server.log",
                     cpus=self._far) as self._server:
            await_condition(lambda: listens_on_unix(self._server_socket), self._server, "does not listen")
            self._starts_and_idle_memory()
            if self.loads:
                self._speed()
            self._idle_connections()
            self._stopped_readers()

    def _starts_and_idle_memory(self) -> None:
        """Of the client's proxy alone: the other one is not needed to listen."""
        for number in range(self.settings.starts):
            for candidate in self.candidates:
                _say(f"start {number + 1}/{self.settings.starts}: {candidate.title}")
                if self._has_failed(candidate.name) or candidate.loads:
                    continue
                with self._guard(candidate, "all"):
                    local = Unix(str(self._new_directory(candidate) / "client.sock"))
                    with self._proxy(candidate, local, Tcp(next(self._ports)), self._near) as (proxy, millis):
                        self._note("start-milliseconds", candidate, millis)
                        if number < self.settings.settled:
                            time.sleep(_settling(candidate))
                            self._note("pss-idle-mib", candidate, proxy.pss_kib() / 1024)

    def _speed(self) -> None:
        with contextlib.ExitStack() as stack:
            pairs = {}
            for candidate in self.candidates:
                if self._has_failed(candidate.name):
                    continue
                with self._guard(candidate, "all"):
                    pairs[candidate.name] = stack.enter_context(self._pair(candidate))
            for number in range(self.settings.rounds + 1):
                for load in self.loads:
                    # Each begins in its turn, so that none always follows the same one.
                    order = [None, *self.candidates]
                    first = number % len(order)
                    for candidate in order[first:] + order[:first]:
                        if candidate is None or not candidate.loads or load.name in candidate.loads:
                            self._turn(number, load, candidate, pairs)
            for candidate in self.candidates:
                if candidate.name in pairs and not candidate.loads:
                    self._busy_memory(candidate, pairs[candidate.name])

    def _turn(self, number: int, load: Load, candidate: Candidate | None, pairs: dict[str, "Pair"]) -> None:
        name = candidate.name if candidate else DIRECT
        if self._has_failed(name, load.name):
            return
        # The warm-up checks each byte.
        warm_up = number == 0
        seconds = self.settings.turn_seconds
        if warm_up and candidate and candidate.has_jit:
            seconds = max(seconds, self.settings.jit_warm_up_seconds)
        arguments = load.arguments(seconds)
        if warm_up and arguments[0] == "stream":
            arguments = [*arguments, "every-byte"]
        _say(f"{'warm-up' if warm_up else f'round {number}/{self.settings.rounds}'}: {load.name}: {name}")
        with self._guard(candidate, load.name):
            proxies = pairs[name].processes if candidate else []
            path = pairs[name].socket if candidate else self._server_socket
            server_before = self._server.cpu_seconds()
            proxies_before = sum(each.cpu_seconds() for each in proxies)
            told = self._load([arguments[0], path, *arguments[1:]], seconds)
            proxies_cpu = sum(each.cpu_seconds() for each in proxies) - proxies_before
            server_cpu = self._server.cpu_seconds() - server_before
            for each in proxies:
                each.check_alive()
            self.turns.append(Turn(
                number, name, load.name, load.values(told, proxies_cpu), told["cpu_seconds"] / told["seconds"],
                server_cpu / told["seconds"], proxies_cpu / told["seconds"]))

    def _busy_memory(self, candidate: Candidate, pair: "Pair") -> None:
        """The most that the client's proxy takes while it moves 16 streams, and 64 connections' messages."""
        for arguments in (["stream", pair.socket, "16", "1.5"], ["rounds", pair.socket, "64", "1024", "1.5"]):
            with self._guard(candidate, "pss-busy-mib"):
                with subprocess.Popen([str(BUILT / "load"), *arguments], stdout=subprocess.DEVNULL,
                                      stderr=subprocess.PIPE, text=True) as client:
                    time.sleep(1.0)
                    self._note("pss-busy-mib", candidate, pair.processes[0].pss_kib() / 1024)
                    _, complaint = client.communicate(timeout=60)
                if client.returncode != 0:
                    raise Failed(complaint.strip())

    def _idle_connections(self) -> None:
        for candidate in self.candidates:
            if self._has_failed(candidate.name) or candidate.loads:
                continue
            count = min(candidate.idle_connections, connection_limit())
            _say(f"{count} idle connections: {candidate.title}")
            with self._guard(candidate, "idle-connection-bytes"), self._pair(candidate) as pair:
                grown = self._growth_while_held("idle", count, candidate, pair.socket, pair.processes[:1])
                self.idle_connections[candidate.name] = count
                self._note("idle-connection-bytes", candidate, grown)

    def _stopped_readers(self) -> None:
        """Each with a stream that has come to a stop. When the figure is taken they go on, and every byte is checked."""
        for candidate in self.candidates:
            if self._has_failed(candidate.name) or candidate.loads:
                continue
            count = min(candidate.idle_connections, self.settings.stopped_readers)
            _say(f"{count} stopped readers: {candidate.title}")
            with self._guard(candidate, "stopped-reader-bytes"), self._pair(candidate) as pair:
                grown = self._growth_while_held("stopped", count, candidate, pair.socket, pair.processes)
                self.stopped_readers[candidate.name] = count
                self._note("stopped-reader-bytes", candidate, grown)

    def _growth_while_held(self, mode: str, count: int, candidate: Candidate, path: str, processes: list[Process]) -> float:
        """By how many bytes a connection the set size of all these processes grows while the load generator holds so many."""
        time.sleep(_settling(candidate))
        before = sum(each.pss_kib() for each in processes)
        with subprocess.Popen([str(BUILT / "load"), mode, path, str(count)], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as client:
            try:
                if not client.stdout.readline():
                    raise Failed(client.stderr.read().strip())
                time.sleep(_settling(candidate))
                after = sum(each.pss_kib() for each in processes)
            finally:
                client.stdin.close()
            complaint = client.stderr.read().strip()
            if client.wait(timeout=130) != 0:
                raise Failed(complaint)
        self._server.check_alive()
        return max(0, after - before) * 1024 / count

    def _load(self, arguments: list[str], seconds: float) -> dict:
        done = subprocess.run(
            [str(BUILT / "load"), *arguments], capture_output=True, text=True, timeout=seconds + 60,
            preexec_fn=(lambda: os.sched_setaffinity(0, self._near)) if self._near else None)
        self._server.check_alive()
        if done.returncode != 0:
            raise Failed(done.stderr.strip() or f"load ended with {done.returncode}")
        return json.loads(done.stdout)

    @contextlib.contextmanager
    def _pair(self, candidate: Candidate) -> Iterator["Pair"]:
        """Unix socket -> A -> TCP -> B -> the server's socket."""
        directory = self._new_directory(candidate)
        local, network = Unix(str(directory / "client.sock")), Tcp(next(self._ports))
        with self._proxy(candidate, network, Unix(self._server_socket), self._far) as (far, _):
            with self._proxy(candidate, local, network, self._near) as (near, _):
                yield Pair(local.path, [near, far])

    @contextlib.contextmanager
    def _proxy(self, candidate: Candidate, listen: Address, connect: Address,
               cpus: set[int] | None) -> Iterator[tuple[Process, float]]:
        """One proxy, and how many milliseconds it took until it listened."""
        directory = self._new_directory(candidate)
        command = candidate.command(listen, connect, directory)
        with Process(command, directory / "log", candidate.environment, cpus) as process:
            listens = ((lambda: listens_on_unix(listen.path)) if isinstance(listen, Unix)
                       else lambda: listens_on_tcp(listen.port))
            yield process, await_condition(listens, process, "does not listen")

    def _new_directory(self, candidate: Candidate) -> pathlib.Path:
        number = 0
        while True:
            directory = self.directory / f"{candidate.name}-{number}"
            if not directory.exists():
                directory.mkdir()
                return directory
            number += 1

    @contextlib.contextmanager
    def _guard(self, candidate: Candidate | None, what: str) -> Iterator[None]:
        """Keeps a candidate's failure; the others go on."""
        try:
            yield
        except (Failed, subprocess.TimeoutExpired) as e:
            self.failures.append((candidate.name if candidate else DIRECT, what, str(e)))
            _say(f"FAILED: {self.failures[-1]}")

    def _has_failed(self, candidate: str, load: str = "all") -> bool:
        return any(name == candidate and what in (load, "all") for name, what, _ in self.failures)

    def _note(self, name: str, candidate: Candidate, value: float) -> None:
        self.single.setdefault(name, {}).setdefault(candidate.name, []).append(value)


@dataclasses.dataclass(frozen=True)
class Pair:
    """Two proxies at work: the client's socket, and the client's and the server's process."""
    socket: str
    processes: list[Process]


def _settling(candidate: Candidate) -> float:
    """How many seconds after its start or a load a candidate's memory is what it needs: a JVM trims it every five."""
    return 8.0 if candidate.has_jit else 1.0


def generator_bound(turns: list[Turn]) -> list[str]:
    """Where the load generator may be what limits, as sentences."""
    sentences = []
    for load in LOADS:
        counted = [turn for turn in turns if turn.load == load.name and turn.round > 0]
        for name in dict.fromkeys(turn.candidate for turn in counted if turn.candidate != DIRECT):
            own = [turn for turn in counted if turn.candidate == name]
            busiest = max(statistics.median(turn.client_busy for turn in own),
                          statistics.median(turn.server_busy for turn in own))
            if busiest >= GENERATOR_BUSY:
                sentences.append(f"{load.name}: a load generator's process was {busiest:.0%} busy with {name}")
            first = next(iter(own[0].values))
            direct = [turn.values[first] for turn in counted if turn.candidate == DIRECT]
            if direct and "per-second" in first:
                ratio = statistics.median(direct) / statistics.median(turn.values[first] for turn in own)
                if ratio < DIRECT_AT_LEAST:
                    sentences.append(f"{load.name}: {name} is within {ratio:.2f} times of the direct socket")
    return sentences


def free_ports() -> Iterator[int]:
    """A port for each use, below those that the kernel gives to clients: none waits for another's old connections.

    The first is chosen by chance, so that two that run at once do not take each other's between two uses.
    """
    first = random.randrange(21000, 31000)
    for port in range(first, 32000):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        yield port


def _say(text: str) -> None:
    print(f"{time.monotonic() - _STARTED:5.0f}s  {text}", file=sys.stderr, flush=True)


_STARTED = time.monotonic()
