"""What is measured, in which unit, and what SocketBridge shall reach."""

import dataclasses
from collections.abc import Callable


@dataclasses.dataclass(frozen=True)
class Load:
    """A way to use the load generator: what it is asked, and the figures that come of one turn.

    arguments: from the seconds that a turn lasts
    values: from what the generator printed and the CPU seconds of both proxies
    """
    name: str
    arguments: Callable[[float], list[str]]
    values: Callable[[dict, float], dict[str, float]]


@dataclasses.dataclass(frozen=True)
class Metric:
    """A figure.

    title: for tables and charts, with the unit
    digits: after the decimal point
    more_is_better: or less is
    """
    name: str
    title: str
    digits: int
    more_is_better: bool


@dataclasses.dataclass(frozen=True)
class Target:
    """What SocketBridge's figure shall be: at least (where more is better) or at most `bound`.

    against: "peer" for a ratio to the best peer's figure, "floor" to the floor's, "" for the figure itself
    subject: whose figure it is
    """
    metric: str
    against: str
    bound: float
    subject: str = "socketbridge"


def _stream(connections: int) -> Load:
    name = f"stream-{connections}"
    return Load(
        name,
        lambda seconds: ["stream", str(connections), str(seconds)],
        lambda told, cpu: {
            f"{name}-mb-per-second": told["bytes"] / told["seconds"] / 1e6,
            f"{name}-cpu-seconds-per-gb": cpu / (told["bytes"] / 1e9),
        })


def _rounds(connections: int, message_bytes: int) -> Load:
    name = f"rounds-{connections}"
    return Load(
        name,
        lambda seconds: ["rounds", str(connections), str(message_bytes), str(seconds)],
        lambda told, cpu: {
            f"{name}-per-second": told["rounds"] / told["seconds"],
            f"{name}-cpu-microseconds": cpu / told["rounds"] * 1e6,
            f"{name}-p50-microseconds": told["p50_us"],
            f"{name}-p99-microseconds": told["p99_us"],
        })


def _connects(at_once: int) -> Load:
    return Load(
        "connects",
        lambda seconds: ["connects", str(at_once), str(seconds)],
        lambda told, cpu: {
            "connects-per-second": told["connections"] / told["seconds"],
            "connects-cpu-microseconds": cpu / told["connections"] * 1e6,
            "connects-p99-microseconds": told["p99_us"],
        })


LOADS = [_stream(1), _stream(16), _rounds(1, 64), _rounds(64, 1024), _connects(16)]

METRICS = [
    Metric("stream-1-mb-per-second", "1 stream, MB/s", 0, True),
    Metric("stream-1-cpu-seconds-per-gb", "1 stream, CPU s/GB", 3, False),
    Metric("stream-16-mb-per-second", "16 streams, MB/s", 0, True),
    Metric("stream-16-cpu-seconds-per-gb", "16 streams, CPU s/GB", 3, False),
    Metric("rounds-1-p50-microseconds", "round trip of 64 B, p50, µs", 1, False),
    Metric("rounds-1-p99-microseconds", "round trip of 64 B, p99, µs", 1, False),
    Metric("rounds-64-per-second", "64 × 1 KiB, rounds/s", 0, True),
    Metric("rounds-64-cpu-microseconds", "64 × 1 KiB, CPU µs/round", 2, False),
    Metric("rounds-64-p99-microseconds", "64 × 1 KiB, p99, µs", 0, False),
    Metric("connects-per-second", "connections/s", 0, True),
    Metric("connects-cpu-microseconds", "CPU µs/connection", 1, False),
    Metric("pss-idle-mib", "memory idle, MiB", 1, False),
    Metric("pss-busy-mib", "memory busy, MiB", 1, False),
    Metric("idle-connection-bytes", "memory, bytes/idle connection", 0, False),
    Metric("stopped-reader-bytes", "memory of A and B, bytes/stopped reader", 0, False),
    Metric("start-milliseconds", "start to listening, ms", 0, False),
]

TARGETS = [
    Target("stream-1-mb-per-second", "peer", 1.0),
    Target("stream-16-mb-per-second", "peer", 1.0),
    Target("stream-16-cpu-seconds-per-gb", "peer", 0.9),
    Target("stream-16-cpu-seconds-per-gb", "floor", 1.15),
    Target("rounds-64-per-second", "peer", 1.0),
    Target("rounds-64-cpu-microseconds", "peer", 1.0),
    Target("rounds-1-p50-microseconds", "peer", 1.0),
    Target("connects-per-second", "peer", 1.0),
    Target("pss-idle-mib", "", 60),
    Target("idle-connection-bytes", "", 2048),
    Target("start-milliseconds", "", 500),
]

# With mutual TLS. The peers shake hands for each connection; a warm pool has done so before.
ENCRYPTED_TARGETS = [
    Target("stream-1-mb-per-second", "peer", 1.2),
    Target("stream-16-mb-per-second", "peer", 1.2),
    Target("stream-1-cpu-seconds-per-gb", "peer", 0.75),
    Target("stream-16-cpu-seconds-per-gb", "peer", 0.75),
    Target("rounds-64-per-second", "peer", 1.1),
    Target("connects-per-second", "peer", 8.0),
    Target("connects-per-second", "peer", 1.0, "socketbridge-cold"),
    Target("rounds-1-p50-microseconds", "peer", 1.0),
    Target("pss-idle-mib", "", 70),
    Target("idle-connection-bytes", "", 16_384),
]


def metric(name: str) -> Metric:
    return next(each for each in METRICS if each.name == name)
