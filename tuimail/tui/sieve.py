"""Which lines of a transcript are shown."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuimail.transcript import Line


class Direction(Enum):
    """The value is the mark of its lines."""

    CLIENT = "→"
    SERVER = "←"


@dataclass(frozen=True, slots=True)
class Sieve:
    """Each part that is None lets everything through."""

    lane: int | None = None
    """A lane's number."""
    direction: Direction | None = None
    stage: Container[int] | None = None
    """The places of a stage's entries in the transcript."""
    stage_name: str = ""

    def passes(self, line: "Line", place: int) -> bool:
        """`place` is that of the line's entry."""
        return (
            (self.lane is None or line.lane.number == self.lane)
            and (self.direction is None or line.mark == self.direction.value)
            and (self.stage is None or place in self.stage)
        )

    def only_lane(self, number: int) -> "Sieve":
        """That lane alone, or all where it is one already."""
        return replace(self, lane=number if self.lane is None else None)

    def lane_beside(self, lanes: Sequence[int], number: int, step: int) -> "Sieve":
        """The lane alone that comes `step` behind `number` in `lanes`, going round at the ends."""
        place = lanes.index(number) + step if number in lanes else 0
        return replace(self, lane=lanes[place % len(lanes)])

    def turned(self) -> "Sieve":
        """The next direction, after the last one both."""
        turns = (None, *Direction)
        return replace(self, direction=turns[(turns.index(self.direction) + 1) % len(turns)])

    def only_stage(self, entries: Container[int], name: str) -> "Sieve":
        """That stage alone, or all where it is one already."""
        if self.stage is not None:
            return replace(self, stage=None, stage_name="")
        return replace(self, stage=entries, stage_name=name)

    @property
    def words(self) -> str:
        """What is left out by it; empty where nothing is."""
        said = {Direction.CLIENT: "what we say", Direction.SERVER: "what the exchange says"}
        parts = (
            "one session" if self.lane is not None else "",
            said[self.direction] if self.direction is not None else "",
            self.stage_name if self.stage is not None else "",
        )
        shown = ", ".join(filter(None, parts))
        return f"only {shown}" if shown else ""


EVERYTHING = Sieve()
