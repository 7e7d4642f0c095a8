"""The lines of a sheet that a person takes away."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuimail.tui.sheet import Sheet

MOST_COPIED = 5000
"""Lines: terminals take no endless clipboard (OSC 52)."""


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


def texts_of(sheet: "Sheet", lines: range) -> list[str]:
    """One line as it is; several with their times and marks."""
    if len(lines) == 1:
        return [sheet.line(index).text for index in lines]
    return [_typed(sheet, index) for index in lines[:MOST_COPIED]]


def _typed(sheet: "Sheet", index: int) -> str:
    line = sheet.line(index)
    return f"{line.at - sheet.run_of(index).began:8.3f} {line.mark} {line.text}"
