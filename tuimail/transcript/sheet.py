"""What a page or a picture of a transcript shows: its result, its sessions, its lines."""

from collections.abc import Iterable
from dataclasses import dataclass

from tuimail.safetext import visible
from tuimail.transcript.events import Concluded, Entry, Lane
from tuimail.transcript.lines import Line
from tuimail.transcript.parting import without_farewell
from tuimail.transcript.quantity import seconds
from tuimail.transcript.recording import Transcript
from tuimail.transcript.segment import Segment
from tuimail.transcript.waterfall import Waterfalls


@dataclass(frozen=True, slots=True)
class SessionSheet:
    """All texts are safe to show. `start` and `end` are monotonic times in seconds."""

    number: int
    """Counted from 1, as the lines' are."""
    name: str
    start: float
    end: float
    round_trips: int
    segments: tuple[Segment, ...]

    @property
    def words(self) -> str:
        trips = f"{self.round_trips} round trip{'' if self.round_trips == 1 else 's'}"
        return f"{seconds(self.end - self.start)}, {trips}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """`lines` have the number of their session, 0 for none."""

    title: str
    start: float
    sessions: tuple[SessionSheet, ...]
    lines: tuple[tuple[int, Line], ...]


def sheet_of(entries: Iterable[Entry]) -> Sheet:
    transcript, waterfalls, numbers = Transcript(), Waterfalls(), dict[Lane, int]()
    title, last = "An SMTP dialogue", dict[Lane, float]()
    for entry in entries:
        transcript.append(entry)
        waterfalls.append(transcript.latest, entry)
        if entry.lane.exchange:
            numbers.setdefault(entry.lane, len(numbers) + 1)
            last[entry.lane] = entry.event.at
        if isinstance(entry.event, Concluded):
            title = entry.event.outcome.sentence
    return Sheet(
        title,
        transcript.entries[0].began if transcript.entries else 0.0,
        tuple(_session(number, lane, waterfalls, last[lane]) for lane, number in numbers.items()),
        tuple((numbers.get(line.lane, 0), line) for line in transcript.lines),
    )


def _session(number: int, lane: Lane, waterfalls: Waterfalls, last: float) -> SessionSheet:
    waterfall = waterfalls.of(lane)
    segments, trips = without_farewell(waterfall) if waterfall is not None else ((), 0)
    return SessionSheet(
        number,
        visible(lane.endpoint),
        min((segment.start for segment in segments), default=last),
        max((segment.until(last) for segment in segments), default=last),
        trips,
        tuple(segments),
    )
