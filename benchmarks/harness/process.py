"""Processes that are measured: started in a session of their own, so that what they fork is counted and ended with them."""

import contextlib
import os
import pathlib
import signal
import subprocess
import time

_TICKS = os.sysconf("SC_CLK_TCK")


class Failed(Exception):
    """Something did not do what a benchmark needs; the text is for a person."""


class Process:
    """A running program and its descendants."""

    def __init__(self, command: list[str], log: pathlib.Path, environment: dict[str, str] | None = None,
                 cpus: set[int] | None = None):
        self.command = command
        self.log = log
        self.started_at = time.monotonic()
        with open(log, "ab") as output:
            self._popen = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
                env={**os.environ, **(environment or {})},
                preexec_fn=(lambda: os.sched_setaffinity(0, cpus)) if cpus else None)

    def __enter__(self) -> "Process":
        return self

    def __exit__(self, *_) -> None:
        self.stop()

    def check_alive(self) -> None:
        code = self._popen.poll()
        if code is not None:
            raise Failed(f"{' '.join(self.command)} ended with {code}: {self.log_end()}")

    def log_end(self) -> str:
        return " / ".join(self.log.read_text(errors="replace").split("\n")[-6:]).strip(" /") or "it said nothing"

    def cpu_seconds(self) -> float:
        """User and system time, of descendants that have ended too."""
        total = 0
        for _, fields in self._members():
            total += sum(int(field) for field in fields[11:15])
        return total / _TICKS

    def pss_kib(self) -> int:
        """Proportional set size: what is shared with other processes is counted by its share. User space only."""
        total = 0
        for pid, _ in self._members():
            with contextlib.suppress(OSError):
                for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                    if line.startswith("Pss:"):
                        total += int(line.split()[1])
        return total

    def stop(self) -> None:
        """Ends all of it: asks, and after five seconds insists."""
        for number, patience in ((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)):
            for pid, _ in self._members():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
            deadline = time.monotonic() + patience
            while time.monotonic() < deadline:
                self._popen.poll()
                if not self._members():
                    self._popen.wait()
                    return
                time.sleep(0.01)
        raise Failed(f"{' '.join(self.command)} could not be ended")

    def _members(self) -> list[tuple[int, list[str]]]:
        """The processes of the session that live, each with the fields of its stat that follow the name."""
        members = []
        for entry in os.listdir("/proc"):
            if not entry.isdigit():
                continue
            with contextlib.suppress(OSError):
                with open(f"/proc/{entry}/stat") as stat:
                    fields = stat.read().rsplit(")", 1)[1].split()
                if int(fields[3]) == self._popen.pid and fields[0] != "Z":
                    members.append((int(entry), fields))
        return members


def listens_on_unix(path: str) -> bool:
    """Asks the kernel rather than connects, which the program would notice. Some bind to another name, and then rename."""
    if not os.path.exists(path):
        return False
    with open("/proc/net/unix") as table:
        for line in table:
            fields = line.split()
            if len(fields) == 8 and (fields[7] == path or fields[7].startswith(path + ".")) and int(fields[3], 16) & 0x10000:
                return True
    return False


def listens_on_tcp(port: int) -> bool:
    with open("/proc/net/tcp") as table:
        next(table)
        return any(fields[3] == "0A" and int(fields[1].split(":")[1], 16) == port for fields in map(str.split, table))


def await_condition(condition, process: Process, what: str, limit: float = 30.0) -> float:
    """Waits; how many milliseconds after the process's start the condition held."""
    deadline = time.monotonic() + limit
    while True:
        if condition():
            return (time.monotonic() - process.started_at) * 1000
        process.check_alive()
        if time.monotonic() > deadline:
            raise Failed(f"{' '.join(process.command)} {what} after {limit:.0f} s: {process.log_end()}")
        time.sleep(0.001)
