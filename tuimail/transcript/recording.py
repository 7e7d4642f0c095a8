"""The transcript: everything that was seen, in the order it was seen."""

from collections.abc import Callable
from typing import Protocol

from tuimail.smtp import BodySent
from tuimail.transcript.events import Entry, Event, Lane
from tuimail.transcript.reading import Lines

Watcher = Callable[[Entry], None]


class Recorder(Protocol):
    """Opens lanes, and takes what happens in them."""

    def open_lane(self, domain: str, exchange: str = "", ip: str = "", port: int = 0) -> Lane: ...

    def observer(self, lane: Lane) -> Callable[[Event], None]: ...


class Transcript:
    """Appends, and wakes whoever watches. A message's progress is one entry, renewed in place."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.lines = Lines(self.entries)
        self.latest = 0
        """The place in `entries` of the one that was appended or renewed last."""
        self._lanes = 0
        self._watchers: list[Watcher] = []
        self._bodies: dict[int, int] = {}
        """The number of a lane, and the place of the entry that tells its message's progress."""

    def open_lane(self, domain: str, exchange: str = "", ip: str = "", port: int = 0) -> Lane:
        self._lanes += 1
        return Lane(self._lanes, domain, exchange, ip, port)

    def observer(self, lane: Lane) -> Callable[[Event], None]:
        """What a dialogue or a courier reports to."""
        return lambda event: self.append(Entry(lane, event))

    def append(self, entry: Entry) -> None:
        place = len(self.entries)
        if isinstance(entry.event, BodySent):
            place = self._bodies.setdefault(entry.lane.number, place)
        else:
            self._bodies.pop(entry.lane.number, None)
        self.put(place, entry)

    def put(self, place: int, entry: Entry) -> None:
        """Where a recording has it: behind the last one, or in the place of one before."""
        self.latest = place
        self.entries[place : place + 1] = (entry,)
        for watcher in self._watchers:
            watcher(entry)

    def take_back(self, length: int) -> None:
        """Leaves so many entries of those that were put there, and wakes nobody."""
        del self.entries[length:]
        self.lines.take_back()

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Calls `watcher` after each entry; the function returned ends that."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)
