"""How long a server may take, stage by stage."""

import pytest

from tests.smtp.conftest import Play
from tests.smtp.play import mail
from tests.smtp.scripts import HANDSHAKE, LARGE, MESSAGE, PIPELINING, QUIT, STANDING, Standing
from tuimail.smtp import Accepted, FailureKind, Refused, Stage, Unanswered, Unknown

AWAITED = {**STANDING, Stage.HANDSHAKE: Standing(HANDSHAKE)}
LIMITS = {
    Stage.GREETING: 300,
    Stage.HELLO: 300,
    Stage.STARTTLS: 300,
    Stage.HANDSHAKE: 30,
    Stage.RSET: 20,
    Stage.MAIL: 300,
    Stage.RCPT: 300,
    Stage.DATA: 120,
    Stage.BODY: 180,
    Stage.FINAL: 600,
    Stage.QUIT: 5,
}
DISPOSITIONS = {Stage.FINAL: Unknown, Stage.QUIT: Accepted}
"""What a silent server leaves us with; Unanswered where nothing else stands here."""


@pytest.mark.parametrize("stage", LIMITS)
def test_silence(play: Play, stage: Stage) -> None:
    """Rules R33, R36: each stage has its limit, and ends with it."""
    standing = AWAITED[stage]
    played = play(
        f"""
        {standing.script}
        *: +{LIMITS[stage] - 1}s
        *: +1s
        *: abort
        """,
        *standing.mails,
    )
    assert played.kinds[-1] is DISPOSITIONS.get(stage, Unanswered)


@pytest.mark.parametrize(
    "stage", [stage for stage in LIMITS if stage not in (Stage.HANDSHAKE, Stage.QUIT)]
)
def test_what_is_said_of_it(play: Play, stage: Stage) -> None:
    """Rule R36: the failure names the stage and its limit."""
    standing = AWAITED[stage]
    played = play(f"{standing.script}\n *: +1000s\n *: abort", *standing.mails)
    assert played.failure.kind is FailureKind.TIMEOUT
    assert played.failure.why == f"gave no answer within {LIMITS[stage]} s while {stage.words}"


def test_handshake_that_does_not_end(play: Play) -> None:
    """Rules R18, R36: it is a failed one."""
    played = play(f"{HANDSHAKE}\n *: +30s\n *: abort")
    assert played.failure.kind is FailureKind.HANDSHAKE
    assert played.failure.why == "gave no answer within 30 s while shaking hands for TLS"


@pytest.mark.parametrize(
    "stage", [Stage.GREETING, Stage.HELLO, Stage.MAIL, Stage.RCPT, Stage.DATA, Stage.FINAL]
)
def test_limit_is_for_the_whole_reply(play: Play, stage: Stage) -> None:
    """Rule R36: to the reply's end, not renewed by what comes of it."""
    standing = STANDING[stage]
    almost = LIMITS[stage] / 3 - 1
    played = play(
        f"""
        {standing.script}
        *: +{almost}s
        S: 250-wait
        *: +{almost}s
        S: 250-and wait
        *: +{almost}s
        S: 250-and wait
        *: +3s
        *: abort
        """,
        *standing.mails,
    )
    assert played.failure.kind is FailureKind.TIMEOUT


def test_each_reply_has_its_own_limit(play: Play) -> None:
    """Rule R36: the clock starts again with each reply, pipelined ones too."""
    played = play(f"""
        *: +299s
        S: 220 mx.example.net ESMTP
        C: EHLO client.example
        *: +299s
        S: 250-mx.example.net
        S: 250 PIPELINING
        C: MAIL FROM:<a@example.com>
        C: RCPT TO:<b@example.net>
        C: DATA
        *: +299s
        S: 250 ok
        *: +299s
        S: 250 ok
        *: +119s
        S: 354 go ahead
        {MESSAGE}
        *: +599s
        S: 250 ok
        C: QUIT
        *: +4s
        S: 221 bye
        *: close
    """)
    assert played.kinds == (Accepted,)


def test_pipelined_reply_that_does_not_come(play: Play) -> None:
    """Rule R36: behind RCPT's reply, DATA's limit is what counts."""
    played = play(
        f"""
        {PIPELINING}
        C: MAIL FROM:<a@example.com>
        C: RCPT TO:<b@example.net>
        C: RCPT TO:<c@example.net>
        C: DATA
        S: 250 ok
        S: 550 no
        S: 250 ok
        *: +119s
        *: +1s
        *: abort
        """,
        mail("b@example.net", "c@example.net"),
    )
    assert played.kinds == (Refused, Unanswered)
    assert played.failure.why.endswith(Stage.DATA.words)


def test_block_that_does_not_go_out(play: Play) -> None:
    """Rule R36: the first block has 180 s from the reply to DATA."""
    played = play(
        f"""
        {STANDING[Stage.DATA].script}
        *: pause
        S: 354 go ahead
        *: +179s
        *: +1s
        *: abort
        """
    )
    assert played.kinds == (Unanswered,)
    assert played.failure.why == "gave no answer within 180 s while sending a block of the message"


def test_each_block_has_its_own_limit(play: Play) -> None:
    """Rule R36: 180 s for each block of the message, then 600 s for the final reply."""
    played = play(
        f"""
        {STANDING[Stage.DATA].script}
        *: pause
        S: 354 go ahead
        *: +179s
        *: blocks 1
        *: +179s
        *: blocks 1
        *: +179s
        *: blocks 1
        *: +599s
        *: resume
        S: 250 ok
        {QUIT}
        """,
        LARGE,
    )
    assert played.kinds == (Accepted,)


@pytest.mark.parametrize("stage", LIMITS)
def test_cap(play: Play, stage: Stage) -> None:
    """Rule R36: `timeout` caps all but the final reply, whose loss would duplicate mail."""
    standing = AWAITED[stage]
    limit = 600 if stage is Stage.FINAL else 4
    played = play(
        f"""
        {standing.script}
        *: +{limit - 1}s
        *: +1s
        *: abort
        """,
        *standing.mails,
        timeout=4.0,
    )
    assert played.kinds[-1] is DISPOSITIONS.get(stage, Unanswered)


def test_cap_is_no_extension(play: Play) -> None:
    """Rule R36: a `timeout` beyond the limit changes nothing."""
    played = play("*: +300s\n *: abort", timeout=1000.0)
    assert played.failure.why == "gave no answer within 300 s while waiting for the greeting"


@pytest.mark.parametrize("cap", [None, 1.0, 100.0])
def test_limit_of_connecting(cap: float | None) -> None:
    """Rule R36: 30 s, as Postfix has it, for whoever connects."""
    assert Stage.CONNECT.limit(cap) == min(30.0, cap or 30.0)
