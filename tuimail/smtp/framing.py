"""A message's octets on the wire (RFC 5321 §4.5.2, RFC 3030 §2)."""

import re
from collections.abc import Iterator
from io import IncrementalNewlineDecoder

MAX_LINE = 998  # RFC 5322 §2.1.1, without CRLF
_REACH = MAX_LINE + 2
"""Octets from a line's start to the end of its CRLF, where it is as long as a line may be."""
_LINE_BREAK = re.compile(rb"\r\n|\r|\n")


class LineFraming:
    """Turns a message, cut into chunks anywhere, into lines that every server reads alike.

    A bare CR or LF becomes CRLF: a server might take either for a line end, and read what
    follows as commands. A line of more than 998 octets goes on behind CRLF and a space, as
    Postfix does it. No chunk may follow `finish`.
    """

    def __init__(self) -> None:
        self._held_cr = False
        self._newlines = IncrementalNewlineDecoder(None, translate=False)
        self.column = 0
        """Octets of the line that the next chunk goes on with."""

    def frame(self, chunk: bytes) -> bytes:
        if self._held_cr:
            chunk = b"\r" + chunk
        # A CR at the end may be half of a CRLF: the next chunk tells.
        self._held_cr = chunk.endswith(b"\r")
        if self._held_cr:
            chunk = chunk[:-1]
        return self._lines(chunk) if chunk else b""

    def finish(self) -> bytes:
        """What is left, and the end of the last line where it has none."""
        rest = self._lines(b"\r") if self._held_cr else b""
        self._held_cr = False
        return rest if self.column == 0 else rest + b"\r\n"

    def _lines(self, chunk: bytes) -> bytes:
        """`chunk` ends in no CR, but for the message's last one."""
        if not self._breaks_well(chunk):
            chunk = _LINE_BREAK.sub(b"\r\n", chunk)
        if not self._fits(chunk):
            chunk = b"\r\n".join(self._folded(chunk.split(b"\r\n")))
        line = chunk.rfind(b"\n") + 1
        self.column = len(chunk) - line if line else self.column + len(chunk)
        return chunk

    def _breaks_well(self, chunk: bytes) -> bool:
        """Whether no CR and no LF is bare. One pass in C; counting all three takes four times as
        long, and a regular expression fifty times."""
        self._newlines.reset()
        self._newlines.decode(chunk.decode("latin-1"), final=True)
        return self._newlines.newlines in (None, "\r\n")

    def _fits(self, chunk: bytes) -> bool:
        """Whether every line is short enough. Hops from a line's start to the last line end in
        its reach, and on from there; splitting takes five times as long."""
        last_start = len(chunk) - MAX_LINE
        if last_start <= -self.column:
            return True
        start = chunk.rfind(b"\n", 0, _REACH - self.column) + 1
        while 0 < start < last_start:
            start = chunk.rfind(b"\n", start, start + _REACH) + 1
        return start > 0

    def _folded(self, lines: list[bytes]) -> Iterator[bytes]:
        room = MAX_LINE - self.column
        for line in lines:
            yield line[:room]
            yield from (
                b" " + line[start : start + MAX_LINE - 1]
                for start in range(room, len(line), MAX_LINE - 1)
            )
            room = MAX_LINE


class DataFraming:
    """Lines that never look like the message's end, as they stand between DATA and the dot."""

    def __init__(self) -> None:
        self._lines = LineFraming()

    def frame(self, chunk: bytes) -> bytes:
        starts_line = self._lines.column == 0
        lines = self._lines.frame(chunk)
        # What is long is base64, which has no dot: looking for one alone is ten times faster.
        stuffed = lines.replace(b"\r\n.", b"\r\n..") if b"." in lines else lines
        return b"." + stuffed if starts_line and lines.startswith(b".") else stuffed

    def finish(self) -> bytes:
        """What is left, and the lone dot."""
        return self._lines.finish() + b".\r\n"
