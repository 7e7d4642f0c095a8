"""How verdicts look on a terminal, and how lines break there."""

from textwrap import wrap

import click

from tuimail.domain import Verdict
from tuimail.transcript import Mark

_MARKS = {
    Verdict.PASS: Mark.PASS,
    Verdict.INFO: Mark.INFO,
    Verdict.UNKNOWN: Mark.UNKNOWN,
    Verdict.WARN: Mark.WARN,
    Verdict.FAIL: Mark.FAIL,
}
_COLOURS = {
    Verdict.PASS: "green",
    Verdict.INFO: "cyan",
    Verdict.UNKNOWN: "magenta",
    Verdict.WARN: "yellow",
    Verdict.FAIL: "red",
}
_UNBROKEN = "\xa0"


def marked(verdict: Verdict, text: str = "") -> str:
    """The mark, and the text behind it, in the verdict's colour."""
    return toned(verdict, f"{_MARKS[verdict]} {text}" if text else str(_MARKS[verdict]))


def toned(verdict: Verdict, text: str) -> str:
    return click.style(text, fg=_COLOURS[verdict], bold=verdict is Verdict.FAIL)


def muted(text: str) -> str:
    return click.style(text, dim=True)


def wrapped(text: str, width: int, hanging: int = 0) -> list[str]:
    """Lines behind the first are `hanging` columns further in. The text's own indent stays, and
    what `together` has joined stays on one line."""
    own = text[: len(text) - len(text.lstrip())]
    lines = wrap(
        text.lstrip(),
        max(width, hanging + 1),
        initial_indent=own,
        subsequent_indent=own + " " * hanging,
        break_on_hyphens=False,
    )
    return [line.replace(_UNBROKEN, " ") for line in lines]


def together(text: str) -> str:
    return text.replace(" ", _UNBROKEN)
