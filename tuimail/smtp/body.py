"""A message on its way out: pulled from its file a block at a time."""

from typing import BinaryIO

from tuimail.smtp.framing import DataFraming
from tuimail.smtp.transaction import Content

BLOCK = 64 * 1024
"""Octets read at once; memory does not grow with the message."""


class Body:
    """Reading raises OSError as the file does, and for one that ends before its size."""

    def __init__(self, content: Content) -> None:
        self._file: BinaryIO = content.open()
        self._framing = DataFraming()
        self.size = content.size
        self.octets = 0
        self.finished = False

    def next_block(self) -> bytes:
        """The next octets for the wire; `finished` once they include the final dot."""
        chunk = self._file.read(BLOCK)
        self.octets += len(chunk)
        wire = self._framing.frame(chunk)
        if len(chunk) == BLOCK:
            return wire
        if self.octets < self.size:
            raise OSError(f"it ends after {self.octets} of {self.size} octets")
        self.finished = True
        self.close()
        return wire + self._framing.finish()

    def close(self) -> None:
        self._file.close()
