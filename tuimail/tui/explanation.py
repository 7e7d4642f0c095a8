"""The line that keys are about, in plain words, below the lines."""

from enum import Enum, auto
from time import monotonic
from typing import TYPE_CHECKING

from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tuimail.transcript import (
        Entry,
    )
    from tuimail.transcript.explanation import Detail, Explanation

LOOK_BACK = 1000
"""Entries before one that may say why something was asked for."""
_READABLE = 0.3
"""Seconds that an explanation stands at least while lines come by themselves."""


class Pace(Enum):
    """How soon another line is explained."""

    AT_ONCE = auto()
    READABLE = auto()
    """Not so soon that nobody could have read the explanation before it."""


def explanation_of(entries: "Sequence[Entry]", place: int) -> "Explanation":
    from tuimail.transcript.explaining import explained  # for those who have sent something

    return explained(entries[place], entries[max(place - LOOK_BACK, 0) : place])


def rows_of(explanation: "Explanation", *, whole: bool) -> list[str]:
    """What unfolds below a line; `whole`: also what is said of it elsewhere where there is room."""
    said = [f"{explanation.subject}  {explanation.text}".strip()] if whole else []
    return said + [_detail(detail) for detail in explanation.details]


def _detail(detail: "Detail") -> str:
    source = f" ({detail.rfc})" if detail.rfc else ""
    return f"{detail.name}: {detail.meaning}{source}"


class ExplanationView(Static):
    """Keeps its size, whatever there is to say."""

    def __init__(self) -> None:
        super().__init__(id="explanation")
        self._line: tuple[Sequence[Entry], int] | None = None
        """The entries, and the place of the one to be explained."""
        self._told: tuple[int, Entry] | None = None
        self._told_at = 0.0
        self._later: Timer | None = None

    def tell(self, entries: "Sequence[Entry]", place: int, pace: Pace) -> None:
        """Explains one of them."""
        self._line = entries, place
        wait = self._told_at + _READABLE - monotonic()
        if pace is Pace.AT_ONCE or wait <= 0:
            self._tell()
        elif self._later is None:
            self._later = self.set_timer(wait, self._tell)

    def clear(self) -> None:
        """There is nothing to be explained."""
        self._line = self._told = None
        self._say(Content())

    def hurry(self) -> None:
        """A person went on: what is told next is told at once."""
        self._told_at = 0.0

    def on_show(self) -> None:
        self._tell()  # There was no room for it before.

    def _tell(self) -> None:
        if self._later is not None:
            self._later.stop()
            self._later = None
        if self._line is None or not self.display:
            return
        entries, place = self._line
        if place < len(entries) and (told := (place, entries[place])) != self._told:
            self._told, self._told_at = told, monotonic()
            self._show(explanation_of(entries, place))

    def _show(self, explanation: "Explanation") -> None:
        # Safe to show, as the explanation says, and no markup.
        self._say(
            Content.assemble(
                (explanation.subject, "bold"),
                "  " if explanation.subject else "",
                " ".join(filter(None, (explanation.meaning, explanation.cause))),
                (f" {explanation.guess}" if explanation.guess else "", "$text-warning"),
                f" {explanation.advice}" if explanation.advice else "",
                (f" {explanation.rfc}" if explanation.rfc else "", "$text-muted"),
            )
        )

    def _say(self, content: Content) -> None:
        self.update(content, layout=False)  # Else all panes would be laid out for each line.
