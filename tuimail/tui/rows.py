"""What the inspector shows, row by row, whatever the width."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from itertools import takewhile

Key = tuple[str, ...]
"""What a row is about: it stays when what is said of it changes, and so does the selection."""


class Kind(Enum):
    SUMMARY = "summary"
    PROGRESS = "progress"
    """How far the look-up is, and then what came of it in figures."""
    EXCHANGE = "exchange"
    ADDRESS = "address"
    HEADING = "heading"
    FINDING = "finding"
    BLANK = "blank"


class Shade(StrEnum):
    """How a row is meant; whoever shows it has a colour for each."""

    PLAIN = "plain"
    MUTED = "muted"
    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Row:
    """Everything in it is safe to show. Without a key it can't be selected."""

    kind: Kind
    text: str = ""
    key: Key = ()
    mark: str = ""
    shade: Shade = Shade.PLAIN
    """Of the mark and the label."""
    label: str = ""
    """Stands in a column of its own, before the text."""

    @property
    def is_brief(self) -> bool:
        """Whether one line has to do: what is well should not push away what is not."""
        return self.kind is Kind.FINDING and self.shade in (Shade.PASS, Shade.MUTED)

    @property
    def plain(self) -> str:
        """As one line without a screen."""
        label = f"{self.label:<{LABEL_WIDTH}} " if self.label else ""
        return f"{self.mark:<{MARK_WIDTH}}{label}{self.text}".rstrip()


BLANK = Row(Kind.BLANK)
MARK_WIDTH = 2
LABEL_WIDTH = 11
"""Cells of the longest name of a check."""


def nearest(rows: Sequence[Row], key: Key, before: int) -> int | None:
    """Where the selection is to be after the rows have changed: at what it was about, else at the
    most alike, else where it stood; None where nothing can be selected. `before` is its index
    among the rows before."""
    return max(
        (index for index, row in enumerate(rows) if row.key),
        key=lambda index: (_shared(rows[index].key, key), -abs(index - before)),
        default=None,
    )


def _shared(key: Key, other: Key) -> int:
    """How many of their first parts are the same."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(key, other, strict=False)))
