"""Measures datagrams through two proxies: see benchmarks/README.md. Python 3.11 and its standard library are enough."""

import argparse
import contextlib
import dataclasses
import json
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable

sys.dont_write_bytecode = True
sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "harness"))

import candidates  # noqa: E402
import machine  # noqa: E402
from process import Failed, Process, await_condition  # noqa: E402
from session import free_ports  # noqa: E402

LOADS = [(senders, size) for size in (100, 1024) for senders in (1, 16)]


@dataclasses.dataclass(frozen=True)
class Pair:
    """Two proxies between a Unix datagram socket and another.

    commands: takes where datagrams come from, where they go to, and a port; gives B's command line and A's
    reliable: whether it must not lose one
    """
    name: str
    title: str
    commands: Callable[[str, str, int], tuple[list[str], list[str]]]
    reliable: bool = False
    has_jit: bool = False


def _socat(near: str, far: str, port: int) -> tuple[list[str], list[str]]:
    # Over a stream it does not keep datagrams apart, so it has UDP, with as much room as the system allows.
    return (["socat", "-u", "-b", "65536", f"UDP4-RECV:{port},bind=127.0.0.1,rcvbuf=8388608", f"UNIX-SENDTO:{far}"],
            ["socat", "-u", "-b", "65536", f"UNIX-RECV:{near}", f"UDP4-SENDTO:127.0.0.1:{port},sndbuf=8388608"])


def _socketbridge(scheme: str) -> Callable[[str, str, int], tuple[list[str], list[str]]]:
    # The load's socket is there only while it runs.
    program = [str(candidates.ROOT / "bin" / "socketbridge"), "relay", "--threads", "1", "--when-unavailable", "wait"]
    return lambda near, far, port: (
        [*program, f"{scheme}:127.0.0.1:{port}", f"unix-dgram:{far}"],
        [*program, f"unix-dgram:{near}", f"{scheme}:127.0.0.1:{port}"])


PAIRS = [
    Pair("socat-udp", "socat, UDP", _socat),
    Pair("socketbridge-tcp", "SocketBridge, TCP", _socketbridge("tcp"), reliable=True, has_jit=True),
    Pair("socketbridge-udp", "SocketBridge, UDP", _socketbridge("udp"), has_jit=True),
]


def main() -> int:
    options = _options()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    machine.raise_descriptor_limit(4096)
    candidates.BUILT.mkdir(exist_ok=True)
    candidates.train_socketbridge()
    rounds, seconds, warm_up = (1, 1.0, 2.0) if options.quick else (10, 3.0, 10.0)
    described = {**machine.describe(), "busy_before": round(machine.busy_share(), 3)}
    figures: dict[str, dict[str, list[dict]]] = {}
    with tempfile.TemporaryDirectory(prefix="bench-") as name, contextlib.ExitStack() as stack:
        ports = free_ports()
        running = [Running(each, pathlib.Path(name), next(ports), stack) for each in [None, *PAIRS]]
        for number in range(rounds + 1):
            for each in running:
                for senders, size in LOADS:
                    length = warm_up if number == 0 and each.pair and each.pair.has_jit else seconds
                    told = each.turn(senders, size, length)
                    if number > 0:
                        figures.setdefault(each.title, {}).setdefault(f"{senders} x {size} B", []).append(told)
                    print(f"round {number}/{rounds}: {each.title}: {senders} x {size} B: {told}", file=sys.stderr)
    options.output.mkdir(parents=True, exist_ok=True)
    (options.output / "datagrams.json").write_text(
        json.dumps({"machine": described, "figures": figures}, indent=1, ensure_ascii=False) + "\n")
    table = _table(figures)
    (options.output / "datagrams.md").write_text(table + "\n")
    print(table)
    return 0


class Running:
    """Two proxies, or none, between the load's senders and its receiver."""

    def __init__(self, pair: Pair | None, directory: pathlib.Path, port: int, stack: contextlib.ExitStack):
        self.pair = pair
        self.title = pair.title if pair else "no proxy"
        self._far = str(directory / f"far-{port}")
        self._near = str(directory / f"near-{port}") if pair else self._far
        self._processes: list[Process] = []
        if pair is not None:
            for command in pair.commands(self._near, self._far, port):
                self._processes.append(stack.enter_context(
                    Process(command, directory / f"{pair.name}.log", candidates.socketbridge_environment())))
            await_condition(lambda: os.path.exists(self._near), self._processes[1], "makes no socket")

    def turn(self, senders: int, size: int, seconds: float) -> dict:
        """What one load came to."""
        before = sum(each.cpu_seconds() for each in self._processes)
        done = subprocess.run(
            [str(candidates.BUILT / "load"), "datagrams", self._far, self._near, str(senders), str(size), str(seconds)],
            capture_output=True, text=True, timeout=seconds + 120)
        if done.returncode != 0:
            raise Failed(f"{self.title}: {done.stderr.strip()}")
        told = json.loads(done.stdout)
        for each in self._processes:
            each.check_alive()
        cpu = sum(each.cpu_seconds() for each in self._processes) - before
        lost = told["sent"] - told["received"]
        if (self.pair is None or self.pair.reliable) and (lost or told["disordered"]):
            raise Failed(f"{self.title} lost {lost} datagrams of {told['sent']}, and {told['disordered']} came late")
        return {
            "per_second": round(told["received"] / told["seconds"]),
            "cpu_microseconds": round(cpu / max(1, told["received"]) * 1e6, 3),
            "lost": lost,
            "sent": told["sent"],
            "disordered": told["disordered"],
        }


def _table(figures: dict[str, dict[str, list[dict]]]) -> str:
    lines = ["| | " + " | ".join(f"{senders} × {size} B, messages/s; CPU µs each; lost" for senders, size in LOADS) + " |",
             "| --- |" + " --- |" * len(LOADS)]
    for title, loads in figures.items():
        cells = []
        for turns in loads.values():
            sent = sum(each["sent"] for each in turns)
            lost = sum(each["lost"] for each in turns)
            cells.append(f"{statistics.median(each['per_second'] for each in turns):,.0f};"
                         f" {statistics.median(each['cpu_microseconds'] for each in turns):.2f}; {100 * lost / sent:.2f} %")
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench-datagrams", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a minute, for a first impression")
    parser.add_argument("--output", type=pathlib.Path, default=candidates.ROOT / "benchmarks" / "results")
    return parser.parse_args()


try:
    sys.exit(main())
except Failed as e:
    sys.exit(f"bench-datagrams: {e}")
except KeyboardInterrupt:
    sys.exit("bench-datagrams: stopped; nothing was written")
