"""Servers that do what no server may do, or leave at the worst moment."""

import pytest

from tests.smtp.conftest import Play
from tests.smtp.scripts import GREETED, HANDSHAKE, MESSAGE, PLAIN, QUIT, SENT, STANDING
from tuimail.smtp import Accepted, FailureKind, Refused, Stage, Unanswered, Unknown

KIB = 1024
DISPOSITIONS = {Stage.FINAL: Unknown, Stage.QUIT: Accepted}
"""What a session that breaks leaves us with; Unanswered where nothing else stands here."""
ONE_BY_ONE = [Stage.GREETING, Stage.HELLO, Stage.RSET, Stage.MAIL, Stage.RCPT, Stage.FINAL]
"""Stages in which 250 is an answer, and a second reply is one too many."""


# 421


@pytest.mark.parametrize("stage", STANDING)
def test_421(play: Play, stage: Stage) -> None:
    """Rule R16: 421 ends the session at any stage, and is the reply to what it answers."""
    standing = STANDING[stage]
    played = play(f"{standing.script}\n S: 421 4.3.2 bye\n *: close", *standing.mails)
    match stage:
        case Stage.QUIT:
            assert played.kinds == (Accepted,)
            assert not played.failed
            return
        case Stage.MAIL | Stage.RCPT | Stage.DATA:
            assert played.refusals == ((stage, 421),)
        case Stage.BODY | Stage.FINAL:
            assert played.refusals == ((Stage.FINAL, 421),)
        case _:
            assert played.kinds[-1] is Unanswered
    assert played.failure.kind is FailureKind.CLOSING
    assert played.failure.reply == played.replies[-1]


@pytest.mark.parametrize("stage", ONE_BY_ONE)
def test_421_that_answers_nothing(play_whole: Play, stage: Stage) -> None:
    """Rule R16: an unsolicited 421 ends the session; what is settled stays settled."""
    standing = STANDING[stage]
    played = play_whole(f"{standing.script}\n S: 250 ok\n S: 421 bye\n *: close", *standing.mails)
    assert played.kinds[-1] is (Accepted if stage is Stage.FINAL else Unanswered)
    assert played.failure.kind is FailureKind.CLOSING


def test_421_while_shaking_hands(play: Play) -> None:
    """Rules R16, R17: nothing in plaintext leads on."""
    played = play(f"{HANDSHAKE}\n S: 421 bye\n *: close")
    assert played.failure.kind is FailureKind.CLOSING


# Replies that are none


@pytest.mark.parametrize("stage", [stage for stage in STANDING if stage is not Stage.QUIT])
@pytest.mark.parametrize(
    "lines",
    [
        "S: 000 what",
        "S: 199 what",
        "S: 600 what",
        "S: 999-what\n S: 999 what",
        "S: hello",
        "S: HTTP/1.1 400 Bad Request",
        "S: 250x",
        "S: 250-one\n S: 251 two",
        "S:",
        r"S: \x00\x00\x00",
        r"S: \x16\x03\x01\x02",
    ],
)
def test_no_reply(play: Play, stage: Stage, lines: str) -> None:
    """Rules R11, R16, R33: a breach of the protocol ends the session at any stage."""
    standing = STANDING[stage]
    played = play(f"{standing.script}\n {lines}\n *: abort", *standing.mails)
    assert played.kinds[-1] is DISPOSITIONS.get(stage, Unanswered)
    assert played.failure.kind is FailureKind.PROTOCOL
    assert played.failure.why.startswith("broke the protocol: ")
    assert played.failure.why.isprintable()


@pytest.mark.parametrize(
    ("stage", "rest", "kind"),
    [
        (Stage.GREETING, f"S: 354 go\n {QUIT}", FailureKind.GREETING),
        (
            Stage.HELLO,
            "S: 354 go\n C: HELO client.example\n S: 354 go\n C: QUIT\n S: 354 go\n *: close",
            FailureKind.HELLO,
        ),
        (
            Stage.STARTTLS,
            "S: 354 go\n C: MAIL FROM:<a@example.com>\n S: 354 go\n *: abort",
            FailureKind.PROTOCOL,
        ),
        (Stage.RSET, "S: 354 go\n *: abort", FailureKind.PROTOCOL),
        (Stage.MAIL, "S: 354 go\n *: abort", FailureKind.PROTOCOL),
        (Stage.RCPT, "S: 354 go\n *: abort", FailureKind.PROTOCOL),
        (Stage.DATA, f"S: 354 go\n {MESSAGE}\n S: 354 go\n *: abort", FailureKind.PROTOCOL),
        (Stage.BODY, "S: 354 go\n *: abort", FailureKind.PROTOCOL),
        (Stage.FINAL, "S: 354 go\n *: abort", FailureKind.PROTOCOL),
    ],
)
def test_354_to_everything(play: Play, stage: Stage, rest: str, kind: FailureKind) -> None:
    """Rules R11, R33: 3xx leads on from DATA alone."""
    standing = STANDING[stage]
    played = play(f"{standing.script}\n {rest}", *standing.mails)
    dotted = stage in (Stage.DATA, Stage.FINAL)
    assert played.kinds[-1] is (Unknown if dotted else Unanswered)
    assert played.failure.kind is kind


