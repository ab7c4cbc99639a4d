"""One run: most of it with two sidecars that live on, to see whether they grow, and then with restarts of everything."""

import dataclasses
import os
import pathlib
import sys
import time
from collections.abc import Callable

import script
from ledger import ReceivedEnd
from load import Connection, Load
from sidecars import DRAIN_SECONDS, Sidecar
from victim import Victim
from watch import Descriptors, Trend, look_settled, trend

from candidates import Candidate, Tcp, Unix
from process import Failed

# For what takes a moment where the machine is ours, and may take long where it is not.
PATIENCE_SECONDS = 90

# Many times the period at which a sidecar looks at the server's socket.
STABLE_SECONDS = 2

# A loop keeps eight pipes for the next bulk transfers; see PipePool. Each sidecar has one loop.
KEPT_PIPE_ENDS = 16

# Under load the heap may still be on its way to what it may have, 32 MiB, before the collector finds that it need not.
GROWTH_UNDER_LOAD_MIB = 26.0

# Compiler threads come and go.
MORE_THREADS = 3


@dataclasses.dataclass(frozen=True)
class Settings:
    """
    seconds: of load, more or less; restarts and quiet moments come on top
    per_second: connections begun, at most
    largest: bytes that one side sends, at most or nearly
    growth_mib: how much a sidecar's memory, settled, may grow from the second quarter of the steady part to the last
    """
    seed: int
    seconds: float
    per_second: float
    largest: int
    growth_mib: float

    @property
    def steady_seconds(self) -> float:
        return self.seconds * 2 / 3

    @property
    def cycle_seconds(self) -> float:
        """From one quiet moment to the next."""
        return max(8.0, min(60.0, self.seconds / 12))

    @property
    def sample_seconds(self) -> float:
        return max(0.5, self.seconds / 600)


