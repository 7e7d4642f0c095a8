"""DATA's framing, read back: every message is fed whole, and cut in every place."""

import re
import smtplib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.demo.message_reader import MessageReader

LINES = st.lists(st.text("a.\n\r", max_size=5).map(str.encode), max_size=5)


def read(wire: bytes, limit: int = 1000, cut: int = 0) -> tuple[bytes | None, bytes | None]:
    """The message, and what came behind it."""
    reader = MessageReader(limit)
    rest = reader.feed(wire[:cut])
    rest = reader.feed(wire[cut:]) if rest is None else rest + wire[cut:]
    return reader.message, rest


@pytest.mark.parametrize(
    ("wire", "message"),
    [
        (b".\r\n", b""),
        (b"\r\n.\r\n", b"\r\n"),
        (b"a\r\n.\r\n", b"a\r\n"),
        (b"..\r\n.\r\n", b".\r\n"),
        (b"...\r\n..a\r\n.\r\n", b"..\r\n.a\r\n"),
        (b"a.\r\n\r\n.\r\n", b"a.\r\n\r\n"),
        (b"a\n.\nb\r\n.\r\n", b"a\n.\nb\r\n"),
        (b"a\r.\r\n.\r\n", b"a\r.\r\n"),
        (b"a\r\n.\rb\r\n.\r\n", b"a\r\n\rb\r\n"),
    ],
)
def test_a_message_ends_at_its_lone_dot(wire: bytes, message: bytes) -> None:
    """RFC 5321 §4.5.2: one dot at the start of a line is the framing's; bare LFs end no line."""
    for cut in range(len(wire) + 1):
        assert read(wire + b"QUIT\r\n", cut=cut) == (message, b"QUIT\r\n")


@given(LINES, st.data())
def test_what_smtplib_frames_is_read_as_it_was(lines: list[bytes], data: st.DataObject) -> None:
    message = b"".join(line + b"\r\n" for line in lines)
    # smtplib makes CRLF of every bare CR and LF before it stuffs dots.
    meant = re.sub(rb"(?:\r\n|\n|\r(?!\n))", b"\r\n", message)
    wire = smtplib._quote_periods(meant) + b".\r\n"  # type: ignore[attr-defined]  # not in typeshed
    cut = data.draw(st.integers(0, len(wire)))
    assert read(wire, cut=cut) == (meant, b"")


@pytest.mark.parametrize("size", [99, 100, 101, 500])
def test_a_message_over_the_limit_is_read_to_its_end_and_forgotten(size: int) -> None:
    """The limit counts the message's own octets (RFC 1870 §3), not the dots of its framing."""
    message = b"." * (size - 2) + b"\r\n"
    for cut in range(size + 4):
        read_message, rest = read(b"." + message + b".\r\nQUIT\r\n", limit=100, cut=cut)
        assert read_message == (message if size <= 100 else None)
        assert rest == b"QUIT\r\n"


def test_memory_stays_bounded() -> None:
    reader = MessageReader(1000)
    for _ in range(1000):
        reader.feed(b"a" * 1000)
    assert len(reader._taken) <= 1002
    assert len(reader._pending) <= 4
