"""Plays a recording in its own time."""

from collections.abc import Sequence
from itertools import accumulate

from tuimail.transcript.events import Entry

SLOWEST, FASTEST = 1 / 64, 64.0
"""Speeds, as powers of two."""


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
        self._since = now
        self._begun = self._times[0] if self._times else 0.0
        """The recorded time at `_since`."""

    @property
    def finished(self) -> bool:
        return self.position == len(self._entries)

    def clock(self, now: float) -> float:
        """The recorded time, in seconds."""
        if self.paused:
            return self._begun
        return self._begun + (now - self._since) * self.speed

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

    def seek(self, position: int, now: float) -> None:
        """Goes to where so many entries have come, and on from there."""
        self.position = min(max(position, 0), len(self._entries))
        last = max(self.position - 1, 0)
        self._set(self._times[last] if self._times else 0.0, now)

    def step(self, by: int, now: float) -> None:
        """Pauses, `by` entries further on, or back where it is negative."""
        self.pause(now)
        self.seek(self.position + by, now)

    def _set(self, clock: float, now: float) -> None:
        self._begun, self._since = clock, now
