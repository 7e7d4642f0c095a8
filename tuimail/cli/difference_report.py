"""What `tuimail diff` prints."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any

import click

from tuimail.transcript import seconds
from tuimail.transcript.difference import Row, Saying, SessionDifference, Side

_COLOURS = {Side.SAME: None, Side.DIFFERENT: "yellow", Side.LEFT: "red", Side.RIGHT: "green"}
_HEAD = len("   0.000 · ")
_MIDDLE = len(" | ")
_NARROWEST = 20
"""Columns of a side's text, however narrow the terminal is."""


def difference_lines(sessions: Sequence[SessionDifference], columns: int) -> Iterator[str]:
    """Two columns of `time mark text`, and the row's mark between them: `|` both say something
    else, `<` and `>` one alone says something."""
    width = max((columns - _MIDDLE) // 2 - _HEAD, _NARROWEST)
    for session in sessions:
        yield click.style(_beside(session.left or "–", session.right or "–", width), bold=True)
        for row in session.rows:
            yield from (
                click.style(text, fg=_COLOURS[row.side], dim=row.side is Side.SAME)
                for text in _row(row, width)
            )
        yield _beside(_length(session, "left"), _length(session, "right"), width)
        yield ""
    yield _verdict(sessions)


def _beside(left: str, right: str, width: int) -> str:
    """A line over or under both columns."""
    return f"{left:<{_HEAD + width + _MIDDLE}}{right}".rstrip()


def _row(row: Row, width: int) -> Iterator[str]:
    mark = " " if row.side is Side.SAME else row.side.value
    for left, right in zip_longest(_column(row.left, width), _column(row.right, width)):
        yield f"{left or '':<{_HEAD + width}} {mark} {right or ''}".rstrip()


def _column(saying: Saying | None, width: int) -> Iterator[str]:
    if saying is None:
        return
    head, text = f"{saying.elapsed:8.3f} {saying.line.mark} ", saying.line.text
    for begin in range(0, max(len(text), 1), width):
        yield f"{head}{text[begin : begin + width]:<{width}}"
        head = " " * len(head)


def _length(session: SessionDifference, side: str) -> str:
    said = [saying for row in session.rows if (saying := getattr(row, side)) is not None]
    return seconds(said[-1].elapsed) if said else ""


def _verdict(sessions: Sequence[SessionDifference]) -> str:
    count = sum(row.side is not Side.SAME for session in sessions for row in session.rows)
    if not sessions:
        return "There is no dialogue in either, and nothing to compare."
    if not count:
        return "The dialogues are the same but for times."
    return f"The dialogues differ in {count} line{'' if count == 1 else 's'}."


def document(sessions: Sequence[SessionDifference]) -> dict[str, Any]:
    return {
        "same": all(session.same for session in sessions),
        "sessions": [
            {
                "left": session.left,
                "right": session.right,
                "same": session.same,
                "rows": [
                    {
                        "side": row.side.name.lower(),
                        "left": _said(row.left),
                        "right": _said(row.right),
                    }
                    for row in session.rows
                ],
            }
            for session in sessions
        ],
    }


def _said(saying: Saying | None) -> dict[str, Any] | None:
    if saying is None:
        return None
    return {
        "mark": saying.line.mark,
        "text": saying.line.text,
        "elapsed_ms": round(saying.elapsed * 1000),
    }