class Soak:
    """Runs it all; `violations` has a sentence for each thing that must not be and that the load's own accounts do not hold."""

    def __init__(self, settings: Settings, candidate: Candidate, directory: pathlib.Path, port: int):
        self.settings = settings
        self.violations: list[str] = []
        self.restarts: dict[str, int] = {}
        self._kept_sockets = candidate.kept_sockets
        self.trends: dict[str, Trend] = {}
        self.quiet_moments = 0
        self.load = Load(settings.seed, settings.largest, str(directory / "client.sock"), str(directory / "server.sock"))
        self.a = Sidecar("A", candidate, Unix(self.load.client_path), Tcp(port), directory)
        self.b = Sidecar("B", candidate, Tcp(port), Unix(self.load.server_path), directory)
        self.sidecars = [self.a, self.b]
        self._chance = script.Chance(f"soak of {settings.seed}", settings.largest)
        self._began_at = time.monotonic()
        self._loud = False
        self._loud_seconds = 0.0
        self.slowest_return_seconds = 0.0
        self._victims: list[Victim] = []
        self._other_descriptors: dict[str, int] = {}

    def run(self) -> None:
        try:
            self._start()
            self._sample()
            self._disturb()
            self._steady_part()
            self._restarting_part()
            self._stop()
        finally:
            for victim in self._victims:
                victim.kill()
            for sidecar in self.sidecars:
                sidecar.stop()

    @property
    def failed(self) -> bool:
        return bool(self.violations or self.load.faults)

    def elapsed(self) -> float:
        return time.monotonic() - self._began_at

    # The parts.

    def _start(self) -> None:
        self._say(f"seed {self.settings.seed}, {self.settings.seconds:.0f} s of load")
        self.load.begin_outage()
        self.load.listen()
        for sidecar in (self.b, self.a):
            sidecar.start()
        self._await(lambda: os.path.exists(self.load.client_path), "A does not listen")
        self._await_service()
        self.load.end_outage()
        for sidecar in self.sidecars:
            sidecar.now.watch.collect_garbage()
            sidecar.now.at_start = self._least_descriptors(sidecar)

    def _steady_part(self) -> None:
        while self._loud_seconds < self.settings.steady_seconds or self.quiet_moments < 4:
            self._be_loud(self.settings.cycle_seconds / 2)
            self._chance.choice([self._crash_server, self._replace_server])()
            self._be_loud(self.settings.cycle_seconds / 2)
            self._be_quiet()
            look_settled([sidecar.now.watch for sidecar in self.sidecars], self.load.run_for)
        for sidecar in self.sidecars:
            self._check_trend(sidecar)

    def _restarting_part(self) -> None:
        """In an order of its own, each kind of restart as often as any other."""
        every = [lambda: self._kill(self.a), lambda: self._kill(self.b), lambda: self._kill(self.a, self.b),
                 lambda: self._terminate(self.a), lambda: self._terminate(self.b), self._crash_server, self._replace_server]
        while True:
            for number, restart in enumerate(self._chance.sample(every, len(every))):
                self._be_loud(self._chance.uniform(0.5, self.settings.cycle_seconds / 4))
                restart()
                if number % 3 == 2:
                    self._be_loud(1)
                    self._be_quiet()
            self._be_quiet()
            if self._loud_seconds > self.settings.seconds - self.settings.cycle_seconds:
                return

    def _stop(self) -> None:
        for sidecar in self.sidecars:
            sidecar.terminate()
            self._await_end(sidecar)
        if os.path.exists(self.load.client_path):
            self.violations.append(f"{self.load.client_path} is still there after A has ended in order")

    # Load and quiet.

    def _be_loud(self, seconds: float) -> None:
        self._loud = True
        self.load.per_second = self.settings.per_second
        self.load.at_once = self.load.at_once or 16
        self._loud_seconds += seconds
        self.load.run_for(seconds)

    def _be_quiet(self) -> None:
        """Everything ends, all accounts are settled, and the sidecars give all descriptors back."""
        self._loud = False
        self.load.at_once = 0
        self.load.run_until(lambda: not self._victims, PATIENCE_SECONDS)
        self.load.settle(PATIENCE_SECONDS)
        settled_at = time.monotonic()
        for sidecar in self.sidecars:
            if not self.load.run_until(lambda: self._has_given_back(sidecar), PATIENCE_SECONDS):
                self.violations.append(
                    f"{sidecar.now.watch.name} has {sidecar.now.watch.descriptors()} with no connection open; at the start of the"
                    f" run it had {sidecar.generations[0].at_start}")
        self.slowest_return_seconds = max(self.slowest_return_seconds, time.monotonic() - settled_at)
        self.quiet_moments += 1
        self._progress()

    def _least_descriptors(self, sidecar: Sidecar) -> Descriptors:
        """Without those that are open for a moment, to look whether the server listens."""
        looks = []
        for _ in range(20):
            self.load.run_for(0.05)
            looks.append(sidecar.now.watch.descriptors())
        return min(looks, key=lambda each: each.all)

    def _has_given_back(self, sidecar: Sidecar) -> bool:
        """Sockets as at the start, when there was none but the listener's, and those that are kept ready; pipes as many as are kept; others as at the first quiet moment, when all is loaded."""
        start, now = sidecar.generations[0].at_start, sidecar.now.watch.descriptors()
        others = self._other_descriptors.setdefault(sidecar.name, now.others)
        return now.sockets <= start.sockets + self._kept_sockets and now.pipe_ends <= start.pipe_ends + KEPT_PIPE_ENDS and now.others <= others

    def _disturb(self) -> None:
        """Bursts, clients that are killed, and a number of connections that is never the same for long."""
        if self._loud:
            self.load.at_once = self._chance.choice([8, 32, 100, 200])
            what = self._chance.random()
            if what < 0.3:
                self.load.burst(self._chance.choice([100, 200, 400]))
            elif what < 0.8 and not self._victims:
                victim = Victim(self.load, self._chance.randint(1, 8))
                self._victims.append(victim)
                self.load.after(self._chance.uniform(0.1, 1.0), lambda: self._end_victim(victim))
        self.load.after(1.0, self._disturb)

    def _end_victim(self, victim: Victim) -> None:
        self._victims.remove(victim)
        victim.kill()
        self.load.counts["processes killed"] += 1

    def _sample(self) -> None:
        for sidecar in self.sidecars:
            if self._loud and sidecar.is_running():
                sidecar.now.watch.look()
        self.load.after(self.settings.sample_seconds, self._sample)

    def _check_trend(self, sidecar: Sidecar) -> None:
        watch = sidecar.now.watch
        self._check_growth(f"{watch.name}, settled", trend(watch.settled), self.settings.growth_mib)
        self._check_growth(f"{watch.name}, under load", trend(watch.samples), GROWTH_UNDER_LOAD_MIB)

    def _check_growth(self, name: str, found: Trend, allowed_mib: float) -> None:
        self.trends[name] = found
        if found.growth_mib > allowed_mib:
            self.violations.append(f"{name}: has grown by {found.growth_mib:.1f} MiB from the second to the last quarter of"
                                   f" {self.settings.steady_seconds:.0f} s of load; allowed are {allowed_mib:g}")
        if found.last_quarter_threads > found.second_quarter_threads + MORE_THREADS:
            self.violations.append(f"{name}: had {found.second_quarter_threads} threads and then {found.last_quarter_threads}")

    # Restarts.

    def _kill(self, *which: Sidecar) -> None:
        self._count(f"{' and '.join(each.name for each in which)} killed")
        self.load.begin_outage()
        for sidecar in which:
            sidecar.kill()
        for sidecar in reversed(which):
            sidecar.start()
        self._await_service()
        self.load.end_outage()

    def _terminate(self, sidecar: Sidecar) -> None:
        """What it has is let go on to its end; new connections are refused."""
        self._count(f"{sidecar.name} terminated")
        self.load.begin_outage(spare_established=True)
        sidecar.terminate()
        self._await_end(sidecar)
        sidecar.start()
        self._await_service()
        self.load.end_outage()

    def _await_end(self, sidecar: Sidecar) -> None:
        self._await(sidecar.has_ended, f"{sidecar.name} does not end", DRAIN_SECONDS + PATIENCE_SECONDS)
        status = sidecar.now.process.returncode
        if status != 0:
            self.violations.append(f"{sidecar.now.watch.name} ended with {status} after SIGTERM")

    def _crash_server(self) -> None:
        """It is back when its absence has been noticed, so that what is refused later is refused without a reason."""
        self._count("server killed")
        self.load.begin_outage()
        self.load.crash_server()
        self._await(lambda: not self._is_served(), "connections succeed without a server")
        self.load.listen()
        self._await_service()
        self.load.end_outage()

    def _replace_server(self) -> None:
        self._count("server replaced")
        self.load.begin_outage()
        self.load.listen()
        self._await_service()
        self.load.end_outage()

    def _await_service(self) -> None:
        """Until all of some seconds' connections come through: B looks now and then whether the server listens, and may be late."""
        came_back_at = None

        def is_stable() -> bool:
            nonlocal came_back_at
            came_back_at = (came_back_at or time.monotonic()) if self._is_served() else None
            self.load.run_for(0.05)
            return came_back_at is not None and time.monotonic() - came_back_at > STABLE_SECONDS

        self._await(is_stable, "the bridge does not come back")

    def _is_served(self) -> bool:
        """Whether a connection comes through, to be asked in an outage."""
        probe = self.load.connect(script.rounds(self._chance))
        if probe is None:
            self.load.run_for(0.02)
            return False
        self.load.run_until(lambda: probe.client.closed, PATIENCE_SECONDS)
        return _came_through(probe)

    def _await(self, condition: Callable[[], bool], otherwise: str, limit: float = PATIENCE_SECONDS) -> None:
        if not self.load.run_until(condition, limit):
            raise Failed(f"{otherwise}, after {limit:.0f} s; the logs' ends: "
                         + " / ".join(sidecar.log_end() for sidecar in self.sidecars))

    # Words.

    def _count(self, what: str) -> None:
        self.restarts[what] = self.restarts.get(what, 0) + 1

    def _progress(self) -> None:
        counts = self.load.counts
        sidecars = ", ".join(
            f"{each.now.watch.name} {each.now.watch.samples[-1].pss_kib / 1024:.1f} MiB {each.now.watch.descriptors().all} fds"
            for each in self.sidecars if each.now.watch.samples)
        self._say(f"{counts['connections']} connections, {counts['bytes'] / 1e9:.2f} GB, {sum(self.restarts.values())} restarts; "
                  f"{sidecars}; {sum(self.load.faults.values()) + len(self.violations)} violations")

    def _say(self, text: str) -> None:
        print(f"{self.elapsed():5.0f}s  {text}", file=sys.stderr, flush=True)


def _came_through(connection: Connection) -> bool:
    server = connection.server
    return (server is not None and connection.client.account.received_end is ReceivedEnd.END_OF_FILE
            and connection.client.account.received == server.account.sent)
