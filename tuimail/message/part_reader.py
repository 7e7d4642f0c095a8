"""A message read part by part: what is between its delimiters (RFC 2046 §5.1.1)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_CRLF = b"\r\n"
_BLOCK = 64 * 1024
_LONGEST_LINE = 64 * 1024
"""Octets; the rest of a longer line counts as another, that can't be a delimiter."""


@dataclass(frozen=True, slots=True)
class Delimiter:
    """A line between two parts, with the CRLF before it unless that has been read.

    `depth` counts the multiparts around the one it belongs to; `closing`: no part follows.
    """

    octets: bytes
    depth: int
    closing: bool


class PartReader:
    """Reads a file whose lines end in CRLF, from its start. Memory does not grow with it.

    A delimiter is a whole line, padded with white space at most, as Python, Go and most others
    read it; of those that are the same the outermost counts.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        # The two octets before what was read last are kept: a delimiter begins with them.
        self._buffer = _CRLF
        self._at = 2
        self._start = -2
        self._boundaries: list[bytes] = []
        self._delimiter: re.Pattern[bytes] | None = None

    @property
    def depth(self) -> int:
        """How many multiparts are open."""
        return len(self._boundaries)

    def enter(self, boundary: bytes) -> None:
        self._boundaries.append(boundary)
        self._look_for_boundaries()

    def leave(self) -> None:
        self._boundaries.pop()
        self._look_for_boundaries()

    @property
    def position(self) -> int:
        return self._start + self._at

    def return_to(self, position: int) -> None:
        """To where a line begins, which was `position` before."""
        if position >= self._start + 2:
            self._at = position - self._start
        else:
            self._file.seek(position)
            self._buffer, self._at, self._start = _CRLF, 2, position - 2

    def line(self) -> bytes:
        """The next line with its end, b"" at the file's end; a very long one comes in pieces."""
        if self._at == len(self._buffer):
            self._fill()
        end = self._buffer.find(b"\n", self._at) + 1 or len(self._buffer)
        line = self._buffer[self._at : end]
        self._at = end
        return line

    def blocks(self) -> Iterator[bytes]:
        """What comes before the next delimiter, cut anywhere but inside a CRLF.

        The CRLF before a delimiter belongs to it. Inside a multipart that of the last line is
        left too: there should be a delimiter.
        """
        while True:
            found = self._delimiter and self._delimiter.search(self._buffer, max(self._at - 2, 0))
            end = found.start() if found else len(self._buffer.removesuffix(_CRLF))
            block = self._buffer[self._at : end]
            self._at = max(self._at, end)
            if block:
                yield block
            if found:
                return
            if not self._fill():
                break
        if not self._boundaries and self._at < len(self._buffer):
            self._at = len(self._buffer)
            yield _CRLF

    def delimiter(self) -> Delimiter | None:
        """The one that stands here, or None; `line` may have read the CRLF before it."""
        if self._delimiter is None:
            return None
        if len(self._buffer) - self._at <= 2:
            self._fill()
        for start in (self._at - 2, self._at):
            found = self._delimiter.match(self._buffer, start) if start >= 0 else None
            if found:
                octets = self._buffer[self._at : found.end()]
                return Delimiter(octets, self._boundaries.index(found[1]), found[2] is not None)
        return None

    def skip(self, delimiter: Delimiter) -> None:
        """Goes on behind the delimiter that stands here."""
        self._at += len(delimiter.octets)

    def _look_for_boundaries(self) -> None:
        if not self._boundaries:
            self._delimiter = None
            return
        either = b"|".join(map(re.escape, self._boundaries))
        self._delimiter = re.compile(rb"\r\n--(%s)(--)?[ \t]*\r\n" % either)

    def _fill(self) -> bool:
        """Reads on, up to a line's end; False at the file's. At most two octets are unread."""
        chunk = self._file.read(_BLOCK)
        if chunk and not chunk.endswith(b"\n"):
            chunk += self._file.readline(_LONGEST_LINE)
        if chunk.endswith(b"\r"):
            chunk += self._file.read(1)
        read = len(self._buffer) - 2
        self._buffer = self._buffer[read:] + chunk
        self._start += read
        self._at -= read
        return bool(chunk)
