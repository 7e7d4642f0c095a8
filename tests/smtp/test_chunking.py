"""BDAT (RFC 3030)."""

from dataclasses import replace
from typing import BinaryIO

import pytest

from tests.smtp.conftest import Play
from tests.smtp.play import BODY, Played, mail
from tests.smtp.scripts import BLOCK, GREETED, QUIT, SMALL
from tuimail.smtp import (
    Accepted,
    Credentials,
    Exposure,
    FailureKind,
    Refused,
    Session,
    Stage,
    TlsPolicy,
    Unanswered,
    Unknown,
)

CHUNKING = f"""
    {GREETED}
    S: 250-mx.example.net
    S: 250-PIPELINING
    S: 250 CHUNKING
"""
AT_ONCE = f"""
    {CHUNKING}
    C: MAIL FROM:<a@example.com>
    C: RCPT TO:<b@example.net>
    C: BDAT 26 LAST
    C: Subject: hello
    C:
    C: Hello.
"""
ENVELOPE = b"MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.net>\r\n"
HELLO = mail(body=BODY[:-2])
"""Without an end of its last line, which gets one."""
THREE = mail(body=2 * BLOCK + SMALL)


def said(octets: bytes) -> str:
    """A piece of the message as the script has it."""
    return "\n".join(f"C: {line}" for line in octets.decode().split("\r\n")[:-1])


def chunks(played: Played) -> list[bytes]:
    return [write.partition(b"\r\n")[0] for write in played.writes if write.startswith(b"BDAT")]


def test_all_at_once(play: Play) -> None:
    """Rule R29: a small message goes out with its envelope, in one write and exact octets."""
    played = play(f"""
        {AT_ONCE}
        S: 250 ok
        S: 250 ok
        S: 250 taken
        {QUIT}
    """)
    assert played.kinds == (Accepted,)
    assert ENVELOPE + b"BDAT 26 LAST\r\n" + BODY in played.writes


def test_the_last_line_gets_its_end(play: Play) -> None:
    """Rule R29: the octets that are announced are those that follow."""
    played = play(f"{AT_ONCE}\n S: 250 ok\n S: 250 ok\n S: 250 taken\n {QUIT}", HELLO)
    assert played.kinds == (Accepted,)


def test_no_dot_is_stuffed(play: Play) -> None:
    """Rule R29: no dot-stuffing; the octets are counted."""
    played = play(
        f"""
        {CHUNKING}
        C: MAIL FROM:<a@example.com>
        C: RCPT TO:<b@example.net>
        C: BDAT 11 LAST
        C: .
        C: ..
        C: .a
        S: 250 ok
        S: 250 ok
        S: 250 taken
        {QUIT}
        """,
        mail(body=b".\r\n..\n.a"),
    )
    assert played.kinds == (Accepted,)


def test_many_recipients_at_once(play_whole: Play) -> None:
    """Rule R29: however many recipients, one write and one wait."""
    paths = [f"b{number}@example.net" for number in range(20)]
    played = play_whole(
        "\n".join(
            [
                CHUNKING,
                "C: MAIL FROM:<a@example.com>",
                *(f"C: RCPT TO:<{path}>" for path in paths),
                "C: BDAT 26 LAST",
                said(BODY),
                "S: 250 ok",
                *(f"S: {550 if number % 3 else 250} b{number}" for number in range(20)),
                "S: 250 taken",
                QUIT,
            ]
        ),
        mail(*paths),
    )
    assert played.kinds == tuple(Refused if number % 3 else Accepted for number in range(20))
    assert len(played.writes) == 3


