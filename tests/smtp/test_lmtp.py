"""LMTP: a final reply for each recipient (RFC 2033)."""

import pytest

from tests.smtp.conftest import Play
from tests.smtp.play import mail
from tests.smtp.scripts import MESSAGE, QUIT
from tuimail.smtp import (
    Accepted,
    FailureKind,
    Protocol,
    Refused,
    Session,
    Stage,
    Unanswered,
    Unknown,
)

LMTP = Session("client.example", protocol=Protocol.LMTP)
THREE = mail("b@example.net", "c@example.net", "d@example.net")
HELLO = """
    S: 220 store.example.net LMTP
    C: LHLO client.example
"""
SAID = f"""
    {HELLO}
    S: 250-store.example.net
    S: 250 PIPELINING
    C: MAIL FROM:<a@example.com>
    C: RCPT TO:<b@example.net>
    C: RCPT TO:<c@example.net>
    C: RCPT TO:<d@example.net>
    C: DATA
    S: 250 ok
    S: 250 ok
    S: 550 no such user
    S: 250 ok
    S: 354 go ahead
    {MESSAGE}
"""


def test_a_final_reply_for_each_accepted_recipient(play: Play) -> None:
    """Rule R35: one for each who was not refused, in their order."""
    played = play(f"{SAID}\n S: 250 b has it\n S: 452 d is full\n {QUIT}", THREE, session=LMTP)
    assert played.kinds == (Accepted, Refused, Refused)
    assert played.refusals == ((Stage.RCPT, 550), (Stage.FINAL, 452))


@pytest.mark.parametrize("end", ["*: eof", "*: +601s\n *: abort", "*: cancel\n *: abort"])
def test_ended_between_the_final_replies(play: Play, end: str) -> None:
    """Rules R33, R35: who has an answer keeps it, for the other it is unknown."""
    played = play(f"{SAID}\n S: 250 b has it\n {end}", THREE, session=LMTP)
    assert played.kinds == (Accepted, Refused, Unknown)


def test_chunks(play: Play) -> None:
    """Rules R29, R35: the last BDAT has as many replies, so it waits for the recipients'."""
    played = play(
        f"""
        {HELLO}
        S: 250-store.example.net
        S: 250-PIPELINING
        S: 250 CHUNKING
        C: MAIL FROM:<a@example.com>
        C: RCPT TO:<b@example.net>
        C: RCPT TO:<c@example.net>
        C: RCPT TO:<d@example.net>
        S: 250 ok
        S: 250 ok
        S: 550 no such user
        S: 250 ok
        C: BDAT 26 LAST
        C: Subject: hello
        C:
        C: Hello.
        S: 250 b has it
        S: 554 d does not want it
        {QUIT}
        """,
        THREE,
        session=LMTP,
    )
    assert played.kinds == (Accepted, Refused, Refused)


def test_a_message_for_nobody_is_not_begun(play: Play) -> None:
    """RFC 2033 §4.2: such a DATA is to be refused. A server that wants the message all the same may
    say as many final replies as it likes, and the next mail would take them for its own."""
    played = play(
        f"""
        {HELLO}
        S: 250-store.example.net
        S: 250 PIPELINING
        C: MAIL FROM:<a@example.com>
        C: RCPT TO:<b@example.net>
        C: RCPT TO:<c@example.net>
        C: RCPT TO:<d@example.net>
        C: DATA
        S: 550 not from you
        S: 250 ok
        S: 250 ok
        S: 250 ok
        S: 354 go ahead
        *: abort
        """,
        THREE,
        session=LMTP,
    )
    assert played.refusals == ((Stage.MAIL, 550),) * 3
    assert played.failure.kind is FailureKind.PROTOCOL


def test_no_helo(play: Play) -> None:
    """Rule R35: LMTP has no older hello to go back to."""
    played = play(f"{HELLO}\n S: 500 what?\n {QUIT}", session=LMTP)
    assert played.failure.kind is FailureKind.HELLO
    assert played.kinds == (Unanswered,)
