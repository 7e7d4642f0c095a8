"""The message on its way out, and what may come between."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import BinaryIO

import pytest

from tests.smtp.conftest import Play
from tests.smtp.play import mail
from tests.smtp.scripts import BLOCK, LARGE, PLAIN, QUIT, STANDING
from tuimail.smtp import (
    Accepted,
    BodySent,
    Content,
    FailureKind,
    Reply,
    Stage,
    Transaction,
    Unanswered,
    Unknown,
)

GOING_OUT = STANDING[Stage.BODY].script
"""Two blocks of three are out."""
UNTIL_DATA = STANDING[Stage.DATA].script
LONE_DOT = b"\r\n.\r\n"


def body_of(wire: bytes) -> bytes:
    return wire.partition(b"DATA\r\n")[2]


# Blocks


def test_message_of_several_blocks(play: Play) -> None:
    """Rule R30: blocks add up to the message and its dot; none is pulled before it is wanted."""
    played = play(
        f"""
        {GOING_OUT}
        *: blocks 1
        *: resume
        S: 250 ok
        {QUIT}
        """,
        LARGE,
    )
    assert played.kinds == (Accepted,)
    body = body_of(played.wire).removesuffix(b"QUIT\r\n")
    assert body == 2 * BLOCK + BLOCK[:640] + b".\r\n"
    assert max(map(len, played.writes)) == len(BLOCK)
    size = LARGE.content.size
    assert [event for event in played.events if isinstance(event, BodySent)] == [
        BodySent(0.0, 256 * 1024, size),
        BodySent(0.0, 512 * 1024, size),
        BodySent(0.0, size, size),
    ]


@pytest.mark.parametrize("count", [1, 2])
def test_message_that_fills_its_blocks(play: Play, count: int) -> None:
    """Rule R30: the dot of a message of exactly so many blocks comes in a write of its own."""
    played = play(
        f"""
        {UNTIL_DATA}
        *: pause
        S: 354 go ahead
        *: blocks {count + 1}
        *: resume
        S: 250 ok
        {QUIT}
        """,
        mail(body=count * BLOCK),
    )
    assert played.kinds == (Accepted,)
    assert body_of(played.wire) == count * BLOCK + b".\r\nQUIT\r\n"


@pytest.mark.parametrize("start", [256 * 1024 - 2, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1])
def test_line_that_starts_at_a_block(play: Play, start: int) -> None:
    """Rule R30: a dot, and a CRLF before it, may fall on either side of a block's end."""
    before = (BLOCK * 2)[: start - 2] + b"\r\n"
    played = play(
        f"""
        {UNTIL_DATA}
        *: pause
        S: 354 go ahead
        *: blocks 2
        *: resume
        S: 250 ok
        {QUIT}
        """,
        mail(body=before + b".\r\n.x\r\n"),
    )
    assert played.kinds == (Accepted,)
    assert body_of(played.wire).endswith(b"\r\n..\r\n..x\r\n.\r\nQUIT\r\n")
    assert body_of(played.wire).count(LONE_DOT) == 1


def test_empty_message(play: Play) -> None:
    """Rule R30: the lone dot alone."""
    played = play(
        f"""
        {UNTIL_DATA}
        S: 354 go ahead
        C: .
        S: 250 ok
        {QUIT}
        """,
        mail(body=b""),
    )
    assert played.kinds == (Accepted,)


def test_message_that_ends_within_a_line(play: Play) -> None:
    """Rule R30: the dot stands alone on its line."""
    played = play(
        f"""
        {UNTIL_DATA}
        S: 354 go ahead
        C: Hello,
        C: ..you
        C: .
        S: 250 ok
        {QUIT}
        """,
        mail(body=b"Hello,\n.you"),
    )
    assert played.kinds == (Accepted,)


# An early reply


