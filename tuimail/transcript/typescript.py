"""A transcript as plain text, for a terminal or a file."""

from collections.abc import Iterator

from tuimail.smtp import BodySent
from tuimail.transcript.events import Entry, Lane
from tuimail.transcript.lines import Line, lines_of


class Typescript:
    """Types entries in the order they come: seconds since the first began, the session's number,
    the mark, the text."""

    def __init__(self) -> None:
        self._start: float | None = None
        self._sessions: dict[int, int] = {}

    def typed(self, entry: Entry) -> Iterator[tuple[Line, str]]:
        """A message's progress is one line, typed when the message is out."""
        if self._start is None:
            self._start = entry.began
        match entry.event:
            case BodySent(octets=octets, size=size) if octets < size:
                return
        session = self._session(entry.lane)
        for line in lines_of(entry):
            yield line, f"{line.at - self._start:8.3f} {session:>2} {line.mark} {line.text}"

    def _session(self, lane: Lane) -> str:
        """Counted from 1; empty for what belongs to no session."""
        if not lane.exchange:
            return ""
        return str(self._sessions.setdefault(lane.number, len(self._sessions) + 1))
