"""Readers of the messages that were sent, for as long as somebody may look at them."""

from collections import deque
from typing import BinaryIO

MOST = 5
"""Messages: each holds on to the disk's room for its file, which nobody else can see any more."""


class KeptMessages:
    def __init__(self) -> None:
        self._readers: deque[tuple[int, BinaryIO]] = deque()

    def keep(self, begin: int, reader: BinaryIO) -> None:
        """`begin` is the place of the first entry of the send."""
        self._readers.append((begin, reader))
        if len(self._readers) > MOST:
            self._readers.popleft()[1].close()

    def of(self, place: int) -> BinaryIO | None:
        """The message of the send that an entry belongs to, None where it is gone."""
        for begin, reader in reversed(self._readers):
            if begin <= place:
                return reader
        return None

    def close(self) -> None:
        while self._readers:
            self._readers.pop()[1].close()
