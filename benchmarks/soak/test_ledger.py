"""What is a fault, and what is none: python3 -m unittest discover benchmarks/soak."""

import unittest

from ledger import Account, Excuse, Fault, ReceivedEnd, SentEnd, judge


def account(sent=10, sent_end=SentEnd.ENDED, received=10, received_end=ReceivedEnd.END_OF_FILE, told=False) -> Account:
    return Account(sent, sent_end, received, received_end, told)


ABORTED = account(sent_end=SentEnd.ABORTED, received_end=ReceivedEnd.LEFT)
CUT = account(sent_end=SentEnd.FAILED, received_end=ReceivedEnd.ERROR, told=True)
TOLD = account(received_end=ReceivedEnd.ERROR, told=True)


class LedgerTest(unittest.TestCase):

    def assert_found(self, expected, client: Account, server: Account | None, disturbed: bool = False):
        self.assertEqual(expected, [each.what for each in judge(client, server, disturbed)])

    def test_two_ends_that_agree(self):
        self.assert_found([], account(), account())
        self.assert_found([], account(sent=3, received=0), account(sent=0, received=3))

    def test_an_end_before_all_bytes(self):
        self.assert_found([Fault.LOST_IN_SILENCE], account(), account(received=9))
        self.assert_found([Fault.LOST_IN_SILENCE], account(), account(received=9), disturbed=True)
        self.assert_found([Fault.LOST_IN_SILENCE], ABORTED, account(received=9))

    def test_more_bytes_than_there_were(self):
        self.assert_found([Fault.MORE_THAN_SENT], account(received=11), account())

    def test_an_abort_is_told(self):
        self.assert_found([], ABORTED, TOLD)
        self.assert_found([Fault.ABORT_AS_END], ABORTED, account())
        self.assert_found([], ABORTED, account(told=True))

    def test_an_abort_cannot_be_told_to_whom_has_sent_nothing(self):
        self.assert_found([Excuse.UNSAYABLE], account(sent_end=SentEnd.ABORTED, received=0, received_end=ReceivedEnd.LEFT),
                          account(sent=0))

    def test_nor_can_a_cut_but_where_nothing_was_cut_all_must_come(self):
        self.assert_found([Excuse.UNSAYABLE], account(received=0), account(sent=0, received=9), disturbed=True)
        self.assert_found([Fault.LOST_IN_SILENCE], account(received=0), account(sent=0, received=9))

    def test_a_cut_is_no_end(self):
        self.assert_found([], CUT, TOLD, disturbed=True)
        self.assert_found([Fault.CUT_AS_END], CUT, account(), disturbed=True)

    def test_an_error_has_a_cause(self):
        self.assert_found([Fault.ERROR_WITHOUT_CAUSE], account(), TOLD)
        self.assert_found([], account(), TOLD, disturbed=True)
        self.assert_found([], account(received_end=ReceivedEnd.LEFT), TOLD)

    def test_a_killed_client_has_sent_what_it_counted_and_maybe_more(self):
        killed = account(sent_end=SentEnd.KILLED, received=0, received_end=ReceivedEnd.LEFT)
        self.assert_found([], killed, account(received=12))
        self.assert_found([], killed, TOLD)
        self.assert_found([Fault.LOST_IN_SILENCE], killed, account(received=9))

    def test_what_never_ends(self):
        self.assert_found([Fault.STALLED, Fault.STALLED], account(received_end=ReceivedEnd.OPEN),
                          account(sent_end=SentEnd.OPEN, received_end=ReceivedEnd.OPEN, received=5))

    def test_who_has_ended_without_a_byte_cannot_be_told_of_a_killed_server(self):
        waits = account(sent=0, received=0, received_end=ReceivedEnd.OPEN)
        killed = Account(sent_end=SentEnd.KILLED, received_end=ReceivedEnd.LEFT)
        self.assert_found([Excuse.UNSAYABLE], waits, killed, disturbed=True)
        self.assert_found([Excuse.UNSAYABLE], waits, None, disturbed=True)
        self.assert_found([Fault.STALLED], waits, killed)
        self.assert_found([Fault.STALLED], account(received=0, received_end=ReceivedEnd.OPEN), killed, disturbed=True)

    def test_a_server_that_heard_nothing(self):
        self.assert_found([Fault.NEVER_ARRIVED], TOLD, None)
        self.assert_found([], TOLD, None, disturbed=True)
        self.assert_found([], ABORTED, None)
        self.assert_found([Fault.CUT_AS_END], account(), None, disturbed=True)


if __name__ == "__main__":
    unittest.main()
