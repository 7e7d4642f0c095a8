"""What is seen beside sends, in one transcript with them."""

from collections.abc import Callable, Iterable

from tuimail.transcript import Entry, Event, Lane, Transcript


class Beside:
    """Opens lanes that are no send's, and knows them."""

    def __init__(self, transcript: Transcript) -> None:
        self._transcript = transcript
        self._numbers: set[int] = set()

    def open_lane(self, domain: str, exchange: str = "", ip: str = "", port: int = 0) -> Lane:
        lane = self._transcript.open_lane(domain, exchange, ip, port)
        self._numbers.add(lane.number)
        return lane

    def observer(self, lane: Lane) -> Callable[[Event], None]:
        return self._transcript.observer(lane)

    def left_out(self, entries: Iterable[Entry]) -> list[Entry]:
        """The others."""
        return [entry for entry in entries if entry.lane.number not in self._numbers]
