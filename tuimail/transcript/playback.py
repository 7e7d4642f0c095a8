"""A transcript that a recording is played into, forwards and back."""

from array import array
from collections.abc import Sequence

from tuimail.transcript.events import Entry
from tuimail.transcript.recording import Transcript
from tuimail.transcript.replay import Player


class Playback:
    """Where the player stands, the transcript follows."""

    def __init__(self, entries: Sequence[Entry], now: float, speed: float = 1.0) -> None:
        self.player = Player(entries, now, speed)
        self.transcript = Transcript()
        """What has come."""
        self.whole = Transcript()
        """What is in it once all has come: a message's progress is one entry."""
        self._entries = entries
        self._places = array("Q")
        """Where the transcript has each entry."""
        self._lengths = array("Q", [0])
        """How many the transcript has when so many have come."""
        for entry in entries:
            self.whole.append(entry)
            self._places.append(self.whole.latest)
            self._lengths.append(len(self.whole.entries))
        self._position = 0

    def follow(self) -> bool:
        """Brings the transcript to where the player is; whether something was taken back."""
        before, self._position = self._position, self.player.position
        if self._position < before:
            self._take_back(range(self._position, before))
            return True
        for index in range(before, self._position):
            self.transcript.put(self._places[index], self._entries[index])
        return False

    def _take_back(self, gone: range) -> None:
        length = self._lengths[gone.start]
        self.transcript.take_back(length)
        for place in {self._places[index] for index in gone if self._places[index] < length}:
            self.transcript.put(place, self._entries[self._latest(place, gone.start)])

    def _latest(self, place: int, position: int) -> int:
        """Which of the first entries was the last one in a place."""
        return next(index for index in reversed(range(position)) if self._places[index] == place)
