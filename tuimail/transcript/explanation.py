"""What one entry of a transcript means, in plain words.

Whatever is foreign in it has gone through `visible`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from tuimail.safetext import visible

_LONGEST = 400
"""Characters of one foreign word that are repeated: more teaches nothing."""


@dataclass(frozen=True, slots=True)
class Detail:
    """A part of the entry that unfolds: its name as it stands there, what it means, and where that
    is written."""

    name: str
    meaning: str
    rfc: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Sentences, all safe to show. `subject` is what they are about, as `250 2.1.5`; `cause` says
    why something was refused or went wrong, `guess` what the words of a refusal sound like, and
    `advice` what the sender can do. Each may be empty, but `meaning`."""

    subject: str
    meaning: str
    cause: str = ""
    guess: str = ""
    advice: str = ""
    rfc: str = ""
    details: tuple[Detail, ...] = ()

    @property
    def text(self) -> str:
        """All but the details, as one paragraph."""
        return " ".join(filter(None, (self.meaning, self.cause, self.guess, self.advice, self.rfc)))


def quoted(foreign: str) -> str:
    """A foreign word, safe and not too long, for a sentence."""
    cut = foreign if len(foreign) <= _LONGEST else f"{foreign[:_LONGEST]}…"
    return visible(cut)


def sentence(foreign: str) -> str:
    """Foreign words as a sentence: it ends once."""
    words = quoted(foreign)
    return words if words.endswith((".", "…", "!", "?")) else f"{words}."


def listed(words: Iterable[str]) -> str:
    """`a, b and c`"""
    *before, last = words
    return f"{', '.join(before)} and {last}" if before else last
