"""Reading replies."""

import tracemalloc
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tuimail.smtp import ProtocolError, Reply, ReplyReader, Severity

KIB = 1024


def read(*pieces: bytes) -> list[Reply]:
    reader = ReplyReader()
    replies: list[Reply] = []
    for piece in pieces:
        reader.feed(piece)
        while (reply := reader.next_reply()) is not None:
            replies.append(reply)
    return replies


def outcome(*pieces: bytes) -> tuple[list[Reply], str]:
    """The replies before the first breach of the protocol, and what that was."""
    reader = ReplyReader()
    replies: list[Reply] = []
    for piece in pieces:
        reader.feed(piece)
        try:
            while (reply := reader.next_reply()) is not None:
                replies.append(reply)
        except ProtocolError as breach:
            return replies, str(breach)
    return replies, ""


# Cutting bytes into replies


@pytest.mark.parametrize(
    ("wire", "reply"),
    [
        (b"250 ok\r\n", Reply(250, ("ok",))),
        (b"250 \r\n", Reply(250, ("",))),
        (b"250\r\n", Reply(250, ("",))),
        (b"250 ok\n", Reply(250, ("ok",))),
        (b"250  two\tspaces \r\n", Reply(250, (" two\tspaces ",))),
        (b"250-mx\r\n250-\r\n250 SIZE\r\n", Reply(250, ("mx", "", "SIZE"))),
        (b"250-mx\r\n250\r\n", Reply(250, ("mx", ""))),
        (b"000 what\r\n", Reply(0, ("what",))),
        (b"999 what\r\n", Reply(999, ("what",))),
        ("250 zoë\r\n".encode(), Reply(250, ("zoë",))),
        (b"250 zo\xeb\r\n", Reply(250, (r"zo\xeb",))),
        (b"250 a\0b\x1b[2J\r\n", Reply(250, ("a\0b\x1b[2J",))),
        (b"250 a\rb\r\n", Reply(250, ("a\rb",))),
    ],
)
def test_one_reply(wire: bytes, reply: Reply) -> None:
    """Rule R11: three digits, then a space, a hyphen or the line's end."""
    assert read(wire) == [reply]
    assert read(*(bytes((octet,)) for octet in wire)) == [reply]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"25",
        b"hello",
        b"2500 ok",
        b"250_ok",
        b" 250 ok",
        b"-250 ok",
        b"2 0 ok",
        b"\xb2\xb2\xb2 ok",
    ],
)
def test_no_reply(line: bytes) -> None:
    """Rule R11: anything else is a protocol error."""
    with pytest.raises(ProtocolError, match="not a reply"):
        read(line + b"\r\n")


def test_replies_that_arrive_together() -> None:
    assert read(b"250 one\r\n251-two\r\n251 three\r\n354 four\r\n55") == [
        Reply(250, ("one",)),
        Reply(251, ("two", "three")),
        Reply(354, ("four",)),
    ]


def test_lines_with_different_codes() -> None:
    """Rule R11: lines of one reply with different codes are a protocol error."""
    with pytest.raises(ProtocolError, match="250 and 550"):
        read(b"250-yes\r\n550 no\r\n")


@pytest.mark.parametrize("unfinished", [b"2", b"250 ok\r", b"250-mx\r\n"])
def test_what_is_left_is_pending(unfinished: bytes) -> None:
    """Rule R17: bytes that belong to no reply yet are seen."""
    reader = ReplyReader()
    reader.feed(b"220 go ahead\r\n" + unfinished)
    assert reader.next_reply() == Reply(220, ("go ahead",))
    assert reader.next_reply() is None
    assert reader.pending


def test_nothing_is_pending_after_a_reply() -> None:
    reader = ReplyReader()
    reader.feed(b"220-go\r\n220 ahead\r\n")
    assert reader.next_reply() == Reply(220, ("go", "ahead"))
    assert not reader.pending


# What it takes, and no more


def test_longest_line() -> None:
    """Rule R15: a line may have 8 KiB."""
    line = b"250 " + b"x" * (8 * KIB - len(b"250 \r")) + b"\r\n"
    (reply,) = read(line)
    assert len(reply.lines[0]) == 8 * KIB - len("250 \r")


@pytest.mark.parametrize("end", [b"", b"\r\n"])
def test_line_too_long(end: bytes) -> None:
    """Rule R15: a line of more than 8 KiB is a protocol error, before it ends."""
    with pytest.raises(ProtocolError, match="a line of more than 8 KiB"):
        read(b"250 " + b"x" * 8 * KIB + end)


def test_longest_reply() -> None:
    """Rule R15: a reply may have 64 KiB."""
    line = b"250-" + b"x" * (KIB - 4)
    (reply,) = read((line + b"\r\n") * 63 + line.replace(b"-", b" ") + b"\r\n")
    assert sum(map(len, reply.lines)) == 64 * (KIB - 4)


def test_reply_too_long() -> None:
    """Rule R15: a reply of more than 64 KiB is a protocol error, before it ends."""
    line = b"250-" + b"x" * (KIB - 4) + b"\r\n"
    read(line * 64)
    with pytest.raises(ProtocolError, match="a reply of more than 64 KiB"):
        read(line * 65)


