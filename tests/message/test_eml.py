"""A message from a file goes as it is, but for its blind recipients."""

import io
import tracemalloc
from itertools import chain, repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.message import EmlError, Message, MessageError, read_eml

PLAIN = (
    b"From: me@example.com\r\nTo: bob@example.net\r\nMessage-ID: <1@example.com>\r\n\r\nHello.\r\n"
)


class Trickle(io.BytesIO):
    """A file that gives no more octets at once than it is told to."""

    def __init__(self, octets: bytes, at_once: int) -> None:
        super().__init__(octets)
        self._at_once = at_once

    def read(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        return super().read(min(size, self._at_once))


def read(octets: bytes) -> bytes:
    with read_eml(io.BytesIO(octets)) as message:
        return contents(message)


def contents(message: Message) -> bytes:
    with message.open() as reader:
        return reader.read()


def test_it_goes_as_it_is() -> None:
    with read_eml(io.BytesIO(PLAIN)) as message:
        assert contents(message) == PLAIN
        assert message.size == len(PLAIN)
        assert message.message_id == "<1@example.com>"
        assert not message.eight_bit


@pytest.mark.parametrize(
    "octets",
    [
        b"Subject: no end",
        b"Subject: no body\r\n",
        b"Subject: an empty body\r\n\r\n",
        b"Subject: x\r\n\r\n.\r\n..\r\nFrom me\r\nBcc: in the body stays\r\n",
        b"Subject: x\r\nthis line is no field\r\nTo: b@c\r\n\r\nbody\r\n",
        b"Received: x\r\n\tfolded\r\n \r\n still\r\nDKIM-Signature: b=a\r\n\r\n\xff\x00\xfe\r\n",
        b"X-Long: " + b"x" * 2000 + b"\r\n\r\n" + b"y" * 2000 + b"\r\n",
        b"Bcc-Note: kept\r\nX-Bcc: kept\r\n\r\n",
    ],
)
def test_nothing_is_added_or_taken(octets: bytes) -> None:
    assert read(octets) == octets.removesuffix(b"\r\n") + b"\r\n"


@pytest.mark.parametrize(
    "blind",
    [
        b"Bcc: carol@example.org\r\n",
        b"BCC:carol@example.org\r\n",
        b"bcc \t: carol@example.org\r\n",
        b"Bcc: dave@example.org,\r\n carol@example.org,\r\n\tcarol@example.org\r\n",
        b"Bcc:\r\n carol@example.org\r\n",
        b"Bcc: dave@example.org,\r\n \r\n carol@example.org\r\n",
        b"Resent-Bcc: carol@example.org\r\n",
        b"Bcc: dave@example.org\r\nbCC: carol@example.org\r\n",
        b"Bcc: " + b"carol@example.org, " * 10_000 + b"\r\n",
        b"Bcc: z\xc3\xb6e@example.org, carol@example.org\r\n",
    ],
)
@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
@pytest.mark.parametrize("before", range(4))
def test_no_blind_recipient_is_left(blind: bytes, end: bytes, before: int) -> None:
    """Rule R40: Bcc recipients are in the envelope and in no header."""
    lines = PLAIN.splitlines(keepends=True)
    octets = b"".join([*lines[:before], blind, *lines[before:]]).replace(b"\r\n", end)
    with read_eml(io.BytesIO(octets)) as message:
        assert contents(message) == PLAIN
        assert not message.utf8_headers


def test_no_blind_recipient_behind_a_line_that_is_no_field() -> None:
    """Rule R40: some servers take such a line for the body, and show what follows."""
    assert read(b"Subject: x\nno field\nBcc: carol@example.org\n\nbody\n") == (
        b"Subject: x\r\nno field\r\n\r\nbody\r\n"
    )


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
def test_blind_recipients_and_line_ends_at_every_cut(end: bytes) -> None:
    """Rules R30, R40."""
    octets = b"A: b\r\nBcc: c,\r\n d\r\nE: f\r\n\r\nBcc: g\r\n\r\n".replace(b"\r\n", end)
    for at_once in range(1, len(octets) + 1):
        with read_eml(Trickle(octets, at_once)) as message:
            assert contents(message) == b"A: b\r\nE: f\r\n\r\nBcc: g\r\n\r\n"


OPEN = [b"A: b\n", b"A: b\n c\n \n\td\n", b"Bcc-Not:\n Bcc: x\n", b"no field\n Bcc: x\n"]
BLIND = [b"Bcc: x\n", b"bCC:\n x,\n\ty\n", b"Resent-BCC \t: x\n \n y\n", b"bcc:\n"]


@given(
    st.lists(st.sampled_from(OPEN + BLIND), max_size=8),
    st.sampled_from([b"\r\n", b"\n", b"\r"]),
    st.integers(1, 9),
)
def test_blind_fields_anywhere(fields: list[bytes], end: bytes, at_once: int) -> None:
    """Rules R30, R40: wherever they stand and whatever stands around them."""
    fields = [b"To: x\n", *fields, b"\n", b"Bcc: in the body\n"]
    left = b"".join(field for field in fields if field not in BLIND)
    octets = b"".join(fields).replace(b"\n", end)
    with read_eml(Trickle(octets, at_once)) as message:
        assert contents(message) == left.replace(b"\n", b"\r\n")


@pytest.mark.parametrize(
    ("field", "message_id"),
    [
        (b"Message-ID: <a@b>", "<a@b>"),
        (b"message-id:<a@b>", "<a@b>"),
        (b"Message-Id:\r\n <a@b>", "<a@b>"),
        (b"Message-ID: <a@b> (comment)", "<a@b>"),
        (b"Message-ID: <a@b>\r\nMessage-ID: <c@d>", "<a@b>"),
        (b"Message-ID: rubbish", ""),
        (b"Message-ID:", ""),
        (b"Message-ID: <\xff@b>", "<\ufffd@b>"),
        (b"X: y", ""),
    ],
)
def test_message_id(field: bytes, message_id: str) -> None:
    with read_eml(io.BytesIO(field + b"\r\n\r\n")) as message:
        assert message.message_id == message_id


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\r\nonly a body\r\n",
        b"\n\n",
        b"Hello Bob: how are you?\n\nI'm fine.\n",
        b"From me@example.com Sat Jan  1 00:00:00 2000\nFrom: me@example.com\n\nmbox\n",
        b" folded: first\r\n\r\n",
        b"\xef\xbb\xbfFrom: me@example.com\r\n\r\n",
        b"Bcc: carol@example.org\r\n\r\nbody\r\n",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    ],
)
def test_what_is_no_message(octets: bytes) -> None:
    with pytest.raises(EmlError) as caught:
        read_eml(io.BytesIO(octets))
    assert isinstance(caught.value, MessageError)
    assert len(str(caught.value).splitlines()) == 1


class Large(io.BytesIO):
    """A file of any size, made while it is read."""

    def __init__(self, beginning: bytes, chunk: bytes, chunks: int) -> None:
        self._chunks = chain([beginning], repeat(chunk, chunks))

    def read(self, _size: int | None = -1, /) -> bytes:
        return next(self._chunks, b"")


def test_memory_does_not_grow_with_the_message() -> None:
    body = (b"x" * 63 + b"\n") * 1024
    tracemalloc.start()
    with read_eml(Large(b"Subject: x\n\n", body, 500)) as message:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert message.size == 14 + 500 * 1024 * 65
    assert peak < 1024 * 1024


def test_memory_does_not_grow_with_a_header_that_has_no_end() -> None:
    tracemalloc.start()
    with pytest.raises(EmlError, match="no end"):
        read_eml(Large(b"Subject: ", b"x" * 65536, 1000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16 * 1024 * 1024
