"""A session's waterfall as SVG: a row for each stage, its bar as long as it took."""

from collections.abc import Iterator
from html import escape

from tuimail.transcript.lines import Tone
from tuimail.transcript.sheet import SessionSheet

ROW = 20
"""Pixels, like all lengths here."""
_LABELS = 110
_BARS = 520
_WORDS = 500
WIDTH = _LABELS + _BARS + _WORDS
_SHORTEST_BAR = 1.5
_MOST_ROWS = 200
_MOST_CHARACTERS = 68
"""Of a stage's words, where one has 7 pixels."""

COLOURS = {
    Tone.CLIENT: "#0b57d0",
    Tone.SERVER: "#202124",
    Tone.FACT: "#5f6368",
    Tone.PASS: "#137333",
    Tone.WARN: "#a05a00",
    Tone.FAIL: "#b3261e",
}
"""Each with a contrast of at least 4.5 to 1 on white."""


def height(session: SessionSheet) -> int:
    rows = len(session.segments)
    return ROW * (min(rows, _MOST_ROWS) + (rows > _MOST_ROWS))


def drawn(session: SessionSheet) -> Iterator[str]:
    """Elements from the origin down, `WIDTH` wide and as high as `height` says. A tone's name is
    the class of a bar."""
    time = session.end - session.start
    scale = _BARS / time if time > 0 else 0.0
    for row, segment in enumerate(session.segments[:_MOST_ROWS]):
        left = _LABELS + scale * (segment.start - session.start)
        length = scale * (segment.until(session.end) - segment.start)
        length = max(length, _SHORTEST_BAR)
        right = min(left + length, _LABELS + _BARS)
        words = clipped(segment.words(session.end), _MOST_CHARACTERS)
        yield (
            f'<text class="label" x="{_LABELS - 8}" y="{ROW * row + 14}">{escape(segment.label)}'
            "</text>"
            f'<rect class="{segment.tone.value}" x="{right - length:.1f}" y="{ROW * row + 4}"'
            f' width="{length:.1f}" height="{ROW - 8}"/>'
            f'<text x="{_LABELS + _BARS + 8}" y="{ROW * row + 14}">{escape(words)}</text>'
        )
    if len(session.segments) > _MOST_ROWS:
        more = len(session.segments) - _MOST_ROWS
        yield f'<text x="{_LABELS}" y="{ROW * _MOST_ROWS + 14}">and {more} more</text>'


def clipped(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
