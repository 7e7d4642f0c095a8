"""A message between DATA and the lone dot."""

import re
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tuimail.smtp import DataFraming

LIMIT = 998


def framed(*chunks: bytes) -> bytes:
    framing = DataFraming()
    return b"".join([*map(framing.frame, chunks), framing.finish()])


def normalised(message: bytes) -> list[bytes]:
    """The message's lines, whatever ended them, none longer than the limit."""
    *lines, last = re.split(rb"\r\n|\r|\n", message)
    if last:
        lines.append(last)
    return [piece for line in lines for piece in folded(line)]


def folded(line: bytes) -> list[bytes]:
    if len(line) <= LIMIT:
        return [line]
    return [line[:LIMIT], *folded(b" " + line[LIMIT:])]


def model(message: bytes) -> bytes:
    """What `framed` should be, from the whole message at once."""
    lines = [b"." + line if line[:1] == b"." else line for line in normalised(message)]
    return b"".join(line + b"\r\n" for line in [*lines, b"."])


def unstuffed(wire: bytes) -> list[bytes]:
    """What a server makes of it (RFC 5321 §4.5.2)."""
    assert wire.endswith(b".\r\n")
    return [line.removeprefix(b".") for line in wire.removesuffix(b".\r\n").split(b"\r\n")[:-1]]


@pytest.mark.parametrize(
    ("chunks", "wire"),
    [
        ([], b".\r\n"),
        ([b""], b".\r\n"),
        ([b"a\r\n"], b"a\r\n.\r\n"),
        ([b"a"], b"a\r\n.\r\n"),
        ([b"."], b"..\r\n.\r\n"),
        ([b".\r\n"], b"..\r\n.\r\n"),
        ([b"\r\n.\r\n"], b"\r\n..\r\n.\r\n"),
        ([b"a\r\n", b".b\r\n"], b"a\r\n..b\r\n.\r\n"),
        ([b"a\r", b"\n.b\r\n"], b"a\r\n..b\r\n.\r\n"),
        ([b"a\r", b"\n", b".", b"\r", b"\n"], b"a\r\n..\r\n.\r\n"),
        ([b"a", b".b"], b"a.b\r\n.\r\n"),
        ([b"", b"", b".", b""], b"..\r\n.\r\n"),
    ],
)
def test_dots(chunks: list[bytes], wire: bytes) -> None:
    """Rule R30: dot-stuffed at the very start, at each line's, and across chunks."""
    assert framed(*chunks) == wire


@pytest.mark.parametrize(
    ("chunks", "wire"),
    [
        ([b"a\nb\n"], b"a\r\nb\r\n.\r\n"),
        ([b"a\rb\r"], b"a\r\nb\r\n.\r\n"),
        ([b"a\r\r\nb"], b"a\r\n\r\nb\r\n.\r\n"),
        ([b"a\n\rb"], b"a\r\n\r\nb\r\n.\r\n"),
        ([b"a\n.\nb"], b"a\r\n..\r\nb\r\n.\r\n"),
        ([b"a\r.\rb"], b"a\r\n..\r\nb\r\n.\r\n"),
        ([b"a\n.\r\nMAIL FROM:<>\r\n"], b"a\r\n..\r\nMAIL FROM:<>\r\n.\r\n"),
        ([b"a\r", b".b"], b"a\r\n..b\r\n.\r\n"),
        ([b"a\r", b"", b"\nb"], b"a\r\nb\r\n.\r\n"),
        ([b"a\r", b"\rb"], b"a\r\n\r\nb\r\n.\r\n"),
        ([b"\r"], b"\r\n.\r\n"),
        ([b"\n"], b"\r\n.\r\n"),
    ],
)
def test_bare_line_ends(chunks: list[bytes], wire: bytes) -> None:
    """Rule R30: CRLF only; a bare CR or LF never reaches the wire."""
    assert framed(*chunks) == wire


@pytest.mark.parametrize(
    ("chunks", "lengths"),
    [
        ([b"x" * 998], [998]),
        ([b"x" * 999], [998, 2]),
        ([b"x" * 998, b"x"], [998, 2]),
        ([b"x" * 998, b"\r\nx"], [998, 1]),
        ([b"x" * 998 + b"\r", b"\nx"], [998, 1]),
        ([b"x" * 500, b"x" * 499], [998, 2]),
        ([b"x" * (998 + 997)], [998, 998]),
        ([b"x" * (998 + 998)], [998, 998, 2]),
        ([b"." + b"x" * 997], [999]),
        ([b"." + b"x" * 998], [999, 2]),
        ([b"x" * 998 + b"." * 998], [998, 998, 2]),
        ([b"a\r\n" + b"x" * 999 + b"\r\nb"], [1, 998, 2, 1]),
    ],
)
def test_long_lines(chunks: list[bytes], lengths: list[int]) -> None:
    """Rule R30: at most 998 octets and the transparency dot; the rest goes on behind a space."""
    wire = framed(*chunks)
    assert [len(line) for line in wire.split(b"\r\n")[:-2]] == lengths
    assert wire == model(b"".join(chunks))


MESSAGES = st.lists(
    st.sampled_from([b"\r", b"\n", b"\r\n", b".", b"..", b"\r\n.\r\n", b" ", b"a", b"\0", b"\xff"])
    | st.builds(
        lambda octet, count: octet * count, st.sampled_from([b"x", b"."]), st.integers(990, 2000)
    )
    | st.binary(max_size=20),
    max_size=30,
).map(b"".join)


@given(MESSAGES, st.lists(st.integers(0, 5000), max_size=12))
@example(b"x" * 998 + b"\r\n.", [998, 999])
def test_any_bytes_at_any_cuts(message: bytes, cuts: list[int]) -> None:
    """Rule R30: as if the whole message had been normalised, stuffed and ended at once."""
    places = sorted({0, len(message), *(cut for cut in cuts if cut < len(message))})
    wire = framed(*(message[start:end] for start, end in pairwise(places)))
    assert wire == model(message)
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", wire)
    assert (b"\r\n" + wire).index(b"\r\n.\r\n") == len(wire) - len(b".\r\n")
    assert all(len(line) <= LIMIT + line.startswith(b".") for line in wire.split(b"\r\n"))
    assert unstuffed(wire) == normalised(message)


@given(MESSAGES)
def test_octet_by_octet(message: bytes) -> None:
    """Rule R30: chunks of one octet are no different."""
    assert framed(*(bytes((octet,)) for octet in message)) == model(message)
