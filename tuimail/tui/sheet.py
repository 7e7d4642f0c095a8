"""A transcript's lines laid out on rows, send by send."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from tuimail.tui.fold import fold

if TYPE_CHECKING:
    from tuimail.transcript import Lane, Line

TIME_WIDTH = 9
"""Cells of `  0.031  `, which seconds fill up to a quarter of an hour."""
MARK_WIDTH = 2
MAX_LABEL_WIDTH = 18
_MIN_TEXT_WIDTH = 16


class Place(NamedTuple):
    """What a row shows: a part of a line, counted from 0; HEADING is the rule above a send."""

    line: int
    part: int


HEADING = -1


@dataclass(slots=True)
class Run:
    """One send: `began` is the monotonic time of its first line."""

    first_line: int
    began: float
    domains: dict[str, int] = field(default_factory=dict)
    """Each domain with its place in the order in which they turned up."""
    sessions: list[int] = field(default_factory=list)
    """The numbers of the lanes that are sessions."""

    @property
    def label_width(self) -> int:
        """Cells of the column that tells domains apart; 0 while there is one domain only."""
        if len(self.domains) < 2:
            return 0
        return min(MAX_LABEL_WIDTH, max(map(cell_len, self.domains)))

    def session(self, lane: "Lane") -> str:
        """`session 1 of 2`, or nothing while there is one only."""
        if len(self.sessions) < 2:
            return ""
        return f"session {self.sessions.index(lane.number) + 1} of {len(self.sessions)}"

    def gutter(self, line: "Line") -> int:
        """Cells before the text. What belongs to no domain, like the result, has no label."""
        label = self.label_width if line.lane.domain else 0
        return TIME_WIDTH + (label + 2 if label else 0) + MARK_WIDTH


class Sheet:
    """Knows where each line of a growing list stands, for rows of `width` cells."""

    def __init__(self, lines: "Sequence[Line]", width: int = 80) -> None:
        self.lines = lines
        self.width = width
        self.runs: list[Run] = []
        self._ends: list[int] = []
        self._new_run = True

    @property
    def count(self) -> int:
        """Lines laid out."""
        return len(self._ends)

    @property
    def height(self) -> int:
        return self._ends[-1] if self._ends else 0

    def begin_run(self) -> None:
        """The lines that come from now on belong to another send."""
        self.grow()
        self._new_run = True

    def grow(self) -> None:
        """Takes in what was appended since."""
        for index in range(len(self._ends), len(self.lines)):
            line = self.lines[index]
            if self._new_run:
                self.runs.append(Run(index, line.at))
                self._new_run = False
            run = self.runs[-1]
            label_width = run.label_width
            if line.lane.domain:
                run.domains.setdefault(line.lane.domain, len(run.domains))
            if line.lane.exchange and line.lane.number not in run.sessions:
                run.sessions.append(line.lane.number)
            if run.label_width != label_width:
                del self._ends[run.first_line :]
                for earlier in range(run.first_line, index):
                    self._lay(earlier, run)
            self._lay(index, run)

    def resize(self, width: int) -> None:
        """Lays every line out again."""
        self.width = width
        laid = len(self._ends)
        self._ends.clear()
        for index in range(laid):
            self._lay(index, self.run_of(index))

    def place(self, row: int) -> Place:
        """What stands on a row from 0 to `height - 1`."""
        index = bisect_right(self._ends, row)
        part = row - self.first_row(index)
        return Place(index, part - 1 if self.has_heading(index) else part)

    def first_row(self, index: int) -> int:
        """Of a line, its heading included."""
        return self._ends[index - 1] if index else 0

    def last_row(self, index: int) -> int:
        return self._ends[index] - 1

    def run_of(self, index: int) -> Run:
        return self.runs[bisect_right(self.runs, index, key=lambda run: run.first_line) - 1]

    def has_heading(self, index: int) -> bool:
        """Whether a line is the first of a send that follows another."""
        return index > 0 and self.run_of(index).first_line == index

    def parts(self, index: int) -> list[str]:
        """The rows of a line's text."""
        return self._fold(index, self.run_of(index))

    def _fold(self, index: int, run: Run) -> list[str]:
        line = self.lines[index]
        return fold(line.text, max(self.width - run.gutter(line), _MIN_TEXT_WIDTH))

    def _lay(self, index: int, run: Run) -> None:
        rows = len(self._fold(index, run))
        heading = 1 if index and run.first_line == index else 0
        self._ends.append(self.first_row(index) + heading + rows)
