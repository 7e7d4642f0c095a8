"""One send in the transcript: its clock, its domains and its sessions."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.cells import cell_len

from tuimail.safetext import visible
from tuimail.tui.fold import crop, fill

if TYPE_CHECKING:
    from tuimail.transcript import Lane

MAX_LABEL_WIDTH = 18


@dataclass(slots=True)
class Run:
    """`first_line` is counted in the transcript; `began` is the monotonic time of it."""

    first_line: int
    began: float
    domains: dict[str, int] = field(default_factory=dict)
    """Each domain with its place in the order in which they turned up."""
    sessions: dict[int, int] = field(default_factory=dict)
    """The numbers of the lanes that are sessions, each counted from 1."""
    label_width: int = 0
    """Cells of the column that tells lanes apart; 0 while there is one of each only."""

    def note(self, lane: "Lane") -> None:
        """A line of this lane is here."""
        if lane.domain and lane.domain not in self.domains:
            self.domains[lane.domain] = len(self.domains)
        elif not lane.exchange or lane.number in self.sessions:
            return
        if lane.exchange:
            self.sessions.setdefault(lane.number, len(self.sessions) + 1)
        self.label_width = self._number_width + self._domain_width

    def session(self, lane: "Lane") -> str:
        """`session 1 of 2`, or nothing while there is one only."""
        if len(self.sessions) < 2 or lane.number not in self.sessions:
            return ""
        return f"session {self.sessions[lane.number]} of {len(self.sessions)}"

    def label(self, lane: "Lane") -> str:
        """The session's number where there are several, and the domain where there are."""
        number = f"{self.sessions.get(lane.number, '')} ".rjust(self._number_width)
        width = self._domain_width
        domain = fill(crop(visible(lane.domain), width), width) if width else ""
        return (number if self._number_width else "") + domain

    @property
    def _number_width(self) -> int:
        return len(str(len(self.sessions))) + 1 if len(self.sessions) > 1 else 0

    @property
    def _domain_width(self) -> int:
        if len(self.domains) < 2:
            return 0
        return min(MAX_LABEL_WIDTH, max(map(cell_len, self.domains)))
