"""A transcript's lines, made when somebody looks: most sends have nobody who does."""

from collections.abc import Sequence
from typing import overload

from tuimail.smtp import BodySent
from tuimail.transcript.events import Entry
from tuimail.transcript.lines import Line, lines_of


class Lines(Sequence[Line]):
    """Grows with `entries`. A line once made is the same for good, but a message's progress."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._lines: list[Line] = []
        self._read = 0
        self._progress: dict[int, int] = {}
        """The place of an entry that tells a message's progress, and of its line."""
        self._renewed: set[int] = set()

    def renew(self, place: int) -> None:
        """The entry in this place is another, of a message's progress like the one before."""
        if place < self._read:
            self._renewed.add(place)

    def __len__(self) -> int:
        return len(self._made())

    @overload
    def __getitem__(self, index: int) -> Line: ...

    @overload
    def __getitem__(self, index: slice) -> list[Line]: ...

    def __getitem__(self, index: int | slice) -> Line | list[Line]:
        return self._made()[index]

    def _made(self) -> list[Line]:
        while self._renewed:
            place = self._renewed.pop()
            (self._lines[self._progress[place]],) = lines_of(self._entries[place])
        while self._read < len(self._entries):
            entry = self._entries[self._read]
            if isinstance(entry.event, BodySent):
                self._progress[self._read] = len(self._lines)
            self._lines.extend(lines_of(entry))
            self._read += 1
        return self._lines
