"""Which session's waterfall is shown, and which of its stages a line belongs to."""

from bisect import bisect_right
from collections.abc import Container, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from tuimail.tui.retirement import Retirement

if TYPE_CHECKING:
    from tuimail.transcript import Entry, Lane, Transcript
    from tuimail.transcript.segment import Segment
    from tuimail.transcript.waterfall import Waterfall, Waterfalls

_MOST_OPEN = 512
"""Stages that may be waited for at once, as pipelined RCPTs are, and are looked at for a line."""
_LOOK_AROUND = 512
"""Entries before and behind one that belongs to no session, among which its session is."""


class Stages:
    """Reads a transcript's entries as they come; a message's progress is read again."""

    def __init__(self, transcript: "Transcript", waterfalls: "Waterfalls") -> None:
        self._transcript = transcript
        self._waterfalls = waterfalls
        self._begins = [0]
        """The places of the entries that sends begin with."""
        self._read = 0
        self._retirement = Retirement()
        self._renewed: set[int] = set()
        self._shown: Waterfall | None = None

    def begin_send(self) -> None:
        """The entries that come from now on are another send's."""
        self._begins.append(len(self._transcript.entries))

    def note(self, _entry: "Entry") -> None:
        """An entry has come, or taken the place of another."""
        if self._transcript.latest < self._read:
            self._renewed.add(self._transcript.latest)

    def read(self, most: int) -> bool:
        """Takes in so many entries at most; whether that is all."""
        entries = self._transcript.entries
        for place in self._renewed:
            self._waterfalls.append(place, entries[place])
        self._renewed.clear()
        for place in range(self._read, min(self._read + most, len(entries))):
            self._waterfalls.append(place, entries[place])
            self._read += 1
        self._retirement.retire(self._read)
        return self._read == len(entries)

    def of(self, place: int) -> "Waterfall | None":
        """The session that an entry belongs to. What belongs to none, like a look-up or the
        result, is seen with the nearest one of its domain, or of all, in the same send."""
        if place < min(len(self._transcript.entries), self._read):
            self._shown = self._waterfalls.of(self._session(place))
        return self._shown

    def _session(self, place: int) -> "Lane":
        entries = self._transcript.entries
        lane = entries[place].lane
        if lane.exchange:
            return lane
        send = bisect_right(self._begins, place)
        begin = max(self._begins[send - 1], place - _LOOK_AROUND)
        end = min(*self._begins[send : send + 1], self._read, place + _LOOK_AROUND)
        for near in chain(range(place - 1, begin - 1, -1), range(place + 1, end)):
            other = entries[near].lane
            if other.exchange and lane.domain in ("", other.domain):
                return other
        return lane

    def index(self, place: int) -> int | None:
        """Which stage of the session an entry belongs to, the last one where there are several."""
        if self._shown is None:
            return None
        segments = self._shown.segments
        begun = bisect_right(segments, place, key=lambda segment: segment.entries[0])
        for index in range(begun - 1, max(begun - _MOST_OPEN, 0) - 1, -1):
            if place in segments[index].entries:
                return index
        return None

    def next(self, index: int | None, step: int) -> int | None:
        """The stage beside another, None where there is none at all."""
        count = len(self._shown.segments) if self._shown is not None else 0
        if not count:
            return None
        if index is None:
            return 0 if step > 0 else count - 1
        return min(max(index + step, 0), count - 1)

    def segment(self, index: int) -> "Segment | None":
        segments = self._shown.segments if self._shown is not None else ()
        return segments[index] if index < len(segments) else None

    def entries(self, index: int) -> Container[int]:
        """The places of a stage's entries, those that are yet to come among them."""
        return _Entries(self, self._known.segments[index].entries if self._known else ())

    @property
    def _known(self) -> "Waterfall | None":
        """With what is known of it, where less is shown."""
        return self._shown

    def read_to(self, place: int) -> None:
        """Takes in the entry of that place, and those before it."""
        if place >= self._read:
            self.read(place + 1 - self._read)


@dataclass(frozen=True, slots=True)
class _Entries:
    stages: Stages
    places: Sequence[int]
    """They grow as the stages are read."""

    def __contains__(self, place: object) -> bool:
        # Lines are laid out before the waterfall is drawn.
        if isinstance(place, int):
            self.stages.read_to(place)
        return place in self.places
