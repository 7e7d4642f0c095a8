"""Which lines of a transcript are shown."""

from collections.abc import Container
from dataclasses import dataclass
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
