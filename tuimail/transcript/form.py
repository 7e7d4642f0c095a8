"""The forms that a transcript has in a file; the end of the file's name says which it is."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from tuimail.transcript.events import Entry
from tuimail.transcript.jsonl import JsonLines
from tuimail.transcript.page import page
from tuimail.transcript.picture import picture
from tuimail.transcript.text import SwaksText
from tuimail.transcript.typescript import Typescript


class Form(Enum):
    PAGE = ".html"
    PICTURE = ".svg"
    SWAKS = ".txt"
    JSON_LINES = ".jsonl"
    PRINTED = ""
    """As a terminal shows it: what any other name means."""

    @classmethod
    def of(cls, path: Path) -> "Form":
        suffix = path.suffix.lower()
        return next((form for form in cls if form.value == suffix), cls.PRINTED)


def _nothing_yet(_entry: Entry) -> str:
    return ""


def _nothing_more(_entries: Sequence[Entry]) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Writing:
    """One transcript's way into one file: `head` goes first, then what `written` makes of each
    entry as it comes, then what `ending` makes of all of them."""

    head: str = ""
    written: Callable[[Entry], str] = _nothing_yet
    ending: Callable[[Sequence[Entry]], str] = _nothing_more

    def pieces(self, entries: Sequence[Entry]) -> Iterator[str]:
        """All of a transcript that has come to its end."""
        yield self.head
        yield from map(self.written, entries)
        yield self.ending(entries)


def writing(form: Form) -> Writing:
    """A new one: what stands in the file already has a say in what comes next."""
    match form:
        case Form.PAGE:
            return Writing(ending=page)
        case Form.PICTURE:
            return Writing(ending=picture)
        case Form.SWAKS:
            return Writing(written=SwaksText().written)
        case Form.JSON_LINES:
            return Writing(JsonLines.head, JsonLines().written)
        case Form.PRINTED:
            typed = Typescript().typed
            return Writing(written=lambda entry: "".join(f"{text}\n" for _, text in typed(entry)))
