"""The two sidecars: A, which the clients see, and B, which sees the server."""

import dataclasses
import os
import pathlib
import signal
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "harness"))

from candidates import Candidate, Tcp, Unix  # noqa: E402
from watch import Descriptors, Watch  # noqa: E402

# Longer than any connection of the load lives, and some machines are slow.
DRAIN_SECONDS = 120


@dataclasses.dataclass
class Generation:
    """One life of a sidecar.

    at_start: its descriptors when it had had one connection, and has none
    """
    watch: Watch
    process: subprocess.Popen
    at_start: Descriptors | None = None


class Sidecar:
    """One of the two: the same addresses in every life."""

    def __init__(self, name: str, candidate: Candidate, listen: Unix | Tcp, connect: Unix | Tcp, directory: pathlib.Path):
        self.name = name
        self.generations: list[Generation] = []
        self.log = directory / f"{name}.log"
        self._command = [*candidate.command(listen, connect, directory), "--drain-timeout", str(DRAIN_SECONDS)]
        self._environment = candidate.environment

    @property
    def now(self) -> Generation:
        return self.generations[-1]

    def start(self) -> None:
        with open(self.log, "ab") as log:
            process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                       env={**os.environ, **self._environment})
        self.generations.append(Generation(Watch(f"{self.name}{len(self.generations) + 1}", process.pid), process))

    def is_running(self) -> bool:
        return bool(self.generations) and self.now.process.poll() is None

    def kill(self) -> None:
        self.now.process.kill()
        self.now.process.wait()

    def terminate(self) -> None:
        """Asks it to drain and end; `has_ended` says when it did."""
        self.now.process.send_signal(signal.SIGTERM)

    def has_ended(self) -> bool:
        return self.now.process.poll() is not None

    def log_end(self) -> str:
        return " | ".join(self.log.read_text(errors="replace").splitlines()[-4:])

    def stop(self) -> None:
        if self.is_running():
            self.kill()
