"""Two dialogues laid out in two columns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import zip_longest

from rich.cells import cell_len, chop_cells

from tuimail.transcript.difference import Row, Saying, SessionDifference, Side
from tuimail.transcript.quantity import seconds

_HEAD = len("   0.000 · ")
_MIDDLE = len(" | ")
_NARROWEST = 20
"""Columns of a side's text, however narrow the terminal is."""


class Frame(Enum):
    """What stands around the rows."""

    HEADING = auto()
    FOOT = auto()
    VERDICT = auto()


@dataclass(frozen=True, slots=True)
class Beside:
    text: str
    part: Side | Frame
    """Which side has something of its own to say here."""


def side_by_side(sessions: Sequence[SessionDifference], columns: int) -> Iterator[Beside]:
    """Two columns of `time mark text`, and the row's mark between them: `|` both say something
    else, `<` and `>` one alone says something."""
    width = max((columns - _MIDDLE) // 2 - _HEAD, _NARROWEST)
    for session in sessions:
        for text in _around(session.left or "–", session.right or "–", width):
            yield Beside(text, Frame.HEADING)
        for row in session.rows:
            yield from (Beside(text, row.side) for text in _row(row, width))
        for text in _around(_length(session, "left"), _length(session, "right"), width):
            yield Beside(text, Frame.FOOT)
        yield Beside("", Frame.FOOT)
    yield Beside(verdict(sessions), Frame.VERDICT)


def verdict(sessions: Sequence[SessionDifference]) -> str:
    count = sum(row.side is not Side.SAME for session in sessions for row in session.rows)
    if not sessions:
        return "There is no dialogue in either, and nothing to compare."
    if not count:
        return "The dialogues are the same but for times."
    return f"The dialogues differ in {count} line{'' if count == 1 else 's'}."


def _around(left: str, right: str, width: int) -> Iterator[str]:
    """What stands over or under both columns."""
    room = _HEAD + width
    for lefts, rights in zip_longest(_cut(left, room), _cut(right, room), fillvalue=""):
        yield f"{_filled(lefts, room + _MIDDLE)}{rights}".rstrip()


def _row(row: Row, width: int) -> Iterator[str]:
    mark = " " if row.side is Side.SAME else row.side.value
    columns = _column(row.left, width), _column(row.right, width)
    for left, right in zip_longest(*columns, fillvalue=""):
        yield f"{_filled(left, _HEAD + width)} {mark} {right}".rstrip()


def _column(saying: Saying | None, width: int) -> Iterator[str]:
    if saying is None:
        return
    head, text = f"{saying.elapsed:8.3f} {saying.line.mark} ", saying.line.text
    for piece in _cut(text, width):
        yield f"{head}{piece}"
        head = " " * len(head)


def _cut(text: str, width: int) -> list[str]:
    return chop_cells(text, width) or [""]


def _filled(text: str, width: int) -> str:
    """A letter of Chinese takes two columns, and one that is put on another takes none."""
    return text + " " * (width - cell_len(text))


def _length(session: SessionDifference, side: str) -> str:
    said = [saying for row in session.rows if (saying := getattr(row, side)) is not None]
    return seconds(said[-1].elapsed) if said else ""
