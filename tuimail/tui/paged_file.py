"""A file of any size as rows of a screen, read where somebody looks."""

from array import array
from math import inf
from time import perf_counter
from typing import BinaryIO

from tuimail.safetext import visible

_BLOCK = 16_384
_LONGEST_END = 2
_STRIDE = 256
"""Rows between two whose places are remembered."""


class PagedFile:
    """A row is a line, or as many octets of it as `width` says. What is kept in memory is one
    block, and a number for every `_STRIDE` rows."""

    def __init__(self, file: BinaryIO, width: int) -> None:
        self._file = file
        self._width = width
        self._marks = array("Q")
        self._read = 0
        self._row = 0
        """Where the row begins that is not complete yet."""
        self._rest = b""
        """What was read from there on."""
        self.height = 0
        """Rows that are complete."""
        self.finished = False

    def grow(self, budget: float = inf) -> bool:
        """Reads on for so many seconds at most; whether that was all. Raises OSError."""
        until = perf_counter() + budget
        while not self.finished:
            self._file.seek(self._read)
            block = self._file.read(_BLOCK)
            self._read += len(block)
            self._take(block)
            if perf_counter() >= until:
                break
        return self.finished

    def rows(self, first: int, count: int) -> list[str]:
        """Safe to show; controls that were made visible may make a row longer than the width.
        Raises OSError."""
        if first >= self.height:
            return []
        mark, skipped = divmod(first, _STRIDE)
        self._file.seek(self._marks[mark])
        data = self._file.read((skipped + count) * (self._width + _LONGEST_END))
        begin, rows = 0, []
        for number in range(skipped + count):
            if begin >= len(data):
                break
            end = self._row_end(data, begin)
            if number >= skipped:
                rows.append(data[begin:end].rstrip(b"\r\n").decode(errors="surrogateescape"))
            begin = end
        return [visible(row) for row in rows]

    def close(self) -> None:
        self._file.close()

    def _take(self, block: bytes) -> None:
        """An empty one is the end."""
        *lines, last = (self._rest + block).split(b"\n")
        for line in lines:
            self._take_line(len(line) + 1, len(line.removesuffix(b"\r")))
        if block:
            # What fits into a row may end there.
            whole = max(len(last) - _LONGEST_END, 0) // self._width * self._width
            self._take_line(whole, whole)
            self._rest = last[whole:]
            return
        self.finished = True
        if last:
            self._take_line(len(last), len(last))
        self._rest = b""

    def _take_line(self, octets: int, content: int) -> None:
        """`octets` with its end, `content` without."""
        end = self._row + octets
        for begin in range(self._row, self._row + max(content, octets and 1), self._width):
            if self.height % _STRIDE == 0:
                self._marks.append(begin)
            self.height += 1
        self._row = end

    def _row_end(self, data: bytes, begin: int) -> int:
        end = data.find(b"\n", begin, begin + self._width + _LONGEST_END)
        if end >= 0 and len(data[begin:end].removesuffix(b"\r")) <= self._width:
            return end + 1
        return begin + self._width
