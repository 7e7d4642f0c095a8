"""A transcript as plain text, for a terminal or a file."""

from collections.abc import Iterator

from tuimail.smtp import BodySent
from tuimail.transcript.events import Entry
from tuimail.transcript.lines import Line, lines_of


class Typescript:
    """Types entries in the order they come: seconds since the first, the lane where there are
    several sessions, the mark, the text."""

    def __init__(self) -> None:
        self._start: float | None = None

    def typed(self, entry: Entry) -> Iterator[tuple[Line, str]]:
        """A message's progress is one line, typed when the message is out."""
        if self._start is None:
            self._start = entry.event.at
        match entry.event:
            case BodySent(octets=octets, size=size) if octets < size:
                return
        for line in lines_of(entry):
            elapsed = line.at - self._start
            yield line, f"{elapsed:8.3f} {line.lane.number:>2} {line.mark} {line.text}"
