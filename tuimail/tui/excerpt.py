"""The lines of a transcript that are shown: those that pass a sieve, and of a long reply a few.

An exchange may say ten thousand lines in one reply, which would push everything else away: behind
the first ones a single line stands for the rest, until it is opened.
"""

from array import array
from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.cells import cell_len

from tuimail.tui.sieve import EVERYTHING, Sieve

if TYPE_CHECKING:
    from tuimail.transcript import Line
    from tuimail.transcript.reading import Lines

BEGINNING = 20
"""Lines of a long reply that are shown, and its last: there the enhanced status stands."""
_UNKNOWN = 2**32 - 1


class Excerpt:
    """Grows with `lines`, as `look_at` is called for each in turn."""

    def __init__(self, lines: "Lines", sieve: Sieve = EVERYTHING) -> None:
        self.sieve = sieve
        self.is_opened = False
        self._lines = lines
        self._shown = array("Q")
        self._cells = array("I")
        """How wide each text is, twice, and one more where its line has a label; _UNKNOWN until
        somebody asks."""
        self._folded: dict[int, int] = {}
        """By the number of the first line that is folded away: the one behind the last."""

    def __len__(self) -> int:
        return len(self._shown)

    def look_at(self, number: int, place: int) -> int:
        """Takes a line in where it is to be shown; `place` is that of its entry. The number of the
        line to be looked at next."""
        line = self._lines.line(number, place)
        if not self.sieve.passes(line, place):
            return number + 1
        self._shown.append(number)
        reply = self._lines.long_reply(place)
        if reply is not None and number - self._lines.first(place) == BEGINNING:
            last = self._lines.first(place) + len(reply.lines) - 1
            self._folded[number] = last
            self._cells.append(_UNKNOWN)
            return last
        self._cells.append(_measured(line))
        return number + 1

    def line(self, index: int) -> "Line":
        number = self._shown[index]
        line, end = self._lines[number], self._folded.get(number)
        if end is None:
            return line
        return replace(line, text=f"… {end - number:,} more lines: space unfolds them")

    def number(self, index: int) -> int:
        """Of a line in the transcript."""
        return self._shown[index]

    def folded(self, index: int) -> range:
        """The numbers of the lines that it stands for; empty where it is one itself."""
        number = self._shown[index]
        return range(number, self._folded.get(number, number))

    def take_back(self, known: int) -> None:
        """There are so many lines left."""
        count = self.nearest(known)
        del self._shown[count:], self._cells[count:]
        self._folded = {number: end for number, end in self._folded.items() if number < known}

    def count_of(self, selected: range) -> int:
        """Lines that these are, or stand for."""
        first, last = self._shown[selected[0]], self._shown[selected[-1]]
        return len(selected) + sum(
            end - number - 1 for number, end in self._folded.items() if first <= number <= last
        )

    def cells(self, index: int) -> tuple[int, int]:
        """How wide its text is, and 1 where it has a label."""
        if self._cells[index] == _UNKNOWN:
            self._cells[index] = _measured(self.line(index))
        return divmod(self._cells[index], 2)

    def nearest(self, number: int) -> int:
        """Where the first line stands that is not before `number`."""
        return bisect_left(self._shown, number)

    def find(self, number: int) -> int:
        """Where the line of that number stands, or what stands for it; the one behind it where it
        does not pass."""
        index = self.nearest(number)
        return index - 1 if index and number in self.folded(index - 1) else index

    def open(self, index: int) -> int:
        """Shows what it stands for. How many lines there are more."""
        self.is_opened = True
        numbers = self.folded(index)
        del self._folded[numbers.start]
        self._shown[index : index + 1] = array("Q", numbers)
        self._cells[index : index + 1] = array("I", [_UNKNOWN]) * len(numbers)
        return len(numbers) - 1


def _measured(line: "Line") -> int:
    return cell_len(line.text) * 2 + bool(line.lane.domain)
