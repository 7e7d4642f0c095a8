"""A kept session on one row."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tuimail.safetext import visible
from tuimail.tui.fold import crop, fill
from tuimail.tui.rows import Shade

if TYPE_CHECKING:
    from tuimail.store.sessions import Kept

SPACIOUS = 94
"""Cells from which on a date has its time beside it."""
_TIME = len("14:03:12")
_DAY = len("23 Nov 14:03")
_GAP = 2
_STATUS = len("? delivered")
_TOOK = len("600.0 s")
_LEAST = 8


@dataclass(frozen=True, slots=True)
class Columns:
    """Cells of those that have as much as there is."""

    when: int
    recipients: int
    exchanges: int

    @classmethod
    def within(cls, width: int) -> "Columns":
        when = _DAY if width >= SPACIOUS else _TIME
        names = width - when - _STATUS - _TOOK - 4 * _GAP
        exchanges = max(names * 9 // 20, _LEAST)
        return cls(when, max(names - exchanges, _LEAST), exchanges)

    @property
    def head(self) -> str:
        """What stands above them."""
        return _joined(
            fill("When", self.when),
            fill("Status", _STATUS),
            fill("To", self.recipients),
            fill("At", self.exchanges),
            f"{'Took':>{_TOOK}}",
        )


def cells(kept: "Kept", now: float, columns: Columns) -> Iterator[tuple[str, Shade]]:
    """The row in pieces, safe to show; `now` is in seconds of the epoch."""
    from tuimail.transcript import seconds

    recipients = tuple(recipient.address for recipient in kept.recipients)
    mark, shade = _mark(kept)
    gap = " " * _GAP
    yield fill(when(kept.begun, now, columns.when), columns.when) + gap, Shade.MUTED
    yield f"{mark} ", shade
    yield fill(crop(visible(kept.word), _STATUS - 2), _STATUS - 2) + gap, shade
    yield fill(names(recipients, columns.recipients), columns.recipients) + gap, Shade.PLAIN
    yield fill(names(kept.exchanges, columns.exchanges), columns.exchanges) + gap, Shade.PLAIN
    yield f"{seconds(kept.elapsed):>{_TOOK}}", Shade.MUTED


def when(begun: float, now: float, width: int) -> str:
    """The time of today, else the day, within `width` cells: 8, or 12 that hold its time too."""
    then, today = _local(begun), _local(now)
    day = f"{then.day} {then:%b}"
    if then.date() == today.date():
        return f"{then:%H:%M:%S}"
    if then.year == today.year:
        return day if width < _DAY else f"{day:>6} {then:%H:%M}"
    return f"{then:%b %Y}" if width < _DAY else f"{day:>6} {then:%Y}"


def names(each: tuple[str, ...], width: int) -> str:
    """The first, and how many more there are."""
    if not each:
        return "–"
    more = f" +{len(each) - 1}" if len(each) > 1 else ""
    return crop(visible(each[0]), width - len(more)) + more


def title(kept: "Kept", now: float) -> str:
    """`send of 14:03:12 to bob@example.net +2`"""
    recipients = tuple(recipient.address for recipient in kept.recipients)
    to = f" to {names(recipients, 60)}" if recipients else ""
    return f"{kept.kind.value} of {when(kept.begun, now, _DAY).strip()}{to}"


def _mark(kept: "Kept") -> tuple[str, Shade]:
    from tuimail.transcript import Mark, Status, mark_of

    if kept.status is None:
        return Mark.FACT, Shade.MUTED
    mark, tone = mark_of(Status(kept.status))
    return mark, Shade(tone.value)


def _local(time: float) -> datetime:
    return datetime.fromtimestamp(time, UTC).astimezone()


def _joined(*parts: str) -> str:
    return (" " * _GAP).join(parts)
