"""A message as it goes over the wire: a file of lines that end in CRLF (RFC 5321 §2.3.8)."""

from dataclasses import dataclass, field
from errno import ENOENT
from io import BytesIO
from tempfile import NamedTemporaryFile
from typing import IO, BinaryIO, Self

SMALL = 64 * 1024
"""Octets of a message that is kept in memory: what most are costs no file."""
_CRLF = b"\r\n"
_EMPTY_LINE = b"\r\n\r\n"


class MessageError(ValueError):
    """A message that can't be made of what was given; its text is one line for a person."""


class LineEnds:
    """Makes each CRLF, bare CR and bare LF a CRLF, in chunks cut anywhere."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, chunk: bytes) -> bytes:
        chunk = self._held + chunk
        # A CR at the end may be half of a CRLF: the next chunk tells.
        self._held = b"\r" if chunk.endswith(b"\r") else b""
        chunk = chunk.removesuffix(b"\r")
        if chunk.count(_CRLF) == chunk.count(b"\r") == chunk.count(b"\n"):
            return chunk
        return chunk.replace(_CRLF, b"\n").replace(b"\r", b"\n").replace(b"\n", _CRLF)

    def finish(self) -> bytes:
        held, self._held = self._held, b""
        return _CRLF if held else b""


@dataclass(frozen=True, slots=True, eq=False)
class Message:
    """A message in a temporary file, or in memory where it is small; `close` removes it.

    `size` counts its octets on the wire before dot-stuffing; `message_id` is "" where its header
    has none. `eight_bit`: some octet is over 127 (RFC 6152); `utf8_headers`: some octet of its
    header is (RFC 6532).
    """

    size: int
    message_id: str
    eight_bit: bool
    utf8_headers: bool
    _file: IO[bytes] = field(repr=False)

    def open(self) -> BinaryIO:
        """A reader of its own at the start: sessions side by side don't share a position.

        It may be read to its end even after `close`. Raises FileNotFoundError after `close`.
        """
        if isinstance(self._file, BytesIO):
            if self._file.closed:
                raise FileNotFoundError(ENOENT, "the message was closed")
            return BytesIO(self._file.getvalue())  # Which copies nothing.
        return open(self._file.name, "rb")  # noqa: PTH123 - half the time of Path.open

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Spool:
    """Writes a message: lines of any ending in, CRLF out, memory for one chunk, or for a small
    message.

    As a context manager it removes what was written unless `finish` has made it a message. Raises
    OSError where there is no room for it.
    """

    def __init__(self) -> None:
        self._file: IO[bytes] = BytesIO()
        self._line_ends = LineEnds()
        self._size = 0
        self._last_octets = b""
        self._eight_bit = False
        self._utf8_headers = False
        # The octets that the next chunk may complete to the header's end; None behind it. The
        # message may begin with its body, behind an empty line.
        self._header_tail: bytes | None = _CRLF
        self._message: Message | None = None

    def write(self, chunk: bytes) -> None:
        self._append(self._line_ends.feed(chunk))

    def finish(self, message_id: str) -> Message:
        """The message; nothing can be written any more. Ends its last line where it has no end."""
        self._append(self._line_ends.finish())
        if self._last_octets not in (b"", _CRLF):
            self._append(_CRLF)
        self._file.flush()
        self._message = Message(
            self._size, message_id, self._eight_bit, self._utf8_headers, self._file
        )
        return self._message

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._message is None:
            self._file.close()

    def _append(self, octets: bytes) -> None:
        if isinstance(self._file, BytesIO) and self._size + len(octets) > SMALL:
            small = self._file.getvalue()
            self._file = NamedTemporaryFile(prefix="tuimail-", suffix=".eml")  # noqa: SIM115 - Message closes it
            self._file.write(small)
        self._file.write(octets)
        self._size += len(octets)
        self._last_octets = (self._last_octets + octets[-2:])[-2:]
        if not octets.isascii():
            self._eight_bit = True
        if self._header_tail is not None:
            header, end, _ = (self._header_tail + octets).partition(_EMPTY_LINE)
            if not header.isascii():
                self._utf8_headers = True
            self._header_tail = None if end else header[-3:]
