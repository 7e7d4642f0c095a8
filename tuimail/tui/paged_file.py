"""A file of any size as rows of a screen, read where somebody looks."""

from array import array
from math import inf
from time import perf_counter
from typing import BinaryIO

from tuimail.safetext import visible

_BLOCK = 65_536
_STRIDE = 256
"""Rows between two whose places are remembered."""


class PagedFile:
    """A row is a line, its end included, or as many octets of it as `width` says. What is kept in
    memory is one block, and a number for every `_STRIDE` rows."""

    def __init__(self, file: BinaryIO, width: int) -> None:
        self._file = file
        self._width = width
        self._marks = array("Q")
        self._read = 0
        self._row = 0
        """Where the row begins that is not complete yet."""
        self.height = 0
        """Rows that are complete."""
        self.finished = False

    def grow(self, budget: float = inf) -> bool:
        """Reads on for so many seconds at most; whether that was all. Raises OSError."""
        until = perf_counter() + budget
        while not self.finished:
            self._file.seek(self._read)
            block = self._file.read(_BLOCK)
            if block:
                self._take(block)
            else:
                self._end_rows(self._read)
                self.finished = True
            if perf_counter() >= until:
                break
        return self.finished

    def rows(self, first: int, count: int) -> list[str]:
        """Safe to show; controls that were made visible may make a row longer than the width.
        Raises OSError."""
        if first >= self.height:
            return []
        mark = first // _STRIDE
        self._file.seek(self._marks[mark])
        for _ in range(first - mark * _STRIDE):
            self._file.readline(self._width)
        rows = (self._file.readline(self._width) for _ in range(count))
        return [
            visible(row.rstrip(b"\r\n").decode(errors="surrogateescape")) for row in rows if row
        ]

    def close(self) -> None:
        self._file.close()

    def _take(self, block: bytes) -> None:
        begin = 0
        while (end := block.find(b"\n", begin)) >= 0:
            begin = end + 1
            self._end_rows(self._read + begin)
        self._read += len(block)
        # A line without an end has its rows too.
        self._end_rows(self._read - (self._read - self._row) % self._width)

    def _end_rows(self, end: int) -> None:
        while self._row < end:
            if self.height % _STRIDE == 0:
                self._marks.append(self._row)
            self.height += 1
            self._row = min(self._row + self._width, end)
