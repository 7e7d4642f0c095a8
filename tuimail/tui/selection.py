"""The lines of a sheet that a person takes away."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuimail.tui.sheet import Sheet

MOST_LINES, MOST_CHARACTERS = 5000, 1_000_000
"""That are copied: terminals take no endless clipboard (OSC 52)."""


class Selection:
    """From where it began to the line that keys are about; that line alone where it never did."""

    def __init__(self) -> None:
        self._anchor: int | None = None

    @property
    def is_begun(self) -> bool:
        return self._anchor is not None

    def begin(self, line: int) -> None:
        self._anchor = line

    def drop(self) -> None:
        self._anchor = None

    def settle(self, cursor: int) -> None:
        """What ends where it began selects nothing."""
        if self._anchor == cursor:
            self._anchor = None

    def lines(self, cursor: int, count: int) -> range:
        """Of a sheet of `count`."""
        anchor = cursor if self._anchor is None else min(self._anchor, count - 1)
        return range(min(anchor, cursor), max(anchor, cursor) + 1)


@dataclass(frozen=True, slots=True)
class Copy:
    """`lines` are in the text, of `count` that were selected."""

    text: str
    lines: int
    count: int

    @property
    def words(self) -> str:
        if self.lines < self.count:
            return f"The first {self.lines:,} of {self.count:,} lines are copied."
        return "The line is copied." if self.count == 1 else f"{self.count:,} lines are copied."


def copy_of(sheet: "Sheet", selected: range) -> Copy:
    """One line as it is; several with their times and marks, what is folded away included."""
    count = sheet.count_of(selected)
    if count == 1:
        return Copy(sheet.line(selected.start).text, 1, 1)
    texts: list[str] = []
    room = MOST_CHARACTERS
    for text in islice(_typed(sheet, selected), MOST_LINES):
        if room < len(text):
            break
        room -= len(text)
        texts.append(text)
    return Copy("\n".join(texts), len(texts), count)


def _typed(sheet: "Sheet", selected: range) -> Iterator[str]:
    for index in selected:
        began = sheet.run_of(index).began
        for number in sheet.folded(index) or (sheet.number(index),):
            line = sheet.lines[number]
            yield f"{line.at - began:8.3f} {line.mark} {line.text}"
