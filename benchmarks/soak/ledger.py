"""Whether what both ends of a connection saw fits together: values in, values out."""

import dataclasses
import enum


class SentEnd(enum.Enum):
    """How an end's output came to its end."""
    OPEN = "open"
    ENDED = "ended"  # shut down, or closed with nothing unread: the other side is owed all bytes and an end of file
    ABORTED = "aborted"  # closed with something unread: the other side is owed an error
    FAILED = "failed"  # a write was refused
    KILLED = "killed"  # with its process; whether anything was unread is not known


class ReceivedEnd(enum.Enum):
    """How an end's input came to its end."""
    OPEN = "open"
    END_OF_FILE = "end of file"
    ERROR = "error"
    LEFT = "left"  # it closed before it had seen the end


@dataclasses.dataclass(slots=True)
class Account:
    """One end.

    sent: bytes that the kernel took; of a killed process at least so many
    received: bytes that came, each of which was the right one
    told: whether a write, or a read, was answered by ECONNRESET: the kernel says so once, and then only that there is an end
    """
    sent: int = 0
    sent_end: SentEnd = SentEnd.OPEN
    received: int = 0
    received_end: ReceivedEnd = ReceivedEnd.OPEN
    told: bool = False
    error: str = ""


class Fault(enum.Enum):
    """What must not be."""
    WRONG_BYTE = "a byte that is not the one sent"
    LOST_IN_SILENCE = "an end of file before all bytes had come"
    MORE_THAN_SENT = "more bytes than were sent"
    CUT_AS_END = "an end of file where the writer was cut off and had more to say"
    ABORT_AS_END = "all bytes, and then an end of file where the writer had aborted"
    ERROR_WITHOUT_CAUSE = "an error though nobody cut anything off"
    NEVER_ARRIVED = "a connection that the server never saw"
    STALLED = "no end in time"
    REFUSED = "a connect that was refused though all was well"
    BACKLOG_FULL = "EAGAIN from a non-blocking connect"


class Excuse(enum.Enum):
    """What is counted and is no fault."""
    UNSAYABLE = "a cut that looked like an end, or like nothing, to a reader that had never sent anything"


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    what: Fault | Excuse
    where: str


def judge(client: Account, server: Account | None, disturbed: bool) -> list[Finding]:
    """
    server: None if none ever came
    disturbed: whether something on the way was stopped or killed in the connection's time: then errors are to be expected, and
      a false end of file is as wrong as ever
    """
    if server is None:
        return _judge_alone(client, disturbed)
    return [*_judge_direction(client, server, "to the server", disturbed),
            *_judge_direction(server, client, "to the client", disturbed)]


def _judge_direction(writer: Account, reader: Account, where: str, disturbed: bool) -> list[Finding]:
    findings = []

    def find(what: Fault | Excuse) -> None:
        findings.append(Finding(what, where))

    if reader.received > writer.sent and writer.sent_end is not SentEnd.KILLED:
        find(Fault.MORE_THAN_SENT)
    if reader.received_end is ReceivedEnd.END_OF_FILE:
        if writer.sent_end in (SentEnd.ENDED, SentEnd.KILLED):
            if reader.received < writer.sent:
                find(Excuse.UNSAYABLE if disturbed and reader.sent == 0 else Fault.LOST_IN_SILENCE)
        elif reader.sent == 0:
            find(Excuse.UNSAYABLE)
        elif not reader.told:
            find(Fault.LOST_IN_SILENCE if reader.received < writer.sent else
                 Fault.ABORT_AS_END if writer.sent_end is SentEnd.ABORTED else Fault.CUT_AS_END)
    elif reader.received_end is ReceivedEnd.ERROR and not (disturbed or _cuts(writer)):
        find(Fault.ERROR_WITHOUT_CAUSE)
    if writer.sent_end is SentEnd.FAILED and not (disturbed or _cuts(reader)):
        find(Fault.ERROR_WITHOUT_CAUSE)
    if ReceivedEnd.OPEN is reader.received_end or SentEnd.OPEN is writer.sent_end:
        find(Excuse.UNSAYABLE if disturbed and writer.sent_end is SentEnd.KILLED and _has_ended_without_a_byte(reader) else Fault.STALLED)
    return findings


def _cuts(account: Account) -> bool:
    """Whether an end gives the other one a reason for an error: it went while there was, or could be, more to read."""
    return account.sent_end in (SentEnd.ABORTED, SentEnd.KILLED) or account.received_end is ReceivedEnd.LEFT


def _has_ended_without_a_byte(account: Account) -> bool:
    """Whether not even a write can tell it that it was cut off. Who asked all the same got an error."""
    return account.sent == 0 and account.sent_end in (SentEnd.ENDED, SentEnd.FAILED)


def _judge_alone(client: Account, disturbed: bool) -> list[Finding]:
    findings = []
    if client.received_end is ReceivedEnd.END_OF_FILE:
        if client.sent == 0:
            findings.append(Finding(Excuse.UNSAYABLE, "to the client"))
        elif not client.told:
            findings.append(Finding(Fault.CUT_AS_END, "to the client"))
    if client.received_end is ReceivedEnd.OPEN:
        unsayable = disturbed and _has_ended_without_a_byte(client)
        findings.append(Finding(Excuse.UNSAYABLE if unsayable else Fault.STALLED, "to the client"))
    if not disturbed and not _cuts(client):
        findings.append(Finding(Fault.NEVER_ARRIVED, "to the server"))
    return findings