@pytest.mark.parametrize(
    ("replies", "refusals"),
    [
        (("550 not you", "503 RCPT", "503 BDAT"), ((Stage.MAIL, 550),)),
        (("550 not you", "250 ok", "250 what"), ((Stage.MAIL, 550),)),
        (("250 ok", "550 no such user", "554 nobody"), ((Stage.RCPT, 550),)),
        (("250 ok", "450 later", "250 what"), ((Stage.RCPT, 450),)),
        (("250 ok", "250 ok", "552 too big"), ((Stage.FINAL, 552),)),
        (("250 ok", "250 ok", "451 later"), ((Stage.FINAL, 451),)),
    ],
)
def test_refused_at_once(
    play: Play, replies: tuple[str, str, str], refusals: tuple[tuple[Stage, int]]
) -> None:
    """Rules R8, R29: whoever is refused is refused by the reply that is his."""
    lines = "\n".join(f"S: {reply}" for reply in replies)
    played = play(f"{AT_ONCE}\n {lines}\n {QUIT}")
    assert played.refusals == refusals
    assert not played.failed


@pytest.mark.parametrize(
    "end", ["*: eof", "*: reset", "*: +301s\n *: abort", "*: cancel\n *: abort"]
)
@pytest.mark.parametrize("replies", ["", "S: 250 ok", "S: 250 ok\n S: 250 ok"])
def test_ended_after_all_was_said(play: Play, replies: str, end: str) -> None:
    """Rules R33, R38: BDAT LAST is written: the server may have the message."""
    if replies.count("250") == 2:
        end = end.replace("301", "601")
    played = play(f"{AT_ONCE}\n {replies}\n {end}")
    assert played.kinds == (Unknown,)


@pytest.mark.parametrize("code", [200, 354])
def test_a_final_reply_that_is_none(play: Play, code: int) -> None:
    """Rules R11, R33: 354 is no answer to BDAT; any 2xx is."""
    end = QUIT if code == 200 else "*: abort"
    played = play(f"{AT_ONCE}\n S: 250 ok\n S: 250 ok\n S: {code} what\n {end}")
    assert played.kinds == ((Accepted,) if code == 200 else (Unknown,))


def test_two_mails_at_once_each(play: Play) -> None:
    """Rule R29: one write and one wait for each; nothing rides with BDAT, whose refusal leaves
    the envelope open."""
    played = play(
        f"""
        {AT_ONCE}
        S: 250 ok
        S: 250 ok
        S: 554 spam
        C: RSET
        C: MAIL FROM:<a@example.com>
        C: RCPT TO:<b@example.net>
        C: BDAT 26 LAST
        {said(BODY)}
        S: 250 ok
        S: 250 ok
        S: 250 ok
        S: 250 taken
        {QUIT}
        """,
        mail(),
        mail(),
    )
    assert played.kinds == (Refused, Accepted)


# When it waits for the recipients


ENVELOPE_ALONE = f"""
    {CHUNKING}
    C: MAIL FROM:<a@example.com>
    C: RCPT TO:<b@example.net>
"""


def test_a_large_message_waits_for_its_recipients(play_whole: Play) -> None:
    """Rule R29: chunks follow each other without a wait, each with its own reply."""
    played = play_whole(
        f"""
        {ENVELOPE_ALONE}
        S: 250 ok
        S: 250 ok
        C: BDAT 262144
        {said(BLOCK)}
        C: BDAT 262144
        {said(BLOCK)}
        C: BDAT 65536 LAST
        {said(SMALL)}
        S: 250 262144
        S: 250 262144
        S: 250 taken
        {QUIT}
        """,
        THREE,
    )
    assert played.kinds == (Accepted,)


def test_a_large_message_that_nobody_takes(play_whole: Play) -> None:
    """Rules R8, R29: not an octet of it goes out."""
    played = play_whole(f"{ENVELOPE_ALONE}\n S: 250 ok\n S: 550 no\n {QUIT}", THREE)
    assert played.refusals == ((Stage.RCPT, 550),)


def test_a_refused_chunk_ends_the_message(play_whole: Play) -> None:
    """Rule R29: no chunk follows a refused one, and RSET clears the envelope (RFC 3030 §2)."""
    played = play_whole(
        f"""
        {ENVELOPE_ALONE}
        *: pause
        S: 250 ok
        S: 250 ok
        *: blocks 1
        S: 552 too big
        *: resume
        C: RSET
        C: MAIL FROM:<a@example.com>
        C: RCPT TO:<b@example.net>
        C: BDAT 26 LAST
        {said(BODY)}
        S: 250 ok
        S: 250 ok
        S: 250 ok
        S: 250 taken
        {QUIT}
        """,
        THREE,
        mail(),
    )
    assert played.kinds == (Refused, Accepted)
    assert played.refusals == ((Stage.BODY, 552),)


