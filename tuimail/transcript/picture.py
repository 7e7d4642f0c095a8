"""A transcript as one SVG picture: each session's waterfall, then the lines."""

from collections.abc import Iterable, Iterator
from html import escape

from tuimail.transcript.drawing import COLOURS, ROW, WIDTH, clipped, drawn, height
from tuimail.transcript.events import Entry
from tuimail.transcript.sheet import Sheet, sheet_of

_MARGIN = 20
_LINE = 17
_AT = 84
"""Where times end; session numbers end at `_SESSION`."""
_SESSION = 112
_MOST_LINES = 1000
"""A picture is for the eye; the other forms have every line."""
_MOST_CHARACTERS = 130
_STYLE = (
    "text { font: 12px monospace; fill: #202124 }"
    " .label, .at { text-anchor: end } .title { font-size: 15px; font-weight: bold }"
    " .name { font-weight: bold } "
)


def picture(entries: Iterable[Entry]) -> str:
    """Foreign text in it is visible and escaped."""
    sheet = sheet_of(entries)
    elements = list(_elements(sheet))
    size = f'width="{WIDTH + 2 * _MARGIN}" height="{_height(sheet)}"'
    colours = " ".join(
        f"text.{tone.value}, rect.{tone.value} {{ fill: {colour} }}"
        for tone, colour in COLOURS.items()
    )
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size}>',
            f"<title>{escape(sheet.title)}</title>",
            f"<style>{_STYLE}{colours}</style>",
            '<rect width="100%" height="100%" fill="#ffffff"/>',
            *elements,
            "</svg>\n",
        )
    )


def _height(sheet: Sheet) -> int:
    sessions = sum(3 * ROW + height(session) for session in sheet.sessions)
    lines = min(len(sheet.lines), _MOST_LINES + 1)
    return 2 * _MARGIN + 2 * ROW + sessions + _LINE * lines


def _elements(sheet: Sheet) -> Iterator[str]:
    top = _MARGIN + ROW
    yield f'<text class="title" x="{_MARGIN}" y="{top}">{escape(sheet.title)}</text>'
    for session in sheet.sessions:
        top += 2 * ROW
        name = f"{session.number}. {session.name} · {session.words}"
        yield f'<text class="name" x="{_MARGIN}" y="{top}">{escape(name)}</text>'
        yield f'<g transform="translate({_MARGIN} {top + 6})">{"".join(drawn(session))}</g>'
        top += ROW + height(session)
    top += ROW
    for session_number, line in sheet.lines[:_MOST_LINES]:
        said = escape(clipped(line.text, _MOST_CHARACTERS))
        yield (
            f'<text class="{line.tone.value}" y="{top}">'
            f'<tspan class="at" x="{_AT}">{line.at - sheet.start:.3f}</tspan>'
            f'<tspan class="at" x="{_SESSION}">{session_number or ""}</tspan>'
            f'<tspan x="{_SESSION + 12}">{line.mark}</tspan>'
            f'<tspan x="{_SESSION + 30}">{said}</tspan></text>'
        )
        top += _LINE
    if len(sheet.lines) > _MOST_LINES:
        more = len(sheet.lines) - _MOST_LINES
        yield f'<text x="{_MARGIN}" y="{top}">and {more} more lines</text>'
