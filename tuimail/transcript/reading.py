"""A transcript's lines, made when somebody looks: most sends have nobody who does."""

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from typing import overload

from tuimail.smtp import Reply, ReplyReceived
from tuimail.transcript.events import Entry
from tuimail.transcript.lines import Line, lines_of, reply_line

_MOST_KEPT = 32
"""Entries whose lines are kept: more than a screen has rows of long ones."""
WHOLE = 40
"""Lines that an honest reply has at most; of a longer one each is made alone, as it may have ten
thousand."""


class Lines(Sequence[Line]):
    """Grows with `entries`. Of each entry it remembers where its lines begin, and no line: a
    million of them would not fit into the memory that a terminal program may take."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        self.known = 0
        """Lines that have been counted."""
        self._begins = array("Q")
        """The number of the first line of each entry that has been read."""
        self._long: dict[int, Reply] = {}
        """The long replies, by their entries' places."""
        self._kept: dict[int, tuple[Entry, tuple[Line, ...]]] = {}

    def read(self, most: int) -> int:
        """Counts the lines of so many further entries, at most; how many lines are known then."""
        begin = len(self._begins)
        for place in range(begin, min(begin + most, len(self.entries))):
            self._begins.append(self.known)
            self.known += self._count(place)
        return self.known

    def take_back(self) -> None:
        """The last entries are gone."""
        if self.read_entries > len(self.entries):
            self.known = self._begins[len(self.entries)]
            del self._begins[len(self.entries) :]
            self._long = {at: each for at, each in self._long.items() if at < len(self.entries)}

    @property
    def read_entries(self) -> int:
        """Entries whose lines have been counted."""
        return len(self._begins)

    @property
    def pending(self) -> bool:
        """Whether there are entries whose lines have not been counted."""
        return len(self._begins) < len(self.entries)

    def place(self, index: int) -> int:
        """Of the entry that a line belongs to, which has to be known."""
        return bisect_right(self._begins, index) - 1

    def first(self, place: int) -> int:
        """The number of an entry's first line, or of the one that comes next where it has none."""
        return self._begins[place] if place < len(self._begins) else self.known

    def long_reply(self, place: int) -> Reply | None:
        """What an entry that has been read is, where it is a reply of more than WHOLE lines."""
        return self._long.get(place)

    def line(self, index: int, place: int) -> Line:
        """A known one, whose entry's place is known too."""
        within = index - self._begins[place]
        reply = self._long.get(place)
        if reply is None:
            return self._of(place)[within]
        return reply_line(self.entries[place], reply, within)

    def __len__(self) -> int:
        return self.read(len(self.entries))

    @overload
    def __getitem__(self, index: int) -> Line: ...

    @overload
    def __getitem__(self, index: slice) -> list[Line]: ...

    def __getitem__(self, index: int | slice) -> Line | list[Line]:
        if isinstance(index, slice):
            return [self._line(each) for each in range(*index.indices(len(self)))]
        if not 0 <= index < self.known:
            index = range(len(self))[index]
        return self._line(index)

    def _line(self, index: int) -> Line:
        return self.line(index, self.place(index))

    def _count(self, place: int) -> int:
        event = self.entries[place].event
        if isinstance(event, ReplyReceived) and len(event.reply.lines) > WHOLE:
            self._long[place] = event.reply
            return len(event.reply.lines)
        return len(self._of(place))

    def _of(self, place: int) -> tuple[Line, ...]:
        entry = self.entries[place]
        kept = self._kept.get(place)
        if kept is not None and kept[0] is entry:
            return kept[1]
        made = lines_of(entry)
        if len(self._kept) >= _MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[place] = entry, made
        return made
