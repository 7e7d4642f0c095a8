"""How far a recording has been played: one line."""

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

if TYPE_CHECKING:
    from tuimail.transcript.replay import Player

PLAYING, PAUSED, AT_THE_END = "playing", "paused", "at the end"
_LEAST_BAR = 8
"""Cells: a shorter one would say nothing."""


class ReplayState(Widget):
    def __init__(self) -> None:
        super().__init__(id="replay-state")
        self._mode = self._words = ""
        self._done = 0.0

    def show(self, player: "Player", now: float) -> None:
        self._mode, self._words = mode(player), words(player, now)
        self._done = player.steps_done / player.steps if player.steps else 1.0
        self.refresh()

    def render(self) -> Content:
        room = self.size.width - len(AT_THE_END) - cell_len(self._words) - 4
        width = room if room >= _LEAST_BAR else 0
        done = round(width * self._done)
        return Content.assemble(
            (self._mode.ljust(len(AT_THE_END)), "bold $accent"),
            "  " if width else "",
            ("━" * done, "$accent"),
            ("─" * (width - done), "$foreground 30%"),
            "  ",
            self._words,
        )


def mode(player: "Player") -> str:
    if player.finished:
        return AT_THE_END
    return PAUSED if player.paused else PLAYING


def words(player: "Player", now: float) -> str:
    """As wide at the beginning as at the end. A log may tell no times."""
    count = f"{player.steps_done:>{len(str(player.steps))}} of {player.steps}"
    length = f"{player.length:.3f}"
    time = f"{player.elapsed(now):>{len(length)}.3f} of {length} s" if player.length else ""
    return " · ".join(filter(None, (count, time, f"speed {player.speed:g}")))