@pytest.mark.parametrize("code", [450, 451, 552, 554])
def test_refused_while_it_goes_out(play: Play, code: int) -> None:
    """Rule R32: an early 4xx or 5xx is for all takers; no dot follows it."""
    played = play(
        f"""
        {GOING_OUT}
        S: {code} too much
        *: abort
        """,
        LARGE,
    )
    assert played.refusals == ((Stage.FINAL, code),)
    assert played.failure.kind is FailureKind.INTERRUPTED
    assert played.failure.reply == Reply(code, ("too much",))
    assert LONE_DOT not in played.wire


def test_refused_and_lost_while_it_goes_out(play: Play) -> None:
    """Rule R32: the reply counts, not the loss that follows it."""
    played = play(
        f"""
        {GOING_OUT}
        S: 552-5.3.4 too
        S: 552 5.3.4 much
        *: abort
        *: reset
        """,
        LARGE,
    )
    assert played.refusals == ((Stage.FINAL, 552),)
    assert LONE_DOT not in played.wire


def test_closed_while_it_goes_out(play: Play) -> None:
    """Rules R16, R32: an early 421 is a reply to the message, and ends the session."""
    played = play(
        f"""
        {GOING_OUT}
        S: 421 shutting down
        *: close
        """,
        LARGE,
    )
    assert played.refusals == ((Stage.FINAL, 421),)
    assert played.failure.kind is FailureKind.CLOSING
    assert LONE_DOT not in played.wire


def test_half_an_early_reply(play: Play) -> None:
    """Rule R32: a reply that never ends is none."""
    played = play(
        f"""
        {GOING_OUT}
        S: 552-5.3.4 too
        *: eof
        """,
        LARGE,
    )
    assert played.kinds == (Unanswered,)
    assert played.failure.kind is FailureKind.LOST


@pytest.mark.parametrize("code", [250, 354, 0, 199, 999])
def test_taken_while_it_goes_out(play: Play, code: int) -> None:
    """Rule R33: nobody can have taken what was not wholly sent; a dot would deliver a part."""
    played = play(
        f"""
        {GOING_OUT}
        S: {code:03d} thanks
        *: abort
        """,
        LARGE,
    )
    assert played.kinds == (Unanswered,)
    assert played.failure.kind is FailureKind.PROTOCOL
    assert LONE_DOT not in played.wire


def test_taken_together_with_354(play_whole: Play) -> None:
    """Rule R33: a reply that came before the message answers nothing."""
    played = play_whole(f"""
        {UNTIL_DATA}
        S: 354 go ahead
        S: 250 thanks
        *: abort
    """)
    assert played.kinds == (Unanswered,)
    assert played.failure.kind is FailureKind.PROTOCOL


@pytest.mark.parametrize(
    "end", ["*: eof", "*: reset", "*: +180s\n *: abort", "*: cancel\n *: abort"]
)
def test_ended_before_the_dot(play: Play, end: str) -> None:
    """Rule R33: without the dot nothing was delivered, and that is known."""
    played = play(f"{GOING_OUT}\n {end}", LARGE)
    assert played.kinds == (Unanswered,)
    assert LONE_DOT not in played.wire


@pytest.mark.parametrize(
    "end",
    [
        "*: eof",
        "*: reset",
        "*: +600s\n *: abort",
        "*: cancel\n *: abort",
        "S: 354 what\n *: abort",
        "S: 999 what\n *: abort",
        "S: hello\n *: abort",
        "S: 250-thanks\n S: 550 no\n *: abort",
        "S: 250-thanks\n *: eof",
    ],
)
def test_ended_behind_the_dot(play: Play, end: str) -> None:
    """Rule R33: with the dot out and no reply to it, the server may have the message."""
    played = play(f"{GOING_OUT}\n *: blocks 1\n {end}", LARGE)
    assert played.kinds == (Unknown,)
    assert LONE_DOT in played.wire


