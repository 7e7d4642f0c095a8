"""Plays a recording in its own time."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

from tuimail.smtp import BodySent, Settled
from tuimail.transcript.events import Entry

SLOWEST, FASTEST = 1 / 64, 64.0
"""Speeds, as powers of two."""


def is_told(entry: Entry) -> bool:
    """Whether it has lines of its own: a message's progress is one, when it is out."""
    match entry.event:
        case BodySent(octets=octets, size=size):
            return octets >= size
        case Settled():
            return False
        case _:
            return True


class Player:
    """Says which entries have come, at what time. Like a dialogue, it knows the time only as an
    argument, in monotonic seconds.

    An entry that was recorded earlier than one before it comes together with that one.
    """

    def __init__(self, entries: Sequence[Entry], now: float, speed: float = 1.0) -> None:
        self._entries = entries
        self._times = tuple(accumulate((entry.event.at for entry in entries), max))
        self.position = 0
        """How many entries have come."""
        self.speed = speed
        """Recorded seconds in each second."""
        self.paused = False
        self._stops = _stops(entries)
        self._since = now
        self._begun = self._first
        """The recorded time at `_since`."""

    @property
    def finished(self) -> bool:
        return self.position == len(self._entries)

    @property
    def steps(self) -> int:
        """How many there are."""
        return len(self._stops)

    @property
    def steps_done(self) -> int:
        return bisect_right(self._stops, self.position)

    @property
    def length(self) -> float:
        """How long it took, in recorded seconds."""
        return self._last - self._first

    def elapsed(self, now: float) -> float:
        """Recorded seconds since its beginning."""
        return self.clock(now) - self._first

    def clock(self, now: float) -> float:
        """The recorded time, in seconds; it ends with the recording."""
        if self.paused:
            return self._begun
        return min(self._begun + (now - self._since) * self.speed, self._last)

    def due(self, now: float) -> Sequence[Entry]:
        """The entries that have come since this was last asked."""
        before, clock = self.position, self.clock(now)
        while not self.paused and not self.finished and self._times[self.position] <= clock:
            self.position += 1
        return self._entries[before : self.position]

    def wait(self, now: float) -> float | None:
        """Seconds until the next entry comes; None where none will by itself."""
        if self.paused or self.finished:
            return None
        return max(0.0, (self._times[self.position] - self.clock(now)) / self.speed)

    def pause(self, now: float) -> None:
        self._set(self.clock(now), now)
        self.paused = True

    def resume(self, now: float) -> None:
        self._set(self.clock(now), now)
        self.paused = False

    def change_speed(self, factor: float, now: float) -> None:
        self._set(self.clock(now), now)
        self.speed = min(max(self.speed * factor, SLOWEST), FASTEST)

    def turn(self, now: float) -> None:
        """Pauses, or goes on; from the beginning where it is at the end."""
        if self.finished:
            self.seek(0, now)
            self.paused = False
        elif self.paused:
            self.resume(now)
        else:
            self.pause(now)

    def seek(self, position: int, now: float) -> None:
        """Goes to where so many entries have come, and on from there."""
        self.position = min(max(position, 0), len(self._entries))
        self._set(self._times[self.position - 1] if self.position else self._first, now)

    def rest(self, position: int, now: float) -> None:
        """Pauses where so many entries have come."""
        self.pause(now)
        self.seek(position, now)

    def step(self, by: int, now: float) -> None:
        """Pauses, `by` steps further on, or back where it is negative. With each step comes one
        entry that is told; a message that is not out yet is taken back in one, too."""
        if by > 0:
            done = min(self.steps_done + by, self.steps)
        else:
            done = bisect_left(self._stops, self.position) + 1 + by
        self.rest(self._stops[done - 1] if done > 0 else 0, now)

    def _set(self, clock: float, now: float) -> None:
        self._begun, self._since = clock, now

    @property
    def _first(self) -> float:
        return self._entries[0].began if self._entries else 0.0

    @property
    def _last(self) -> float:
        return self._times[-1] if self._times else 0.0


def _stops(entries: Sequence[Entry]) -> list[int]:
    """The positions at which steps end. What comes behind the last one comes with it."""
    stops = [place + 1 for place, entry in enumerate(entries) if is_told(entry)]
    return [*stops[:-1], len(entries)] if entries else []