@pytest.mark.parametrize("stage", ONE_BY_ONE)
@pytest.mark.parametrize("extra", ["250 ok", "354 go ahead", "550 no", "000 what"])
def test_reply_that_nothing_asked_for(play_whole: Play, stage: Stage, extra: str) -> None:
    """Rule R11: a reply with no command waiting for it aborts the session."""
    standing = STANDING[stage]
    played = play_whole(f"{standing.script}\n S: 250 ok\n S: {extra}\n *: abort", *standing.mails)
    assert played.kinds[-1] is (Accepted if stage is Stage.FINAL else Unanswered)
    assert played.failure.kind is FailureKind.PROTOCOL


def test_reply_behind_the_last(play: Play) -> None:
    """Rules R11, R34: what comes behind QUIT's reply is not even read."""
    played = play(f"{STANDING[Stage.QUIT].script}\n S: 221 bye\n S: 250 ok\n *: close")
    assert played.replies[-1].code == 221
    assert not played.failed


def test_reply_that_nothing_asked_for_while_shaking_hands(play: Play) -> None:
    """Rules R11, R17: plaintext behind STARTTLS's reply is no reply of anybody."""
    played = play(f"{HANDSHAKE}\n S: 250 ok\n *: abort")
    assert played.failure.kind is FailureKind.PROTOCOL


# Leaving


@pytest.mark.parametrize("stage", STANDING)
@pytest.mark.parametrize(
    ("end", "words"),
    [
        ("*: eof", "closed the connection while {}"),
        ("*: reset", "dropped the connection while {}: Connection reset by peer"),
        ("*: handshake bad record mac", "dropped the connection while {}: bad record mac"),
        ("S: 250-half a reply\n *: eof", "closed the connection while {}"),
    ],
)
def test_lost(play: Play, stage: Stage, end: str, words: str) -> None:
    """Rules R7, R33, R34: a connection lost at any stage settles every recipient."""
    standing = STANDING[stage]
    played = play(f"{standing.script}\n {end}", *standing.mails)
    assert played.kinds[-1] is DISPOSITIONS.get(stage, Unanswered)
    if stage is Stage.QUIT:
        assert not played.failed
    else:
        assert played.failure.kind is FailureKind.LOST
        assert played.failure.why == words.format(stage.words)


# Too much


@pytest.mark.parametrize("stage", [stage for stage in STANDING if stage is not Stage.QUIT])
@pytest.mark.parametrize(
    "lines",
    [f"S: 250 {'x' * 8 * KIB}", f"S: {'x' * 9 * KIB}", f"S: 250-{'x' * 8000}\n" * 9],
    ids=["line", "noise", "reply"],
)
def test_too_long(play_whole: Play, stage: Stage, lines: str) -> None:
    """Rules R15, R16, R33: too long a line or a reply ends the session at any stage."""
    standing = STANDING[stage]
    played = play_whole(f"{standing.script}\n {lines}\n *: abort", *standing.mails)
    assert played.kinds[-1] is DISPOSITIONS.get(stage, Unanswered)
    assert played.failure.kind is FailureKind.PROTOCOL
    assert "KiB" in played.failure.why


def test_long_but_lawful(play_whole: Play) -> None:
    """Rule R15: what stays within the limits is read to its end."""
    keywords = "\n".join(f"S: 250-X-{number} {'x' * 8000}" for number in range(8))
    played = play_whole(f"""
        {GREETED}
        S: 250-mx.example.net
        {keywords}
        S: 250 HELP
        {SENT}
        S: 250 ok
        {QUIT}
    """)
    assert played.kinds == (Accepted,)


# Controls


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (r"\x1b]0;title\x07", "\x1b]0;title\x07"),
        (r"\x00", "\0"),
        (r"\xff\xfe", r"\xff\xfe"),
        (r"\xc2\x9b31m", "\x9b31m"),
        (r"\xe2\x80\xae", "\u202e"),
        (r"a\rb", "a\rb"),
        ("[bold]no[/bold]", "[bold]no[/bold]"),
    ],
)
def test_controls_in_replies(play: Play, octets: str, text: str) -> None:
    """Rule R15: they are text like any other; octets that are not UTF-8 are escaped."""
    played = play(f"""
        S: 220 {octets}
        C: EHLO client.example
        S: 250-{octets}
        S: 250 {octets}
        C: MAIL FROM:<a@example.com>
        S: 550 {octets}
        {QUIT}
    """)
    (refused,) = played.dispositions
    assert isinstance(refused, Refused)
    assert refused.reply.lines == (text,)


@pytest.mark.parametrize("line", [r"\x1b[2J", r"\xc2\x9b2J", r"\xe2\x80\xaetxt", r"\x00\x07"])
def test_controls_in_failures(play: Play, line: str) -> None:
    """Rule R15: what is said of a breach can be shown as it is."""
    played = play(f"{PLAIN}\n C: MAIL FROM:<a@example.com>\n S: {line}\n *: abort")
    assert played.failure.why.isprintable()