@pytest.mark.parametrize(
    "end", ["*: eof", "*: reset", "*: +600s\n *: abort", "*: cancel\n *: abort"]
)
def test_ended_behind_the_dot_for_some(play: Play, end: str) -> None:
    """Rule R33: who was refused before stays refused."""
    played = play(
        f"""
        {PLAIN}
        C: MAIL FROM:<a@example.com>
        S: 250 ok
        C: RCPT TO:<b@example.net>
        S: 550 no
        C: RCPT TO:<c@example.net>
        S: 250 ok
        C: DATA
        S: 354 go ahead
        C: Hello.
        C: .
        {end}
        """,
        mail("b@example.net", "c@example.net", body=b"Hello.\r\n"),
    )
    assert played.refusals == ((Stage.RCPT, 550),)
    assert played.dispositions[1] == Unknown(played.failure)


# A file that can't be read


class BrokenFile(io.BytesIO):
    """Can be read up to its second block. Knows whether it was closed."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() >= len(BLOCK):
            raise OSError(5, "Input/output error")
        return super().read(size)


def with_file(open_file: Callable[[], BinaryIO], size: int = 3 * len(BLOCK)) -> Transaction:
    return replace(mail(), content=Content(open_file, size))


def test_file_that_can_not_be_opened(play: Play) -> None:
    """Rule R33: no message, no dot; the connection is dropped, the session says why."""

    def missing() -> BinaryIO:
        raise FileNotFoundError(2, "No such file or directory")

    played = play(
        f"""
        {UNTIL_DATA}
        S: 354 go ahead
        *: abort
        """,
        with_file(missing),
    )
    assert played.kinds == (Unanswered,)
    assert played.failure.kind is FailureKind.UNREADABLE
    assert "No such file or directory" in played.failure.why
    assert body_of(played.wire) == b""


def test_file_that_breaks_midway(play: Play) -> None:
    """Rule R33: no dot behind a part of the message."""
    files: list[BrokenFile] = []

    def broken() -> BinaryIO:
        files.append(BrokenFile(BLOCK * 3))
        return files[-1]

    played = play(
        f"""
        {UNTIL_DATA}
        *: pause
        S: 354 go ahead
        *: blocks 1
        *: resume
        *: abort
        """,
        with_file(broken),
    )
    assert played.kinds == (Unanswered,)
    assert played.failure.kind is FailureKind.UNREADABLE
    assert "Input/output error" in played.failure.why
    assert body_of(played.wire) == BLOCK
    assert all(file.closed for file in files)


@pytest.mark.parametrize("length", [0, 640, len(BLOCK), 2 * len(BLOCK) + 640])
def test_file_that_ends_early(play: Play, length: int) -> None:
    """Rule R33: a file that has lost its end is no message, and gets no dot."""
    blocks = length // len(BLOCK)
    played = play(
        f"""
        {UNTIL_DATA}
        *: pause
        S: 354 go ahead
        *: blocks {blocks}
        *: resume
        *: abort
        """,
        with_file(lambda: io.BytesIO((BLOCK * 3)[:length])),
    )
    assert played.kinds == (Unanswered,)
    assert played.failure.kind is FailureKind.UNREADABLE
    assert LONE_DOT not in played.wire


@pytest.mark.parametrize(
    "end",
    [
        "S: 554 no\n *: abort",
        "*: eof",
        "*: cancel\n *: abort",
        "*: +180s\n *: abort",
        "*: blocks 1\n S: 250 ok\n *: resume\n C: QUIT",
    ],
)
def test_file_is_closed(play: Play, end: str) -> None:
    """Whatever ends the transaction, the message's file is closed."""
    files: list[io.BytesIO] = []

    def opened() -> BinaryIO:
        files.append(io.BytesIO(2 * BLOCK + BLOCK[:640]))
        return files[-1]

    play(f"{GOING_OUT}\n {end}", with_file(opened, LARGE.content.size))
    assert files
    assert all(file.closed for file in files)
