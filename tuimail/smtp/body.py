"""A message on its way out: pulled from its file a block at a time."""

from typing import BinaryIO

from tuimail.smtp.framing import DataFraming, LineFraming
from tuimail.smtp.transaction import Content

BLOCK = 256 * 1024
"""Octets read at once behind DATA; memory does not grow with the message. With 64 KiB, going round
costs a fifth more processor time, and with 512 KiB getting memory does."""
CHUNK = 256 * 1024
"""Octets read for one BDAT: each costs a reply."""


class Body:
    """Reading raises OSError as the file does, and for one that ends before its size."""

    def __init__(self, content: Content, framing: DataFraming | LineFraming, block: int) -> None:
        self._file: BinaryIO = content.open()
        self._framing = framing
        # One octet more than there are finds the end, and gets no memory that a small message
        # leaves empty.
        self._block = min(block, content.size + 1)
        self.size = content.size
        self.octets = 0
        """Of the message, read so far."""
        self.finished = False

    def next_block(self) -> bytes:
        """The next octets for the wire; `finished` once they are the last."""
        block = self._file.read(self._block)
        self.octets += len(block)
        wire = self._framing.frame(block)
        if len(block) == self._block:
            return wire
        if self.octets < self.size:
            raise OSError(f"it ends after {self.octets} of {self.size} octets")
        self.finished = True
        self.close()
        return wire + self._framing.finish()

    def close(self) -> None:
        self._file.close()
