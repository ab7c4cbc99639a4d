"""What the two ends of a connection do: chosen by a seed, as values. Counts of bytes are of the whole direction so far."""

import dataclasses
import random
from collections.abc import Callable

from pattern import HELLO, MOST_BYTES


@dataclasses.dataclass(frozen=True, slots=True)
class Send:
    """Sends until so many bytes were taken."""
    upto: int
    piece: int = MOST_BYTES


@dataclasses.dataclass(frozen=True, slots=True)
class Read:
    """Reads until so many bytes have come, or the end."""
    upto: int


@dataclasses.dataclass(frozen=True, slots=True)
class ReadToEnd:
    """Between two reads it may rest, but not for ever: `rests` times."""
    piece: int = MOST_BYTES
    rest_seconds: float = 0
    rests: int = 50


@dataclasses.dataclass(frozen=True, slots=True)
class Rest:
    seconds: float


@dataclasses.dataclass(frozen=True, slots=True)
class AwaitReceived:
    """Sends nothing before so many bytes have come."""
    count: int


@dataclasses.dataclass(frozen=True, slots=True)
class AwaitEnd:
    """Sends nothing before the other side has ended."""


@dataclasses.dataclass(frozen=True, slots=True)
class End:
    """Ends the output, and the input goes on."""


@dataclasses.dataclass(frozen=True, slots=True)
class EndScript:
    """One end: what it sends and what it reads go on side by side, and when both are done it closes.

    aborts: waits until there is something that it has not read, and then closes: on a Unix socket that is a reset
    """
    sends: tuple = ()
    reads: tuple = (ReadToEnd(),)
    aborts: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Script:
    kind: str
    client: EndScript
    server: EndScript
    greets: bool = True


class Chance(random.Random):
    """largest: what one side sends at most, or nearly, in bytes"""

    def __init__(self, seed: str, largest: int):
        super().__init__(seed)
        self.largest = largest


HELLO_BYTES = HELLO.size
# What the side that will have to be told of a reset sends early: a Unix socket cannot tell it otherwise.
_EARLY_BYTES = 8
# More than all buffers on the way hold, so that the writer comes to a stop.
_MORE_THAN_BUFFERED = 2 * 2**20


def choose(chance: Chance) -> Script:
    """One of all kinds."""
    make = chance.choices(_MAKERS, _WEIGHTS)[0]
    return make(chance)


def rounds(chance: Chance) -> Script:
    """Requests and answers, one at a time."""
    asks, answers = [], []
    asked, answered = HELLO_BYTES, 0
    for _ in range(chance.randint(1, 12)):
        asked += _size(chance, 8192)
        asks += [Send(asked)]
        answers += [AwaitReceived(asked)]
        answered += _size(chance, 8192)
        answers += [Send(answered)]
        asks += [AwaitReceived(answered)]
    return Script("rounds", EndScript((*asks, End())), EndScript((*answers, AwaitEnd(), End())))


def both_ways(chance: Chance) -> Script:
    """Streams in both directions at once, in pieces of any size, with readers of any speed."""
    def end(early: int) -> EndScript:
        return EndScript((Send(early + _size(chance), _piece(chance)), End()), (_reading(chance),))

    return Script("both-ways", end(HELLO_BYTES), end(_EARLY_BYTES))


def client_ends_first(chance: Chance) -> Script:
    return Script("client-ends-first", EndScript((Send(HELLO_BYTES + _size(chance)), End())),
                  EndScript((Send(_EARLY_BYTES), AwaitEnd(), Send(_EARLY_BYTES + _size(chance), _piece(chance)), End())))


def server_ends_first(chance: Chance) -> Script:
    return Script("server-ends-first",
                  EndScript((Send(HELLO_BYTES), AwaitEnd(), Send(HELLO_BYTES + _size(chance), _piece(chance)), End())),
                  EndScript((Send(_EARLY_BYTES + _size(chance)), End())))


def server_closes_first(chance: Chance) -> Script:
    """It has answered, and is gone before the client has said all."""
    asked, answered = HELLO_BYTES + _size(chance, 4096), _EARLY_BYTES + _size(chance)
    return Script("server-closes-first",
                  EndScript((Send(asked), AwaitReceived(_EARLY_BYTES), Send(asked + _size(chance, 65536)), End())),
                  EndScript((AwaitReceived(asked), Send(answered)), (Read(asked),)))


