"""One end of a connection: an account of what its script came to."""

import array
import errno
import fcntl
import socket
import termios
from collections.abc import Callable

import script
from ledger import Account, ReceivedEnd, SentEnd
from pattern import HELLO, MOST_BYTES, TO_CLIENT, TO_SERVER, Pattern, hello, parse_hello

# Calls of one end before others have a turn.
_TURNS = 16


class End:
    """Driven by events, each reported once: what may be read or written is tried until the kernel says that there is no more."""

    __slots__ = ("socket", "account", "wrong", "closed", "connection", "_pattern", "_schedule", "_script", "_is_client", "_out",
                 "_in", "_hello", "_readable", "_writable", "_sends_at", "_reads_at", "_resting_sends", "_resting_reads", "_rests")

    def __init__(self, opened: socket.socket, pattern: Pattern, schedule: Callable[["End", float, Callable[[], None]], None],
                 is_client: bool):
        """schedule: calls back after so many seconds, and lets the end have its turn then."""
        self.socket = opened
        self.account = Account()
        self.wrong = False
        self.closed = False
        self.connection = None
        self._pattern = pattern
        self._schedule = schedule
        self._script: script.EndScript | None = None
        self._is_client = is_client
        self._hello = b""
        self._readable = self._writable = True
        self._sends_at = self._reads_at = self._rests = 0
        self._resting_sends = self._resting_reads = False

    def begin(self, wanted: script.EndScript, number: int) -> None:
        """Takes its part in a connection; before that a server's end has only asked who is there."""
        self._script = wanted
        self._out = self._pattern.begin(number, TO_SERVER if self._is_client else TO_CLIENT)
        self._in = self._pattern.begin(number, TO_CLIENT if self._is_client else TO_SERVER)

    def send_hello(self, number: int) -> None:
        self.account.sent = self.socket.send(hello(number))

    def read_hello(self) -> int | None:
        """The number of the client, once it is there. An end or an error before that is noted in the account."""
        while self._readable and len(self._hello) < HELLO.size:
            got = self._receive(HELLO.size - len(self._hello))
            if not got:
                return None
            self._hello += got
            self.account.received += len(got)
        number = parse_hello(self._hello) if len(self._hello) == HELLO.size else None
        self.wrong |= len(self._hello) == HELLO.size and number is None
        return number

    def ready(self, readable: bool, writable: bool) -> None:
        self._readable |= readable
        self._writable |= writable

    @property
    def has_script(self) -> bool:
        return self._script is not None

    def pump(self) -> bool:
        """Does what can be done now; whether there is more to do at once."""
        for _ in range(_TURNS):
            moved = self._send_on()
            moved |= self._read_on()
            if self._is_done():
                if not self._script.aborts or self._has_unread():
                    self.close()
                return False
            if not moved:
                return False
        return True

    def ask(self) -> None:
        """What an app does at last that has only read, and waits: it writes, for only then can it be told that it was cut off."""
        if self.account.sent == 0 and self.account.received_end is ReceivedEnd.OPEN:
            try:
                self.socket.send(b"?")
            except OSError as e:
                self._sending_failed(e)

    def close(self) -> None:
        """Closes, whatever there is still to do, as the end of the process would."""
        account = self.account
        over = account.received_end is not ReceivedEnd.OPEN
        if account.sent_end is SentEnd.OPEN:
            # After an error the close ends what was cut already.
            account.sent_end = (SentEnd.FAILED if account.received_end is ReceivedEnd.ERROR else
                                SentEnd.ABORTED if not over and self._unread_bytes() else SentEnd.ENDED)
        if not over:
            account.received_end = ReceivedEnd.LEFT
        self.abandon()

    def abandon(self) -> None:
        """Closes an end that has come to no end of its own; its account stays as it is."""
        self.closed = True
        self.socket.close()

    def _is_done(self) -> bool:
        if self.account.received_end is ReceivedEnd.ERROR:
            return True
        reads_done = self.account.received_end is not ReceivedEnd.OPEN or self._reads_at == len(self._script.reads)
        if self.account.sent_end is SentEnd.FAILED:
            return self.account.received_end is not ReceivedEnd.OPEN
        return reads_done and self._sends_at == len(self._script.sends)

    def _send_on(self) -> bool:
        """One step's worth of sending; whether anything came of it."""
        account = self.account
        if self._sends_at == len(self._script.sends) or self._resting_sends or account.sent_end is SentEnd.FAILED:
            return False
        match self._script.sends[self._sends_at]:
            case script.Send(upto, piece):
                if account.sent >= upto:
                    self._sends_at += 1
                    return True
                return self._writable and self._send(min(piece, upto - account.sent))
            case script.AwaitReceived(count):
                if account.received >= count:
                    self._sends_at += 1
                elif account.received_end is ReceivedEnd.OPEN:
                    return False
                else:
                    # What it waits for will not come: it has nothing more to say.
                    self._sends_at = len(self._script.sends)
                return True
            case script.AwaitEnd():
                if account.received_end is ReceivedEnd.OPEN:
                    return False
                self._sends_at += 1
                return True
            case script.Rest(seconds):
                self._resting_sends = True
                self._schedule(self, seconds, self._rested_sends)
                return False
            case script.End():
                self._sends_at += 1
                try:
                    self.socket.shutdown(socket.SHUT_WR)
                    account.sent_end = SentEnd.ENDED
                except OSError as e:
                    self._sending_failed(e)
                return True
            case other:
                raise AssertionError(other)

    def _send(self, count: int) -> bool:
        try:
            self.account.sent += self.socket.send(self._pattern.to_send(self._out, self.account.sent, count))
        except BlockingIOError:
            self._writable = False
            return False
        except OSError as e:
            self._sending_failed(e)
        return True

    def _sending_failed(self, error: OSError) -> None:
        """What has come before is still read, to its end."""
        self.account.sent_end = SentEnd.FAILED
        self.account.told |= error.errno == errno.ECONNRESET
        self.account.error += f"write: {error.strerror}; "
        self._readable = True

    def _read_on(self) -> bool:
        account = self.account
        if account.received_end is not ReceivedEnd.OPEN or self._resting_reads:
            return False
        if account.sent_end is SentEnd.FAILED:
            return self._read(MOST_BYTES)
        if self._reads_at == len(self._script.reads):
            return False
        match self._script.reads[self._reads_at]:
            case script.Read(upto):
                if account.received >= upto:
                    self._reads_at += 1
                    return True
                return self._read(min(MOST_BYTES, upto - account.received))
            case script.ReadToEnd(piece, rest_seconds, rests):
                return self._read(piece, rest_seconds if self._rests < rests else 0)
            case script.Rest(seconds):
                self._resting_reads = True
                self._schedule(self, seconds, self._rested_reads)
                return False
            case other:
                raise AssertionError(other)

    def _read(self, count: int, rest_seconds: float = 0) -> bool:
        if not self._readable:
            return False
        got = self._receive(count)
        if got:
            self.wrong |= not self._pattern.is_at(self._in, self.account.received, got)
            self.account.received += len(got)
            if rest_seconds:
                self._rests += 1
                self._resting_reads = True
                self._schedule(self, rest_seconds, self._reads_again)
        return self._readable

    def _receive(self, count: int, flags: int = 0) -> bytes:
        """Empty if there is nothing now, or at the end, which is noted."""
        try:
            got = self.socket.recv(count, flags)
        except BlockingIOError:
            self._readable = False
            return b""
        except OSError as e:
            self.account.received_end = ReceivedEnd.ERROR
            self.account.told = True
            self.account.error += f"read: {e.strerror}; "
            return b""
        if not got:
            self.account.received_end = ReceivedEnd.END_OF_FILE
        return got

    def _has_unread(self) -> bool:
        """Whether a close would be an abort, or the input is at its end, so that it can no longer be one."""
        if self.account.received_end is ReceivedEnd.OPEN and self._receive(1, socket.MSG_PEEK) == b"":
            return self.account.received_end is not ReceivedEnd.OPEN
        return True

    def _unread_bytes(self) -> int:
        count = array.array("i", [0])
        fcntl.ioctl(self.socket, termios.FIONREAD, count)
        return count[0]

    def _rested_sends(self) -> None:
        self._resting_sends = False
        self._sends_at += 1

    def _rested_reads(self) -> None:
        self._resting_reads = False
        self._reads_at += 1

    def _reads_again(self) -> None:
        self._resting_reads = False
