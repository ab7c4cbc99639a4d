"""The bytes of a connection: determined by a seed, the connection's number and the direction, so that each can be checked."""

import random
import struct

TO_SERVER, TO_CLIENT = 0, 1

# What a client sends first, so that the server knows whom it has before it.
HELLO = struct.Struct(">IIQ")
_MAGIC = 0x50AC50AC

# A prime, so that no two directions of a run line up, and neither do a page and what follows it.
_PERIOD = 1_048_583

# The most that one call gives.
MOST_BYTES = 256 * 1024


class Pattern:
    """What all connections of a run are cut from."""

    def __init__(self, seed: int):
        block = random.Random(f"bytes of {seed}").randbytes(_PERIOD)
        self._bytes = block + block[:MOST_BYTES]
        self._view = memoryview(self._bytes)

    def begin(self, number: int, direction: int) -> int:
        """Where a direction of a connection begins."""
        return (number * 2 + direction) * 0x9E3779B97F4A7C15 % _PERIOD

    def to_send(self, begin: int, offset: int, count: int) -> memoryview:
        at = (begin + offset) % _PERIOD
        return self._view[at:at + min(count, MOST_BYTES)]

    def is_at(self, begin: int, offset: int, got: bytes) -> bool:
        at = (begin + offset) % _PERIOD
        return got == self._bytes[at:at + len(got)]


def hello(number: int) -> bytes:
    return HELLO.pack(_MAGIC, number >> 32 ^ number & 0xFFFFFFFF ^ _MAGIC, number)


def parse_hello(got: bytes) -> int | None:
    """The connection's number; None if these are other bytes than any client has sent."""
    number = HELLO.unpack(got)[2]
    return number if got == hello(number) else None
