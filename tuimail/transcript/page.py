"""A transcript as one HTML page that can be mailed: no script, and nothing is loaded."""

from collections.abc import Iterable, Iterator
from html import escape

from tuimail.transcript.drawing import COLOURS, WIDTH, drawn, height
from tuimail.transcript.events import Entry
from tuimail.transcript.lines import Line, Tone
from tuimail.transcript.sheet import SessionSheet, Sheet, sheet_of

_DARK = {
    Tone.CLIENT: "#8ab4f8",
    Tone.SERVER: "#e8eaed",
    Tone.FACT: "#9aa0a6",
    Tone.PASS: "#81c995",
    Tone.WARN: "#fcad70",
    Tone.FAIL: "#f28b82",
}
_STYLE = """\
body { font: 14px/1.45 system-ui, sans-serif; margin: 2em auto; max-width: 70em; padding: 0 1em;
  background: #fff; color: #202124 }
h1 { font-size: 1.3em } h2 { font-size: 1em; margin: 2em 0 .3em } p { margin: 0 0 .6em }
svg { width: 100%; height: auto; font: 12px ui-monospace, monospace; fill: currentColor }
svg .label { text-anchor: end }
table { border-collapse: collapse; font: 13px/1.45 ui-monospace, monospace; margin-top: 2em }
td { padding: 0 .5em; vertical-align: top }
td.at, td.session { text-align: right; color: #5f6368 }
td.text { white-space: pre-wrap; overflow-wrap: anywhere }
"""
# The page may be opened by anybody, and holds what a stranger's server said.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(entries: Iterable[Entry]) -> str:
    """Foreign text in it is visible and escaped."""
    return "".join(f"{line}\n" for line in _page(sheet_of(entries)))


def _page(sheet: Sheet) -> Iterator[str]:
    yield "<!DOCTYPE html>"
    yield '<html lang="en"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(sheet.title)}</title>"
    yield f"<style>\n{_STYLE}{_colours()}</style></head><body>"
    yield f"<h1>{escape(sheet.title)}</h1>"
    for session in sheet.sessions:
        yield from _session(session)
    yield "<table>"
    for session_number, line in sheet.lines:
        yield _row(session_number, line, sheet.start)
    yield "</table></body></html>"


def _colours() -> str:
    dark = "".join(_rules(tone, colour) for tone, colour in _DARK.items())
    return (
        "".join(_rules(tone, colour) for tone, colour in COLOURS.items())
        + "@media (prefers-color-scheme: dark) {\n"
        + "body { background: #202124; color: #e8eaed }\n"
        + f"td.at, td.session {{ color: #9aa0a6 }}\n{dark}}}\n"
    )


def _rules(tone: Tone, colour: str) -> str:
    return f"tr.{tone.value} {{ color: {colour} }} rect.{tone.value} {{ fill: {colour} }}\n"


def _session(session: SessionSheet) -> Iterator[str]:
    yield f"<h2>{session.number}. {escape(session.name)}</h2>"
    yield f"<p>{escape(session.words)}</p>"
    box = f"0 0 {WIDTH} {max(height(session), 1)}"
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img">'
    yield f"<title>Where the time of session {session.number} went</title>"
    yield from drawn(session)
    yield "</svg>"


def _row(session_number: int, line: Line, start: float) -> str:
    return (
        f'<tr class="{line.tone.value}"><td class="at">{line.at - start:.3f}</td>'
        f'<td class="session">{session_number or ""}</td><td>{line.mark}</td>'
        f'<td class="text">{escape(line.text)}</td></tr>'
    )
