"""The line that keys are about, in plain words, below the lines."""

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tuimail.transcript import (
        Entry,
    )
    from tuimail.transcript.explanation import Detail, Explanation

LOOK_BACK = 1000
"""Entries before one that may say why something was asked for."""


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

    def show(self, explanation: "Explanation | None") -> None:
        if explanation is None:
            self.update("")
            return
        # Safe to show, as the explanation says, and no markup.
        self.update(
            Content.assemble(
                (explanation.subject, "bold"),
                "  " if explanation.subject else "",
                " ".join(filter(None, (explanation.meaning, explanation.cause))),
                (f" {explanation.guess}" if explanation.guess else "", "$text-warning"),
                f" {explanation.advice}" if explanation.advice else "",
                (f" {explanation.rfc}" if explanation.rfc else "", "$text-muted"),
            )
        )
