"""A message's octets on the wire (RFC 5321 §4.5.2, RFC 3030 §2)."""

import re
from collections.abc import Iterator

MAX_LINE = 998  # RFC 5322 §2.1.1, without CRLF
_LINE_BREAK = re.compile(rb"\r\n|\r|\n")


class LineFraming:
    """Turns a message, cut into chunks anywhere, into lines that every server reads alike.

    A bare CR or LF becomes CRLF: a server might take either for a line end, and read what
    follows as commands. A line of more than 998 octets goes on behind CRLF and a space, as
    Postfix does it. No chunk may follow `finish`.
    """

    def __init__(self) -> None:
        self._held_cr = False
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
        if not chunk.count(b"\r\n") == chunk.count(b"\r") == chunk.count(b"\n"):
            chunk = _LINE_BREAK.sub(b"\r\n", chunk)
        lines = chunk.split(b"\r\n")
        if self.column + len(lines[0]) > MAX_LINE or max(map(len, lines)) > MAX_LINE:
            lines = list(self._folded(lines))
            chunk = b"\r\n".join(lines)
        self.column = len(lines[-1]) + (self.column if len(lines) == 1 else 0)
        return chunk

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
        stuffed = lines.replace(b"\r\n.", b"\r\n..")
        return b"." + stuffed if starts_line and lines.startswith(b".") else stuffed

    def finish(self) -> bytes:
        """What is left, and the lone dot."""
        return self._lines.finish() + b".\r\n"