def test_cancelled_between_chunks(play_whole: Play) -> None:
    """Rule R38: RSET and QUIT; the message is not taken, and that is known."""
    played = play_whole(
        f"""
        {ENVELOPE_ALONE}
        *: pause
        S: 250 ok
        S: 250 ok
        *: blocks 1
        *: cancel
        *: resume
        C: RSET
        C: QUIT
        S: 250 262144
        S: 250 reset
        S: 221 bye
        *: close
        """,
        THREE,
    )
    assert played.kinds == (Unanswered,)
    assert played.failure.kind is FailureKind.CANCELLED


def test_cancelled_after_the_last_chunk(play_whole: Play) -> None:
    """Rule R38: after the last, unknown."""
    played = play_whole(
        f"""
        {ENVELOPE_ALONE}
        S: 250 ok
        S: 250 ok
        C: BDAT 262144
        {said(BLOCK)}
        C: BDAT 262144
        {said(BLOCK)}
        C: BDAT 65536 LAST
        {said(SMALL)}
        *: cancel
        *: abort
        """,
        THREE,
    )
    assert played.kinds == (Unknown,)


def test_a_session_with_credentials_waits(play: Play) -> None:
    """Rule R29: what counts against an account is said when it is known to be taken."""
    session = Session(
        "client.example",
        TlsPolicy.NONE,
        credentials=Credentials("me", "sesame", "PLAIN"),
        exposure=Exposure.ANY,
    )
    played = play(
        f"""
        {GREETED}
        S: 250-mx.example.net
        S: 250-AUTH PLAIN
        S: 250-PIPELINING
        S: 250 CHUNKING
        C: AUTH PLAIN AG1lAHNlc2FtZQ==
        S: 235 ok
        C: MAIL FROM:<a@example.com>
        C: RCPT TO:<b@example.net>
        S: 250 ok
        S: 250 ok
        C: BDAT 26 LAST
        {said(BODY)}
        S: 250 taken
        {QUIT}
        """,
        session=session,
    )
    assert played.kinds == (Accepted,)


# Without PIPELINING


def test_without_pipelining_one_chunk_behind_the_replies(play: Play) -> None:
    """Rule R29: a single chunk saves DATA's round trip."""
    played = play(f"""
        {GREETED}
        S: 250-mx.example.net
        S: 250 CHUNKING
        C: MAIL FROM:<a@example.com>
        S: 250 ok
        C: RCPT TO:<b@example.net>
        S: 250 ok
        C: BDAT 26 LAST
        {said(BODY)}
        S: 250 taken
        {QUIT}
    """)
    assert played.kinds == (Accepted,)


def test_without_pipelining_a_large_message_goes_with_data(play_whole: Play) -> None:
    """Rule R29: a message is carried one way, never both."""
    played = play_whole(
        f"""
        {GREETED}
        S: 250-mx.example.net
        S: 250 CHUNKING
        C: MAIL FROM:<a@example.com>
        S: 250 ok
        C: RCPT TO:<b@example.net>
        S: 250 ok
        C: DATA
        S: 354 go
        {said(2 * BLOCK + SMALL)}
        C: .
        S: 250 taken
        {QUIT}
        """,
        THREE,
    )
    assert played.kinds == (Accepted,)
    assert chunks(played) == []


def test_a_message_that_is_not_there(play: Play) -> None:
    """Nothing is said, and the recipients get their answer."""

    def missing() -> BinaryIO:
        raise FileNotFoundError("No such file or directory")

    gone = replace(HELLO, content=replace(HELLO.content, open=missing))
    played = play(f"{CHUNKING}\n *: abort", gone)
    assert played.kinds == (Unanswered,)
    assert played.failure.kind is FailureKind.UNREADABLE
