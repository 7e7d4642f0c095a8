"""A message's octets as they stand between DATA and the lone dot (RFC 5321 §4.5.2)."""

import re
from collections.abc import Iterator

MAX_LINE = 998  # RFC 5322 §2.1.1, without CRLF
_LINE_BREAK = re.compile(rb"\r\n|\r|\n")


class DataFraming:
    """Turns a message, cut into chunks anywhere, into lines that never look like its end.

    A bare CR or LF becomes CRLF: a server might take either for a line end, and read what
    follows as commands. A line of more than 998 octets goes on behind CRLF and a space, as
    Postfix does it. No chunk may follow `finish`.
    """

    def __init__(self) -> None:
        self._held_cr = False
        self._column = 0

    def frame(self, chunk: bytes) -> bytes:
        if self._held_cr:
            chunk = b"\r" + chunk
        # A CR at the end may be half of a CRLF: the next chunk tells.
        self._held_cr = chunk.endswith(b"\r")
        if self._held_cr:
            chunk = chunk[:-1]
        return self._stuffed(chunk) if chunk else b""

    def finish(self) -> bytes:
        """What is left, and the lone dot."""
        rest = self._stuffed(b"\r") if self._held_cr else b""
        self._held_cr = False
        return rest + (b".\r\n" if self._column == 0 else b"\r\n.\r\n")

    def _stuffed(self, chunk: bytes) -> bytes:
        if not chunk.count(b"\r\n") == chunk.count(b"\r") == chunk.count(b"\n"):
            chunk = _LINE_BREAK.sub(b"\r\n", chunk)
        lines = chunk.split(b"\r\n")
        if self._column + len(lines[0]) > MAX_LINE or max(map(len, lines)) > MAX_LINE:
            lines = list(self._folded(lines))
            chunk = b"\r\n".join(lines)
        starts_line = self._column == 0
        self._column = len(lines[-1]) + (self._column if len(lines) == 1 else 0)
        stuffed = chunk.replace(b"\r\n.", b"\r\n..")
        return b"." + stuffed if starts_line and chunk.startswith(b".") else stuffed

    def _folded(self, lines: list[bytes]) -> Iterator[bytes]:
        room = MAX_LINE - self._column
        for line in lines:
            yield line[:room]
            yield from (
                b" " + line[start : start + MAX_LINE - 1]
                for start in range(room, len(line), MAX_LINE - 1)
            )
            room = MAX_LINE
