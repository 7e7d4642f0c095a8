"""A session that ends politely behind a stage."""

from dataclasses import replace

import pytest

from tests.smtp.conftest import Play
from tests.smtp.play import mail
from tests.smtp.scripts import GREETED, HANDSHAKE, QUIT
from tuimail.smtp import (
    Credentials,
    Exposure,
    Halted,
    Refused,
    Session,
    Stage,
    TlsPolicy,
    Unanswered,
)

ALL = f"""
    {GREETED}
    S: 250-mx.example.net
    S: 250-PIPELINING
    S: 250-CHUNKING
    S: 250 AUTH PLAIN
"""
MAIL = "C: MAIL FROM:<a@example.com>\n S: 250 ok"
RCPT = "C: MAIL FROM:<a@example.com>\n C: RCPT TO:<b@example.net>\n S: 250 ok\n S: 250 ok"
DATA = f"{ALL}\n C: MAIL FROM:<a@example.com>\n C: RCPT TO:<b@example.net>\n C: DATA"
SESSION = Session("client.example")


@pytest.mark.parametrize(
    ("stage", "script"),
    [
        (Stage.CONNECT, "*: close"),
        (Stage.GREETING, f"S: 220 mx\n {QUIT}"),
        (Stage.HELLO, f"{ALL}\n {QUIT}"),
        (Stage.STARTTLS, f"{ALL}\n {QUIT}"),
        (Stage.AUTH, f"{ALL}\n {QUIT}"),
        (Stage.MAIL, f"{ALL}\n {MAIL}\n {QUIT}"),
        (Stage.RCPT, f"{ALL}\n {RCPT}\n {QUIT}"),
        (Stage.DATA, f"{DATA}\n S: 250 ok\n S: 250 ok\n S: 354 go ahead\n *: abort"),
    ],
)
def test_up_to_a_stage(play: Play, stage: Stage, script: str) -> None:
    """Nothing beyond the stage is said, and nothing of the message in any."""
    session = replace(SESSION, stop_after=stage)
    played = play(script, mail(), mail(), session=session)
    assert played.dispositions == (Halted(stage), Halted(stage))
    assert not played.failed


def test_behind_the_handshake(play: Play) -> None:
    session = replace(SESSION, stop_after=Stage.STARTTLS)
    played = play(f"{HANDSHAKE}\n *: tls\n {QUIT}", session=session)
    assert played.kinds == (Halted,)


def test_before_the_handshake(play: Play) -> None:
    """The hello's end is before STARTTLS."""
    session = replace(SESSION, stop_after=Stage.HELLO)
    script = f"{GREETED}\n S: 250-mx.example.net\n S: 250 STARTTLS\n {QUIT}"
    assert play(script, session=session).kinds == (Halted,)


def test_behind_the_credentials(play: Play) -> None:
    session = replace(
        SESSION,
        stop_after=Stage.AUTH,
        credentials=Credentials("me", "sesame", "PLAIN"),
        exposure=Exposure.ANY,
    )
    played = play(
        f"""
        {ALL}
        C: AUTH PLAIN AG1lAHNlc2FtZQ==
        S: 235 ok
        {QUIT}
        """,
        session=session,
    )
    assert played.kinds == (Halted,)


def test_who_was_refused_before(play: Play) -> None:
    """Rule R31: an address can be tried without a mail."""
    played = play(
        f"""
        {ALL}
        C: MAIL FROM:<a@example.com>
        C: RCPT TO:<b@example.net>
        C: RCPT TO:<c@example.net>
        S: 250 ok
        S: 550 no such user
        S: 250 ok
        {QUIT}
        """,
        mail("b@example.net", "c@example.net"),
        session=replace(SESSION, stop_after=Stage.RCPT),
    )
    assert played.kinds == (Refused, Halted)


def test_a_failure_before_the_stage(play: Play) -> None:
    played = play(f"S: 554 not you\n {QUIT}", session=replace(SESSION, stop_after=Stage.RCPT))
    assert played.kinds == (Unanswered,)


def test_a_policy_that_is_not_met_before_the_stage(play: Play) -> None:
    """Rule R19: where TLS is required, its absence is no good end."""
    session = Session("client.example", TlsPolicy.ENCRYPT, stop_after=Stage.STARTTLS)
    assert play(f"{ALL}\n {QUIT}", session=session).kinds == (Unanswered,)
