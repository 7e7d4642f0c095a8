"""The sender stops a session."""

import pytest

from tests.smtp.conftest import Play
from tests.smtp.play import mail
from tests.smtp.scripts import HANDSHAKE, LARGE, PIPELINING, PLAIN, QUIT, STANDING
from tuimail.smtp import Accepted, FailureKind, Refused, Stage, Unanswered, Unknown

POLITELY = [Stage.HELLO, Stage.RSET, Stage.MAIL, Stage.RCPT]


@pytest.mark.parametrize("stage", POLITELY)
@pytest.mark.parametrize("code", [250, 354, 450, 550])
def test_before_data(play: Play, stage: Stage, code: int) -> None:
    """Rule R38: before DATA is written, QUIT, once the present reply is in."""
    standing = STANDING[stage]
    played = play(
        f"""
        {standing.script}
        *: cancel
        S: {code} whatever
        {QUIT}
        """,
        *standing.mails,
    )
    assert played.kinds[-1] is Unanswered
    assert played.failure.kind is FailureKind.CANCELLED
    assert played.failure.why == f"was stopped while {stage.words}"


@pytest.mark.parametrize("stage", POLITELY)
def test_settled_at_once(play: Play, stage: Stage) -> None:
    """Rule R38: nobody waits for the QUIT to know the result."""
    standing = STANDING[stage]
    played = play(f"{standing.script}\n *: cancel", *standing.mails)
    assert len(played.kinds) == len(standing.mails)
    assert played.kinds[-1] is Unanswered


@pytest.mark.parametrize("stage", POLITELY)
@pytest.mark.parametrize(
    "end",
    [
        "*: +5s\n *: abort",
        "*: cancel\n *: abort",
        "S: 421 bye\n *: abort",
        "S: hello\n *: abort",
        "*: eof",
        "*: reset",
    ],
)
def test_no_patience_for_the_farewell(play: Play, stage: Stage, end: str) -> None:
    """Rules R34, R38: whatever comes instead, the connection goes, and the result stays."""
    standing = STANDING[stage]
    played = play(f"{standing.script}\n *: cancel\n {end}", *standing.mails)
    assert played.kinds[-1] is Unanswered
    assert played.failure.kind is FailureKind.CANCELLED


@pytest.mark.parametrize("stage", [Stage.GREETING, Stage.STARTTLS])
def test_before_the_session_is_open(play: Play, stage: Stage) -> None:
    """Rule R38: where no QUIT can be said, the connection is dropped."""
    played = play(f"{STANDING[stage].script}\n *: cancel\n *: abort")
    assert played.kinds == (Unanswered,)
    assert played.failure.kind is FailureKind.CANCELLED


def test_in_the_handshake(play: Play) -> None:
    """Rules R18, R38: a stopped handshake is no failed one: nobody tries again in plaintext."""
    played = play(f"{HANDSHAKE}\n *: cancel\n *: abort\n *: handshake connection closed")
    assert played.failure.kind is FailureKind.CANCELLED


@pytest.mark.parametrize("stage", [Stage.DATA, Stage.BODY])
def test_after_data(play: Play, stage: Stage) -> None:
    """Rule R38: after DATA the connection is dropped, before a dot could be written."""
    standing = STANDING[stage]
    played = play(f"{standing.script}\n *: cancel\n *: abort", *standing.mails)
    assert played.kinds == (Unanswered,)
    assert b"\r\n.\r\n" not in played.wire


def test_after_the_dot(play: Play) -> None:
    """Rules R33, R38: after the dot the server may have the message."""
    played = play(f"{STANDING[Stage.FINAL].script}\n *: cancel\n *: abort")
    assert played.kinds == (Unknown,)
    assert played.failure.kind is FailureKind.CANCELLED


def test_after_quit(play: Play) -> None:
    """Rules R34, R38: what is delivered is delivered."""
    played = play(f"{STANDING[Stage.QUIT].script}\n *: cancel\n *: abort")
    assert played.kinds == (Accepted,)
    assert not played.failed


def test_after_the_end(play: Play) -> None:
    """Rule R38: stopping what has ended does nothing."""
    played = play(f"{STANDING[Stage.QUIT].script}\n S: 221 bye\n *: close\n *: cancel")
    assert played.kinds == (Accepted,)
    assert not played.failed


@pytest.mark.parametrize("replies", ["", "S: 250 ok", "S: 250 ok\n S: 250 ok"])
def test_pipelined(play: Play, replies: str) -> None:
    """Rules R28, R38: where DATA has gone out with the envelope, the connection is dropped."""
    played = play(
        f"""
        {PIPELINING}
        C: MAIL FROM:<a@example.com>
        C: RCPT TO:<b@example.net>
        C: DATA
        {replies}
        *: cancel
        *: abort
        """
    )
    assert played.kinds == (Unanswered,)


def test_lone_dot_that_nobody_takes(play: Play) -> None:
    """Rules R28, R38: who was refused is refused."""
    played = play(
        f"""
        {PIPELINING}
        C: MAIL FROM:<a@example.com>
        C: RCPT TO:<b@example.net>
        C: DATA
        S: 250 ok
        S: 550 no
        S: 354 go ahead
        C: .
        *: cancel
        *: abort
        """
    )
    assert played.kinds == (Refused,)


def test_recipients_answered_so_far(play: Play) -> None:
    """Rules R31, R38: the refused stay refused; the others, and the next mail's, are unanswered."""
    played = play(
        f"""
        {PLAIN}
        C: MAIL FROM:<a@example.com>
        S: 250 ok
        C: RCPT TO:<b@example.net>
        S: 550 no
        C: RCPT TO:<c@example.net>
        S: 250 ok
        C: RCPT TO:<d@example.net>
        *: cancel
        S: 250 ok
        {QUIT}
        """,
        mail("b@example.net", "c@example.net", "d@example.net"),
        LARGE,
    )
    assert played.kinds == (Refused, Unanswered, Unanswered, Unanswered)
