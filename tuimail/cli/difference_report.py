"""What `tuimail diff` prints."""

from collections.abc import Iterator, Sequence
from typing import Any

import click

from tuimail.transcript.difference import Saying, SessionDifference, Side
from tuimail.transcript.side_by_side import Beside, Frame, side_by_side

_COLOURS = {Side.DIFFERENT: "yellow", Side.LEFT: "red", Side.RIGHT: "green"}


def difference_lines(sessions: Sequence[SessionDifference], columns: int) -> Iterator[str]:
    return map(_styled, side_by_side(sessions, columns))


def _styled(line: Beside) -> str:
    match line.part:
        case Side() as side:
            return click.style(line.text, fg=_COLOURS.get(side), dim=side is Side.SAME)
        case Frame.HEADING:
            return click.style(line.text, bold=True)
        case _:
            return line.text


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
