"""The inspector's rows laid out on lines, and which of them is selected."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from tuimail.tui.fold import crop, fold
from tuimail.tui.rows import LABEL_WIDTH, MARK_WIDTH, Key, Kind, Row, nearest

BAR_WIDTH = 1
"""Cells of what shows the selection."""
_MIN_TEXT_WIDTH = 10


class Place(NamedTuple):
    """What a line shows: a part of a row, counted from 0."""

    row: int
    part: int


class Anchor(NamedTuple):
    """A row, and how many lines below the first one in view it begins."""

    row: int
    key: Key
    offset: int


class Board:
    """Lines are counted from the top of all rows, for lines of `width` cells."""

    def __init__(self, width: int = 80) -> None:
        self.width = width
        self.rows: Sequence[Row] = ()
        self.cursor: int | None = None
        """The index of the selected row, None where nothing can be selected."""
        self._parts: list[list[str]] = []
        self._ends: list[int] = []

    @property
    def height(self) -> int:
        return self._ends[-1] if self._ends else 0

    @property
    def selected(self) -> Row | None:
        return None if self.cursor is None else self.rows[self.cursor]

    def show(self, rows: Sequence[Row]) -> None:
        """Puts rows in the place of those before. The selection stays at what it is about."""
        before = self.selected
        key = before.key if before is not None else ()
        self.rows = rows
        self.cursor = nearest(rows, key, self.cursor or 0)
        self._lay()

    def resize(self, width: int) -> None:
        self.width = width
        self._lay()

    def select(self, row: int) -> None:
        """What can't be selected lets the selection stay."""
        if self.rows[row].key:
            self.cursor = row

    def move(self, steps: int) -> None:
        """To the row so many steps on that can be selected, or as far as there are any."""
        if self.cursor is not None:
            selectable = self._selectable()
            place = selectable.index(self.cursor) + steps
            self.cursor = selectable[min(max(place, 0), len(selectable) - 1)]

    def page(self, lines: int) -> None:
        """To the row that can be selected about so many lines on."""
        if self.cursor is not None:
            line = min(max(self.first_line(self.cursor) + lines, 0), self.height - 1)
            target = self.place(line).row
            self.cursor = min(self._selectable(), key=lambda row: abs(row - target))

    def _selectable(self) -> list[int]:
        return [index for index, row in enumerate(self.rows) if row.key]

    def place(self, line: int) -> Place:
        """What stands on a line from 0 to `height - 1`."""
        row = bisect_right(self._ends, line)
        return Place(row, line - self.first_line(row))

    def first_line(self, row: int) -> int:
        return self._ends[row - 1] if row else 0

    def last_line(self, row: int) -> int:
        return self._ends[row] - 1

    def part(self, place: Place) -> str:
        """The text of a line, after its gutter."""
        return self._parts[place.row][place.part]

    def anchor(self, top: int, height: int) -> Anchor | None:
        """What is to stay where it is in a view of `height` lines, the first of which is `top`:
        the selection, or else the first thing in view that could be selected."""
        bottom = min(top + height, self.height)
        if top >= bottom:
            return None
        inside = range(self.place(top).row, self.place(bottom - 1).row + 1)
        row = self.cursor if self.cursor in inside else None
        if row is None:
            row = next((index for index in inside if self.rows[index].key), None)
        return None if row is None else Anchor(row, self.rows[row].key, self.first_line(row) - top)

    def top_for(self, anchor: Anchor) -> int:
        """The first line in view that lets an anchor from before stay where it is."""
        row = nearest(self.rows, anchor.key, anchor.row)
        return 0 if row is None else max(self.first_line(row) - anchor.offset, 0)

    def _lay(self) -> None:
        self._parts = [self._fold(row) for row in self.rows]
        self._ends = []
        height = 0
        for parts in self._parts:
            height += len(parts)
            self._ends.append(height)

    def _fold(self, row: Row) -> list[str]:
        width = max(self.width - gutter(row), _MIN_TEXT_WIDTH)
        return [crop(row.text, width)] if row.is_brief else fold(row.text, width)


def gutter(row: Row) -> int:
    """Cells before the text."""
    mark = 0 if row.kind is Kind.HEADING else MARK_WIDTH
    return BAR_WIDTH + mark + (LABEL_WIDTH + 1 if row.label else 0)