def test_limit_is_for_each_reply() -> None:
    """Rule R15: many replies of a lawful size are no breach."""
    long = (b"250-" + b"x" * KIB + b"\r\n") * 40 + b"250 ok\r\n"
    assert len(read(*[long] * 4)) == 4


@pytest.mark.parametrize("endless", [b"250 xxxxxxxxxxx", b"250-\r\n", b"250-\xff\xff\xff\xff\r\n"])
def test_memory_stays_bounded(endless: bytes) -> None:
    """Rule R15: a server that never ends its reply costs a bounded amount of memory."""
    chunk = endless * (4 * KIB // len(endless))
    tracemalloc.start()
    replies, breach = outcome(*[chunk] * 32)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert not replies
    assert "KiB" in breach
    assert peak < 4 * 1024 * KIB


LINES = st.builds(
    lambda code, separator, text, end: code + separator + text + end,
    st.sampled_from(
        [b"220", b"250", b"250", b"250", b"354", b"421", b"550", b"000", b"999", b"2x0", b""]
    ),
    st.sampled_from([b" ", b"-", b"-", b"", b"_"]),
    st.sampled_from([b"", b"ok", b"2.0.0 ok", b"\xff\0\x1b", b"a\rb", b"x" * 8190, b"y" * 5000])
    | st.binary(max_size=30),
    st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r", b""]),
)
WIRE = st.binary(max_size=200) | st.lists(LINES, max_size=40).map(b"".join)


def pieces(wire: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({0, len(wire), *(cut for cut in cuts if cut < len(wire))})
    return [wire[start:end] for start, end in pairwise(places)]


@given(WIRE, st.lists(st.integers(0, 100_000), max_size=20))
@example(b"250-" + b"x" * 8188 + b"\r\n250 ok\r\n", [8192])
@example(b"250 " + b"x" * 8189 + b"\r\n", [8193])
def test_any_bytes_at_any_cuts(wire: bytes, cuts: list[int]) -> None:
    """Rules R11, R15: the same replies or the same breach, however the network cuts the bytes."""
    assert outcome(*pieces(wire, cuts)) == outcome(wire)


# What a reply says


@pytest.mark.parametrize(
    ("code", "severity"),
    [
        (200, Severity.COMPLETED),
        (259, Severity.COMPLETED),
        (334, Severity.CONTINUE),
        (354, Severity.CONTINUE),
        (499, Severity.TRANSIENT),
        (599, Severity.PERMANENT),
        (0, None),
        (199, None),
        (600, None),
        (999, None),
    ],
)
def test_severity(code: int, severity: Severity | None) -> None:
    """Rule R11: judged by the first digit, never by a list of codes."""
    assert Reply(code, ("",)).severity is severity


@pytest.mark.parametrize(
    ("code", "lines", "enhanced"),
    [
        (250, ("2.1.5 ok",), "2.1.5"),
        (250, ("2.1.5",), "2.1.5"),
        (451, ("4.7.1 later",), "4.7.1"),
        (550, ("5.999.999 no",), "5.999.999"),
        (550, ("5.1.1 no", "5.7.1 such user"), "5.7.1"),
        (550, ("4.1.1 no",), None),
        (250, ("5.1.1 no",), None),
        (354, ("3.0.0 go",), None),
        (354, ("2.0.0 go",), None),
        (550, ("5.1.1, no",), None),
        (550, ("5.1.1111 no",), None),
        (550, ("5.1 no",), None),
        (550, ("no 5.1.1",), None),
        (550, ("5.1.1 no", "such user"), None),
        (550, ("٥.١.١ no",), None),
        (550, ("5.١.1 no",), None),
        (0, ("0.0.0 what",), None),
        (250, ("",), None),
    ],
)
def test_enhanced_status(code: int, lines: tuple[str, ...], enhanced: str | None) -> None:
    """Rule R14: it counts only when its class equals the reply's first digit; none on 3xx."""
    found = Reply(code, lines).enhanced
    assert (None if found is None else str(found)) == enhanced


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (("5.1.1 no such user",), "no such user"),
        (("5.1.1 no", "5.1.1 such user"), "no such user"),
        (("5.1.10 no", "5.1.1 such user"), "no such user"),
        (("no", "", "such user"), "no such user"),
        (("4.1.1 no such user",), "4.1.1 no such user"),
        (("5.1.1",), ""),
        (("",), ""),
    ],
)
def test_text(lines: tuple[str, ...], text: str) -> None:
    """All lines in one, each without its enhanced status."""
    assert Reply(550, lines).text == text


def test_written_out() -> None:
    assert str(Reply(550, ("5.1.1 no", "such user"))) == "550 5.1.1 no such user"
    assert str(Reply(0, ("",))) == "000"


def test_breach_shows_no_controls() -> None:
    """Rule R15: what a server says stands in an error as visible escapes."""
    with pytest.raises(ProtocolError) as breach:
        read("\x1b[2J\u202e\r\n".encode())
    assert str(breach.value) == r"not a reply: “\x1b[2J\u202e”"
