"""What a sidecar's process takes, and whether that grows."""

import dataclasses
import os
import pathlib
import statistics
import subprocess
import time
from collections.abc import Callable


@dataclasses.dataclass(frozen=True)
class Sample:
    """seconds: since the process was first looked at"""
    seconds: float
    pss_kib: int
    descriptors: int
    threads: int


@dataclasses.dataclass(frozen=True)
class Descriptors:
    """Those that are open, by what they are."""
    sockets: int
    pipe_ends: int
    others: int

    @property
    def all(self) -> int:
        return self.sockets + self.pipe_ends + self.others


class Watch:
    """Of one process."""

    def __init__(self, name: str, pid: int):
        self.name = name
        self.pid = pid
        self.samples: list[Sample] = []  # under load
        self.settled: list[Sample] = []  # at quiet moments, without what is garbage
        self._began_at = time.monotonic()

    def look(self) -> None:
        """Notes what there is now; nothing of a process that has just ended."""
        self.samples += self.sample()

    def collect_garbage(self) -> None:
        """By the JDK's tool, for which the JVM has a socket open from then on."""
        subprocess.run(["jcmd", str(self.pid), "GC.run"], stdout=subprocess.DEVNULL, check=True, timeout=120)

    def sample(self) -> list[Sample]:
        root = pathlib.Path(f"/proc/{self.pid}")
        try:
            rollup = dict(line.split(":", 1) for line in (root / "smaps_rollup").read_text().splitlines()[1:])
            return [Sample(round(time.monotonic() - self._began_at, 1), int(rollup["Pss"].split()[0]),
                           len(os.listdir(root / "fd")), len(os.listdir(root / "task")))]
        except (OSError, KeyError):
            return []

    def descriptors(self) -> Descriptors:
        kinds = []
        for entry in os.scandir(f"/proc/{self.pid}/fd"):
            try:
                kinds.append(os.readlink(entry.path).split(":", 1)[0])
            except OSError:
                continue
        sockets, pipes = kinds.count("socket"), kinds.count("pipe")
        return Descriptors(sockets, pipes, len(kinds) - sockets - pipes)


def look_settled(watches: list[Watch], let_pass: Callable[[float], None]) -> None:
    """Has each JVM collect its garbage, and waits for it to give back what it had from malloc, which it does every five seconds."""
    for watch in watches:
        watch.collect_garbage()
    looks: dict[str, list[Sample]] = {watch.name: [] for watch in watches}
    for _ in range(7):
        let_pass(1.0)
        for watch in watches:
            looks[watch.name] += watch.sample()
    for watch in watches:
        watch.settled.append(min(looks[watch.name], key=lambda each: each.pss_kib))


@dataclasses.dataclass(frozen=True)
class Trend:
    """Medians of the set size, and the most threads, in the second and in the last quarter of a time.

    The first quarter is the warm-up: the JIT compiles, and the heap becomes as large as it must.
    """
    second_quarter_kib: float
    last_quarter_kib: float
    second_quarter_threads: int
    last_quarter_threads: int

    @property
    def growth_mib(self) -> float:
        return (self.last_quarter_kib - self.second_quarter_kib) / 1024


def trend(samples: list[Sample]) -> Trend:
    """Of samples in the order of time, at least four."""
    quarter = len(samples) // 4
    second, last = samples[quarter:2 * quarter], samples[-quarter:]
    return Trend(statistics.median(each.pss_kib for each in second), statistics.median(each.pss_kib for each in last),
                 max(each.threads for each in second), max(each.threads for each in last))