def client_closes_first(chance: Chance) -> Script:
    """It has asked, and does not wait for all of the answer."""
    asked = HELLO_BYTES + _size(chance)
    return Script("client-closes-first", EndScript((Send(asked),), (Read(_EARLY_BYTES),)),
                  EndScript((Send(_EARLY_BYTES), AwaitReceived(asked), Send(_EARLY_BYTES + _size(chance)), End())))


def client_aborts(chance: Chance) -> Script:
    sent = HELLO_BYTES + _size(chance)
    return Script("client-aborts", EndScript((Send(sent),), (Read(_EARLY_BYTES),), aborts=True),
                  EndScript((Send(_EARLY_BYTES), AwaitReceived(HELLO_BYTES), Send(2 * _EARLY_BYTES + _size(chance)), End()),
                            (_reading(chance),)))


def server_aborts(chance: Chance) -> Script:
    asked = HELLO_BYTES + _size(chance, 20_000)
    return Script("server-aborts",
                  EndScript((Send(asked), AwaitReceived(_EARLY_BYTES), Send(asked + _size(chance)), End()), (_reading(chance),)),
                  EndScript((AwaitReceived(asked), Send(_EARLY_BYTES + _size(chance))), (Read(asked),), aborts=True))


def stopped_reader(chance: Chance) -> Script:
    """One side, or both, reads nothing for a while, and the writers fill all that is between; then all of it comes."""
    first, second = chance.choice([(True, False), (False, True), (True, True)])

    def end(early: int, stops: bool, other_stops: bool) -> EndScript:
        reads = (Read(_EARLY_BYTES), Rest(chance.uniform(0.3, 2.0))) if stops else ()
        size = min(_MORE_THAN_BUFFERED, chance.largest) if other_stops else _size(chance)
        return EndScript((Send(early + size), End()), (*reads, ReadToEnd()))

    return Script("stopped-reader", end(HELLO_BYTES, first, second), end(_EARLY_BYTES, second, first))


def upload(chance: Chance) -> Script:
    return Script("upload", EndScript((Send(HELLO_BYTES + _size(chance), _piece(chance)), End())),
                  EndScript((AwaitEnd(), End()), (_reading(chance),)))


def download(chance: Chance) -> Script:
    return Script("download", EndScript((Send(HELLO_BYTES), End()), (_reading(chance),)),
                  EndScript((Send(_size(chance), _piece(chance)), End())))


def nothing_at_all(chance: Chance) -> Script:
    """Connects and goes, or ends its output first. The server, which knows no name, reads to the end."""
    return Script("zero-bytes", EndScript((), ()) if chance.random() < 0.5 else EndScript((End(),)), ANONYMOUS, greets=False)


def victim(chance: Chance) -> Script:
    """The client is another process, which is killed; see victim.py."""
    return Script("killed-client", EndScript(),
                  EndScript((Send(_EARLY_BYTES), Send(_EARLY_BYTES + _size(chance)), End()), (_reading(chance),)))


# Of a client that has not said who it is.
ANONYMOUS = EndScript((AwaitEnd(), End()))


def _size(chance: Chance, most: int = MOST_BYTES * 16) -> int:
    """As often of 1-10 bytes as of 10-100, of 100-1,000, ..."""
    return max(1, min(most, chance.largest, int(10 ** chance.uniform(0, 6.7))))


def _piece(chance: Chance) -> int:
    return chance.choice([512, 4096, 26 * 1024, 65536, MOST_BYTES, MOST_BYTES])


def _reading(chance: Chance) -> ReadToEnd:
    if chance.random() < 0.7:
        return ReadToEnd(chance.choice([16 * 1024, 65536, MOST_BYTES]))
    return ReadToEnd(65536, rest_seconds=chance.uniform(0.001, 0.02))


_KINDS: dict[Callable[[Chance], Script], float] = {
    rounds: 30, both_ways: 16, client_ends_first: 8, server_ends_first: 8, server_closes_first: 5, client_closes_first: 5,
    client_aborts: 7, server_aborts: 7, stopped_reader: 2, upload: 4, download: 4, nothing_at_all: 5,
}
_MAKERS, _WEIGHTS = list(_KINDS), list(_KINDS.values())
