"""A transcript's lines laid out on rows, send by send.

What is counted here are the lines that are shown: all, or those that pass a sieve.
"""

from array import array
from bisect import bisect_right
from collections import deque
from math import inf
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from tuimail.tui.excerpt import Excerpt
from tuimail.tui.fold import fold
from tuimail.tui.one_send import Run
from tuimail.tui.sieve import EVERYTHING, Sieve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tuimail.transcript import Entry, Line
    from tuimail.transcript.reading import Lines

TIME_WIDTH = 9
"""Cells of `  0.031  `, which seconds fill up to a quarter of an hour."""
STEP_WIDTH = 8
"""Cells of `+0.031  `, the time since the line before."""
MARK_WIDTH = 2
SPACIOUS = 100
"""Cells from which on there is room for the time since the line before."""
_MIN_TEXT_WIDTH = 16
_AT_A_TIME = 16
"""Lines between two looks at the clock."""


class Place(NamedTuple):
    """What a row shows: a part of a line, counted from 0, or HEADING, the rule above a send; or
    behind all of them a row of what was unfolded."""

    line: int
    part: int
    detail: int = -1


HEADING = -1


class Sheet:
    """Knows where each line of a growing transcript stands, for rows of `width` cells."""

    def __init__(self, lines: "Lines", width: int = 80) -> None:
        self.lines = lines
        self.width = width
        self.runs: list[Run] = []
        self._begins = deque([0])
        """The places of the entries that the sends to come begin with."""
        self._looked_at = 0
        """Lines of the transcript that were shown, or left out."""
        self._noted = 0
        """Lines of the transcript whose lanes are known."""
        self._excerpt = Excerpt(lines)
        self._ends = array("Q")
        self._details: dict[int, Sequence[str]] = {}
        self._unfolded: dict[int, list[str]] = {}
        """In the order of the lines."""

    @property
    def count(self) -> int:
        """Lines laid out."""
        return len(self._ends)

    @property
    def sieve(self) -> Sieve:
        return self._excerpt.sieve

    @property
    def height(self) -> int:
        base, count = (self._ends[-1], self.count) if self._ends else (0, 0)
        return base + sum(len(rows) for index, rows in self._unfolded.items() if index < count)

    @property
    def is_spacious(self) -> bool:
        return self.width >= SPACIOUS

    def begin_run(self) -> None:
        """The entries that come from now on belong to another send."""
        self._begins.append(len(self.lines.entries))

    # Laying out

    def grow(self, budget: float = inf) -> bool:
        """Takes in what was appended since, for so many seconds at most; whether that is all."""
        until = perf_counter() + budget
        while True:
            for _ in range(_AT_A_TIME):
                if len(self._ends) < len(self._excerpt):
                    self._lay(len(self._ends))
                elif self._looked_at < self.lines.known or self._read():
                    self._look_at(self._looked_at)
                else:
                    return True
            if perf_counter() >= until:
                return False

    def resize(self, width: int) -> None:
        """`grow` lays every line out again."""
        self.width = width
        del self._ends[:]
        for index, texts in self._details.items():
            self._unfolded[index] = self._folded(texts)

    def sift(self, sieve: Sieve) -> None:
        """`grow` lays out what passes."""
        self._excerpt = Excerpt(self.lines, sieve)
        self._looked_at = 0
        del self._ends[:]
        self._details.clear()
        self._unfolded.clear()

    def take_back(self) -> None:
        """The transcript's last lines are gone. The lanes that they were of stay known: they come
        again, and nothing is to move then."""
        self._looked_at = min(self._looked_at, self.lines.known)
        self._excerpt.take_back(self.lines.known)
        count = len(self._excerpt)
        del self._ends[count:]
        for index in [each for each in self._details if each >= count]:
            self.fold_up(index)

    def _read(self) -> bool:
        """Whether another line has come."""
        while self.lines.pending:
            if self.lines.read(1) > self._looked_at:
                return True
        return False

    def _look_at(self, number: int) -> None:
        place = self.lines.place(number)
        if number == self._noted:
            self._note(number, self.lines.line(number, place), place)
        self._looked_at = self._excerpt.look_at(number, place)
        self._noted = max(self._noted, self._looked_at)

    def _note(self, number: int, line: "Line", place: int) -> None:
        if self._begins and place >= self._begins[0]:
            while self._begins and place >= self._begins[0]:
                self._begins.popleft()
            self.runs.append(Run(number, self.lines.entries[place].began))
        run = self.runs[-1]
        label_width = run.label_width
        run.note(line.lane)
        if run.label_width != label_width:
            del self._ends[self._excerpt.nearest(run.first_line) :]

    def _lay(self, index: int) -> None:
        run = self.run_of(index)
        cells, labelled = self._excerpt.cells(index)
        width = max(self.width - self._gutter(run, labelled), _MIN_TEXT_WIDTH)
        rows = 1 if cells <= width else len(fold(self.line(index).text, width))
        heading = 1 if self._heads(index, run) else 0
        before = self._ends[index - 1] if index else 0
        self._ends.append(before + heading + rows)

    # What stands where

    def line(self, index: int) -> "Line":
        return self._excerpt.line(index)

    def entry(self, index: int) -> int:
        """The place of its entry in the transcript."""
        return self.lines.place(self._excerpt.number(index))

    def nearest(self, number: int) -> int:
        """The line that is shown, for the number of one in the transcript, or what stands for it,
        or the one behind it; the last where there is none."""
        return max(min(self._excerpt.find(number), self.count - 1), 0)

    def number(self, index: int) -> int:
        """Of a line in the transcript."""
        return self._excerpt.number(index)

    def since_before(self, index: int) -> float | None:
        """Seconds since the line before it, None for the first of a send and for what came with
        the line before it."""
        if index == 0 or self._heads(index, self.run_of(index)):
            return None
        if self.entry(index) == self.entry(index - 1):
            return None
        return self.line(index).at - self.line(index - 1).at

    def place(self, row: int) -> Place:
        """What stands on a row from 0 to `height - 1`."""
        for index, rows in self._unfolded.items():
            if index >= self.count or row < self._ends[index]:
                break
            if row < self._ends[index] + len(rows):
                return Place(index, len(self.parts(index)), row - self._ends[index])
            row -= len(rows)
        index = bisect_right(self._ends, row)
        part = row - (self._ends[index - 1] if index else 0)
        return Place(index, part - 1 if self.has_heading(index) else part)

    def first_row(self, index: int) -> int:
        """Of a line, its heading included."""
        before = self._ends[index - 1] if index else 0
        return before + sum(len(rows) for each, rows in self._unfolded.items() if each < index)

    def last_row(self, index: int) -> int:
        """Of a line, with what was unfolded of it."""
        rows = sum(len(rows) for each, rows in self._unfolded.items() if each <= index)
        return self._ends[index] + rows - 1

    def run_of(self, index: int) -> Run:
        number = self._excerpt.number(index)
        return self.runs[bisect_right(self.runs, number, key=lambda run: run.first_line) - 1]

    def entries_of(self, run: Run) -> "Sequence[Entry]":
        """Those of a send, also what is not shown."""
        begins = [each.first_line for each in self.runs if each.first_line >= run.first_line]
        begin, *later = map(self.lines.place, begins)
        return self.lines.entries[begin : later[0] if later else len(self.lines.entries)]

    def has_heading(self, index: int) -> bool:
        """Whether a line is the first that is shown of a send that follows another."""
        return self._heads(index, self.run_of(index))

    def _heads(self, index: int, run: Run) -> bool:
        return index > 0 and self._excerpt.number(index - 1) < run.first_line

    def parts(self, index: int) -> list[str]:
        """The rows of a line's text."""
        width = self.width - self.gutter(index)
        return fold(self.line(index).text, max(width, _MIN_TEXT_WIDTH))

    def gutter(self, index: int) -> int:
        """Cells before the text. What belongs to no domain, like the result, has no label."""
        _, labelled = self._excerpt.cells(index)
        return self._gutter(self.run_of(index), labelled)

    def _gutter(self, run: Run, labelled: int) -> int:
        step = STEP_WIDTH if self.is_spacious else 0
        label = run.label_width + 2 if labelled and run.label_width else 0
        return TIME_WIDTH + step + label + MARK_WIDTH

    # What unfolds

    def folded(self, index: int) -> range:
        """The numbers of the lines in the transcript that a line stands for; empty where it is one
        itself."""
        return self._excerpt.folded(index)

    def count_of(self, selected: range) -> int:
        """Lines of the transcript that these are, or stand for."""
        return self._excerpt.count_of(selected)

    @property
    def is_as_at_first(self) -> bool:
        """Whether nothing is left out, and nothing was opened."""
        return self.sieve == EVERYTHING and not self._excerpt.is_opened

    def open(self, index: int) -> None:
        """`grow` lays out what the line stands for, in its place."""
        more = self._excerpt.open(index)
        del self._ends[index:]
        # What was unfolded below later lines moves with them.
        self._details = {
            each + more if each > index else each: texts for each, texts in self._details.items()
        }
        self._unfolded = {
            each: self._folded(texts) for each, texts in sorted(self._details.items())
        }

    def unfold(self, index: int, texts: "Sequence[str]") -> None:
        """Shows these, which are safe, below a line."""
        self._details[index] = texts
        self._unfolded[index] = self._folded(texts)
        self._unfolded = dict(sorted(self._unfolded.items()))

    def fold_up(self, index: int) -> None:
        """Undoes `unfold`."""
        del self._details[index], self._unfolded[index]

    def is_unfolded(self, index: int) -> bool:
        return index in self._details

    def detail(self, place: Place) -> str:
        return self._unfolded[place.line][place.detail]

    def _folded(self, texts: "Sequence[str]") -> list[str]:
        width = max(self.width - TIME_WIDTH - MARK_WIDTH, _MIN_TEXT_WIDTH)
        return [row for text in texts for row in fold(text, width)]
