"""The apps on both sides: clients that come and go, and the server, in one process, so that both ends' accounts can be compared."""

import collections
import dataclasses
import heapq
import itertools
import os
import select
import socket
import time
from collections.abc import Callable

import script
from end import End
from ledger import Account, Excuse, Fault, Finding, ReceivedEnd, SentEnd, judge
from pattern import Pattern

_BACKLOG = 4096
_EVENTS = select.EPOLLIN | select.EPOLLOUT | select.EPOLLRDHUP | select.EPOLLET
_READABLE = select.EPOLLIN | select.EPOLLRDHUP | select.EPOLLHUP | select.EPOLLERR
_WRITABLE = select.EPOLLOUT | select.EPOLLHUP | select.EPOLLERR

# After so long without anything new, who has only read asks whether anybody is there.
_SILENCE_SECONDS = 3

# How many faults of each kind are kept with all that is known of them.
_EVIDENCE = 10


@dataclasses.dataclass(slots=True)
class Connection:
    number: int
    script: script.Script
    disturbed: bool
    client: End | None = None
    client_account: Account | None = None
    server: End | None = None
    may_have_been_killed: bool = False  # with the server's process, before it said whose it was


class Load:
    """Owned by one thread; nothing happens but in one of its `run` methods."""

    def __init__(self, seed: int, largest: int, client_path: str, server_path: str):
        self.seed = seed
        self.chance = script.Chance(f"load of {seed}", largest)
        self.pattern = Pattern(seed)
        self.client_path = client_path
        self.server_path = server_path
        self.at_once = 0  # how many connections are kept open
        self.per_second = 0.0  # how many are begun, at most
        self.counts: collections.Counter[str] = collections.Counter()
        self.kinds: collections.Counter[str] = collections.Counter()
        self.faults: collections.Counter[str] = collections.Counter()
        self.evidence: list[dict] = []
        self.outages = 0  # under way
        self._numbers = itertools.count(1)
        self._ticket = itertools.count()
        self._connections: dict[int, Connection] = {}
        self._ends: dict[int, End] = {}  # by descriptor
        self._open_clients = 0
        self._anonymous = collections.Counter()
        self._again: collections.deque[End] = collections.deque()
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._epoll = select.epoll()
        self._listener: socket.socket | None = None
        self._allowance = 0.0
        self._allowed_at = time.monotonic()

    # What happens.

    def run_for(self, seconds: float) -> None:
        self.run_until(lambda: False, seconds)

    def run_until(self, condition: Callable[[], bool], limit: float) -> bool:
        """Whether the condition held in time."""
        deadline = time.monotonic() + limit
        while not condition():
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            self._turn(min(left, 0.02))
        return True

    def settle(self, limit: float) -> None:
        """Begins nothing new, waits for what is under way, and judges all of it. What has no end by then has stalled."""
        self.at_once = 0
        if not self.run_until(lambda: not self._ends, _SILENCE_SECONDS):
            for end in list(self._ends.values()):
                end.ask()
                self._drive(end)
            self.run_until(lambda: all(map(_cannot_be_told, self._ends.values())), limit)
        # What the server has not heard of may have been taken, and be on its way.
        self.run_until(lambda: self._anonymous_balance() <= 0 and not any(map(self._is_owed, self._connections.values())), limit)
        self.run_until(lambda: all(map(_cannot_be_told, self._ends.values())), limit)
        for connection in list(self._connections.values()):
            self._judge(connection)
        if self._anonymous_balance() > 0:
            self._fault(Finding(Fault.NEVER_ARRIVED, "to the server"), {"kind": "zero-bytes", "missing": self._anonymous_balance()})
        self._anonymous.clear()
        for end in list(self._ends.values()):
            self._forget(end)
            end.abandon()

    def after(self, seconds: float, what: Callable[[], None]) -> None:
        heapq.heappush(self._timers, (time.monotonic() + seconds, next(self._ticket), what))

    # The server.

    def listen(self) -> None:
        """Takes the server's path, from whoever had it, in one step."""
        listener = socket.socket(socket.AF_UNIX)
        listener.setblocking(False)
        temporary = f"{self.server_path}.new"
        listener.bind(temporary)
        listener.listen(_BACKLOG)
        os.rename(temporary, self.server_path)
        if self._listener is not None:
            # Who is in its backlog would be reset.
            self._accept_all()
        self.stop_listening(unlink=False)
        self._listener = listener
        self._epoll.register(listener, select.EPOLLIN)

    def stop_listening(self, unlink: bool = True) -> None:
        if self._listener is not None:
            self._epoll.unregister(self._listener)
            self._listener.close()
            self._listener = None
        if unlink:
            os.unlink(self.server_path)

    def crash_server(self) -> None:
        """What the kernel does when the server's process is killed."""
        self.stop_listening(unlink=False)
        ends = [end for end in self._ends.values() if end.connection is None or end.connection.server is end]
        if any(end.connection is None for end in ends):
            # Whose they were is not known: with nothing read yet, and nothing unread, what the kernel says of them is an end.
            for connection in self._connections.values():
                connection.may_have_been_killed |= connection.server is None
        for end in ends:
            self._forget(end)
            end.close() if end.has_script else end.abandon()

    # Outages: while one is under way, what is refused or cut is to be expected.

    def begin_outage(self, spare_established: bool = False) -> None:
        """spare_established: connections that the server knows are not cut, as what is stopped lets them go on."""
        self.outages += 1
        for connection in self._connections.values():
            if not (spare_established and connection.server is not None):
                connection.disturbed = True
        self._anonymous.clear()

    def end_outage(self) -> None:
        self.outages -= 1

    # Clients.

    def connect(self, wanted: script.Script) -> Connection | None:
        """Begins a connection; None if it was refused, which is a fault unless there is an outage."""
        client = socket.socket(socket.AF_UNIX)
        client.setblocking(False)
        try:
            client.connect(self.client_path)
        except OSError as e:
            client.close()
            self.counts["refused"] += 1
            if not self.outages:
                self._fault(Finding(Fault.BACKLOG_FULL if isinstance(e, BlockingIOError) else Fault.REFUSED, "to the server"),
                            {"kind": wanted.kind, "error": str(e)})
            return None
        connection = self.expect(wanted)
        connection.client = end = End(client, self.pattern, self._schedule, is_client=True)
        end.connection = connection
        end.begin(wanted.client, connection.number)
        self._open_clients += 1
        if wanted.greets:
            try:
                end.send_hello(connection.number)
            except OSError:
                end.account.sent_end = SentEnd.FAILED
        elif not self.outages:
            self._anonymous["begun"] += 1
        self._watch(end)
        return connection

    def expect(self, wanted: script.Script) -> Connection:
        """A connection that this process, or another, is about to make."""
        connection = Connection(next(self._numbers), wanted, disturbed=self.outages > 0)
        self._connections[connection.number] = connection
        self.kinds[wanted.kind] += 1
        return connection

    def finish_killed(self, connection: Connection, sent: int) -> None:
        """Notes what a client in another process had sent, at least, when it was killed."""
        connection.client_account = Account(sent=sent, sent_end=SentEnd.KILLED, received_end=ReceivedEnd.LEFT)
        self._judge_if_over(connection)

    def burst(self, count: int) -> None:
        """So many connects with nothing between them."""
        self.counts["bursts"] += 1
        for _ in range(count):
            self.connect(script.rounds(self.chance))

    @property
    def open_count(self) -> int:
        return len(self._ends)

    # The loop.

    def _turn(self, wait: float) -> None:
        now = time.monotonic()
        self._begin_new(now)
        while self._timers and self._timers[0][0] <= now:
            heapq.heappop(self._timers)[2]()
        if self._again:
            wait = 0
        elif self._timers:
            wait = min(wait, max(0.0, self._timers[0][0] - now))
        for descriptor, events in self._epoll.poll(wait, 512):
            end = self._ends.get(descriptor)
            if end is not None:
                end.ready(bool(events & _READABLE), bool(events & _WRITABLE))
                self._drive(end)
            elif self._listener is not None and descriptor == self._listener.fileno():
                self._accept()
        for _ in range(len(self._again)):
            self._drive(self._again.popleft())

    def _begin_new(self, now: float) -> None:
        self._allowance = min(50.0, self._allowance + (now - self._allowed_at) * self.per_second)
        self._allowed_at = now
        while self._open_clients < self.at_once and self._allowance >= 1:
            self._allowance -= 1
            if self.connect(script.choose(self.chance)) is None:
                break

    def _accept_all(self) -> None:
        while self._accept():
            pass

    def _accept(self) -> bool:
        """Takes some; whether there may be more."""
        for _ in range(64):
            try:
                accepted, _ = self._listener.accept()
            except BlockingIOError:
                return False
            accepted.setblocking(False)
            self._watch(End(accepted, self.pattern, self._schedule, is_client=False))
        return True

    def _schedule(self, end: End, seconds: float, what: Callable[[], None]) -> None:
        def turn() -> None:
            what()
            self._drive(end)

        self.after(seconds, turn)

    def _watch(self, end: End) -> None:
        self._ends[end.socket.fileno()] = end
        self._epoll.register(end.socket, _EVENTS)
        self._drive(end)

    def _drive(self, end: End) -> None:
        if end.closed:
            return
        descriptor = end.socket.fileno()
        if not end.has_script and not self._greet(end):
            return
        if end.pump():
            self._again.append(end)
        elif end.closed:
            del self._ends[descriptor]
            self._ended(end)

    def _greet(self, end: End) -> bool:
        """Finds out which connection a server's end belongs to; whether it can go on."""
        number = end.read_hello()
        account = end.account
        if number is not None:
            connection = self._connections.get(number)
            if connection is None or connection.server is not None:
                end.wrong = True
                end.begin(script.ANONYMOUS, number)
                return True
            connection.server = end
            end.connection = connection
            end.begin(connection.script.server, number)
            return True
        if account.received_end is ReceivedEnd.OPEN and not end.wrong:
            return False
        end.begin(script.ANONYMOUS, 0)
        return True

    def _forget(self, end: End) -> None:
        self._ends.pop(end.socket.fileno(), None)

    def _ended(self, end: End) -> None:
        self.counts["bytes"] += end.account.received
        connection = end.connection
        if connection is None:
            self._ended_anonymous(end)
            return
        if connection.client is end:
            self._open_clients -= 1
            if not connection.script.greets:
                self._judge_nameless(connection)
                return
        self._judge_if_over(connection)

    def _ended_anonymous(self, end: End) -> None:
        account = end.account
        if end.wrong:
            self._fault(Finding(Fault.WRONG_BYTE, "to the server"), {"kind": "hello", "account": str(account)})
        elif account.received_end is ReceivedEnd.END_OF_FILE and account.received > 0:
            self._fault(Finding(Fault.LOST_IN_SILENCE, "to the server"), {"kind": "hello", "account": str(account)})
        elif account.received == 0:
            self._anonymous["ended"] += 1

    def _anonymous_balance(self) -> int:
        """How many clients that said nothing the server has not seen, and should have."""
        return self._anonymous["begun"] - self._anonymous["ended"]

    def _judge_nameless(self, connection: Connection) -> None:
        """Of a client that said nothing only this can be said: it saw an end, and no bytes."""
        del self._connections[connection.number]
        account = connection.client.account
        if account.received_end is ReceivedEnd.ERROR and not connection.disturbed:
            self._fault(Finding(Fault.ERROR_WITHOUT_CAUSE, "to the client"), self._describe(connection))
        self.counts["connections"] += 1

    def _is_owed(self, connection: Connection) -> bool:
        """Whether the server should have heard of it."""
        return connection.server is None and connection.client is not None and any(
            finding.what is Fault.NEVER_ARRIVED for finding in judge(connection.client.account, None, connection.disturbed))

    def _judge_if_over(self, connection: Connection) -> None:
        client_is_over = connection.client.closed if connection.client else connection.client_account is not None
        if client_is_over and connection.server is not None and connection.server.closed:
            self._judge(connection)

    def _judge(self, connection: Connection) -> None:
        del self._connections[connection.number]
        self.counts["connections"] += 1
        client, server = connection.client, connection.server
        account = client.account if client else connection.client_account or Account()
        for end, where in ((server, "to the server"), (client, "to the client")):
            if end is not None and end.wrong:
                self._fault(Finding(Fault.WRONG_BYTE, where), self._describe(connection))
        if account.received_end is ReceivedEnd.ERROR or (server and server.account.received_end is ReceivedEnd.ERROR):
            self.counts["resets seen"] += 1
        killed = Account(sent_end=SentEnd.KILLED, received_end=ReceivedEnd.LEFT) if connection.may_have_been_killed else None
        for finding in judge(account, server.account if server else killed, connection.disturbed):
            if isinstance(finding.what, Excuse):
                self.counts[finding.what.value] += 1
            else:
                self._fault(finding, self._describe(connection))

    def _describe(self, connection: Connection) -> dict:
        client = connection.client.account if connection.client else connection.client_account
        return {"connection": connection.number, "kind": connection.script.kind, "disturbed": connection.disturbed,
                "client": str(client), "server": str(connection.server.account if connection.server else None),
                "script": str(connection.script)}

    def _fault(self, finding: Finding, detail: dict) -> None:
        self.faults[finding.what.value] += 1
        if self.faults[finding.what.value] <= _EVIDENCE:
            self.evidence.append({"fault": finding.what.value, "where": finding.where, **detail})


def _cannot_be_told(end: End) -> bool:
    """Whether it is a client that has ended without a byte, and was cut off then: it waits for as long as a sidecar keeps it waiting."""
    connection = end.connection
    return (connection is not None and connection.client is end and connection.disturbed and end.account.sent == 0
            and end.account.sent_end in (SentEnd.ENDED, SentEnd.FAILED))
