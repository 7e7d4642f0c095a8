"""The transcript: everything that was seen, in the order it was seen."""

from collections.abc import Callable

from tuimail.smtp import BodySent
from tuimail.transcript.events import Entry, Event, Lane
from tuimail.transcript.reading import Lines

Watcher = Callable[[Entry], None]


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
        lane, end = entry.lane.number, len(self.entries)
        if isinstance(entry.event, BodySent):
            self.latest = self._bodies.setdefault(lane, end)
        else:
            self._bodies.pop(lane, None)
            self.latest = end
        # At the end, or in the place of the progress before.
        self.entries[self.latest : self.latest + 1] = (entry,)
        for watcher in self._watchers:
            watcher(entry)

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Calls `watcher` after each entry; the function returned ends that."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)
