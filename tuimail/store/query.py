"""What is looked for in the history, and how a person types it."""

import re
from dataclasses import dataclass
from enum import Enum

PAGE = 100
"""Sessions that are found at a time."""
_TERM = re.compile(r'(?:(to|at|status):)?(?:"([^"]*)"?|([^\s"]\S*)|(?=\s|$))', re.IGNORECASE)


class Where(Enum):
    ANYWHERE = "anywhere"
    RECIPIENT = "to"
    EXCHANGE = "at"
    STATUS = "status"
    """Of a recipient, or of the whole, or the kind of what has none; it begins so."""


@dataclass(frozen=True, slots=True)
class Term:
    """`text` is a part of what it is found in, whatever their case."""

    text: str
    where: Where = Where.ANYWHERE


@dataclass(frozen=True, slots=True)
class Place:
    """Of a session among the others, by age: `begun` is in seconds of the epoch."""

    begun: float
    id: int


@dataclass(frozen=True, slots=True)
class Query:
    """All terms have to fit. The newest `most` are found, of those that come after `behind`."""

    terms: tuple[Term, ...] = ()
    most: int = PAGE
    behind: Place | None = None


def read_terms(text: str) -> tuple[Term, ...]:
    """What was typed into one line: words, and `to:`, `at:` or `status:` in front of some. Words in
    quotation marks belong together. Whatever is typed means something, and a prefix alone nothing
    yet."""
    return tuple(
        Term(found[2] or found[3], Where((found[1] or "anywhere").lower()))
        for found in _TERM.finditer(text)
        if found[2] or found[3]
    )
