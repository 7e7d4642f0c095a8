"""The file that goes over the wire."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tuimail.message.message import SMALL, Message, Spool

LINES = st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"a", b".", b"\0", b"\xff"]), max_size=12)


def spooled(*chunks: bytes) -> Message:
    with Spool() as spool:
        for chunk in chunks:
            spool.write(chunk)
        return spool.finish("<1@client.example>")


def octets(message: Message) -> bytes:
    with message.open() as reader:
        return reader.read()


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (b"", b""),
        (b"a\r\n", b"a\r\n"),
        (b"a\n", b"a\r\n"),
        (b"a\r", b"a\r\n"),
        (b"a\n\nb\r\rc\r\n\r\nd\n", b"a\r\n\r\nb\r\n\r\nc\r\n\r\nd\r\n"),
        (b"a\r\r\nb\n\r", b"a\r\n\r\nb\r\n\r\n"),
        (b"a", b"a\r\n"),
        (b"\n.\n.a\r", b"\r\n.\r\n.a\r\n"),
        (b"a\x0bb\x85c\x1cd\r\n", b"a\x0bb\x85c\x1cd\r\n"),
    ],
)
def test_line_ends_at_every_cut(written: bytes, kept: bytes) -> None:
    """Rule R30: a bare CR or LF in the message never reaches the wire."""
    for cut in range(len(written) + 1):
        with spooled(written[:cut], b"", written[cut:]) as message:
            assert octets(message) == kept
            assert message.size == len(kept)
    with spooled(*(written[at : at + 1] for at in range(len(written)))) as message:
        assert octets(message) == kept


@given(LINES)
@example([b"\r", b"\n", b"\r", b"\n"])
def test_only_crlf_ends_lines(chunks: list[bytes]) -> None:
    """Rule R30: however the chunks are cut."""
    with spooled(*chunks) as pieces, spooled(b"".join(chunks)) as whole:
        assert octets(pieces) == octets(whole)
        assert (pieces.size, pieces.eight_bit) == (whole.size, whole.eight_bit)
        assert pieces.utf8_headers == whole.utf8_headers
        rest = octets(whole).replace(b"\r\n", b"")
        assert b"\r" not in rest
        assert b"\n" not in rest
        assert rest == b"".join(chunks).replace(b"\r", b"").replace(b"\n", b"")


@pytest.mark.parametrize(
    ("text", "eight_bit", "utf8_headers"),
    [
        (b"Subject: x\r\n\r\nbody\r\n", False, False),
        (b"Subject: x\r\n\r\nb\xc3\xb6dy\r\n", True, False),
        (b"Subject: \xc3\xb6\r\n\r\nbody\r\n", True, True),
        (b"Subject: \xc3\xb6\n\nbody\n", True, True),
        (b"Subject: \xc3\xb6", True, True),
        (b"\r\n\xc3\xb6", True, False),
        (b"Subject: x\r\n \r\n\xc3\xb6: y\r\n", True, True),
    ],
)
def test_what_the_server_must_offer(text: bytes, eight_bit: bool, utf8_headers: bool) -> None:  # noqa: FBT001 - expected values
    for cut in range(len(text) + 1):
        with spooled(text[:cut], text[cut:]) as message:
            assert (message.eight_bit, message.utf8_headers) == (eight_bit, utf8_headers)


def test_readers_side_by_side() -> None:
    with spooled(b"0123456789\r\n") as message, message.open() as one, message.open() as other:
        assert one.read(5) == b"01234"
        assert other.read(3) == b"012"
        assert one.read(5) == b"56789"
        assert other.read() == b"3456789\r\n"


LARGE = b"secret\r\n" * (SMALL // 8)
"""One octet more would be too many for memory."""


def test_close_removes_the_file() -> None:
    message = spooled(LARGE, b"\r\n")
    with message.open() as reader:
        path = Path(reader.name)
        assert path.stat().st_mode & 0o077 == 0
        message.close()
        assert not path.exists()
        assert reader.read() == LARGE + b"\r\n"
    message.close()
    with pytest.raises(FileNotFoundError):
        message.open()


def test_a_small_message_is_in_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    message = spooled(LARGE)
    assert list(tmp_path.iterdir()) == []
    with message.open() as reader:
        message.close()
        assert reader.read() == LARGE
    message.close()
    with pytest.raises(FileNotFoundError):
        message.open()


@pytest.mark.parametrize("size", [SMALL - 1, SMALL, SMALL + 1, 3 * SMALL])
def test_readers_of_every_size_get_all(size: int) -> None:
    """Whether it was in memory to the end, or went to its file half-way."""
    text = b"x" * (size - 2) + b"\r\n"
    with spooled(text[: size // 2], text[size // 2 :]) as message:
        assert message.size == size
        assert octets(message) == octets(message) == text


def test_what_fails_half_way_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with suppress(ZeroDivisionError), Spool() as spool:
        spool.write(LARGE + b"half\r\n")
        assert list(tmp_path.iterdir()) != []
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_repr_shows_no_file() -> None:
    with spooled(b"a\r\n") as message:
        assert repr(message) == (
            "Message(size=3, message_id='<1@client.example>', eight_bit=False, utf8_headers=False)"
        )
