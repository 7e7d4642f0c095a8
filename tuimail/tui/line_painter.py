"""How a row of the transcript looks."""

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style

from tuimail.tui.fold import crop, fill
from tuimail.tui.sheet import HEADING, STEP_WIDTH, TIME_WIDTH, Place, Sheet

if TYPE_CHECKING:
    from tuimail.transcript import Lane
    from tuimail.tui.one_send import Run

LANE_COLOURS = 3


class Choice(Enum):
    """Whether keys are about a line."""

    CHOSEN = auto()
    NOT = auto()


@dataclass(frozen=True, slots=True)
class Painter:
    """`style` gives that of a component; what was searched for stands out as `found`, and entries
    of `stage` have a bar."""

    sheet: Sheet
    style: Callable[[str], Style]
    found: str
    stage: Container[int]

    def row(self, place: Place, width: int, choice: Choice) -> Iterator[Segment]:
        if place.part == HEADING:
            yield Segment("─" * width, self.style("muted"))
        elif place.detail >= 0:
            yield Segment(" " * TIME_WIDTH + "│ ", self.style("muted"))
            yield Segment(self.sheet.detail(place), self.style("muted"))
        else:
            yield from self._line(place, width, choice)

    def _line(self, place: Place, width: int, choice: Choice) -> Iterator[Segment]:
        sheet, chosen = self.sheet, choice is Choice.CHOSEN
        under = Style(bgcolor=self.style("cursor").bgcolor) if chosen else Style.null()
        if chosen:
            yield Segment("▌", under)
        elif sheet.entry(place.line) in self.stage:
            yield Segment("▎", self.style("stage"))
        else:
            yield Segment(" ")
        if place.part:
            yield Segment(" " * (sheet.gutter(place.line) - 1), under)
        else:
            yield from self._gutter(place.line, under)
        # Text that has become shorter since leaves its last row empty.
        text = dict(enumerate(sheet.parts(place.line))).get(place.part, "")
        tone = self.style(sheet.line(place.line).tone.value) + under
        room = width - sheet.gutter(place.line)
        yield from self._text(fill(text, room) if chosen else text, tone)

    def _gutter(self, index: int, under: Style) -> Iterator[Segment]:
        """What stands before the text, but for the first cell."""
        line, run = self.sheet.line(index), self.sheet.run_of(index)
        muted = self.style("muted") + under
        yield Segment(f"{line.at - run.began:{TIME_WIDTH - 3}.3f}  ", muted)
        if self.sheet.is_spacious:
            since = self.sheet.since_before(index)
            step = "" if since is None else f"{since:+.3f}"
            yield Segment(f"{crop(step, STEP_WIDTH - 1):<{STEP_WIDTH}}", muted)
        if run.label_width and line.lane.domain:
            yield Segment(f"{run.label(line.lane)}  ", self._lane_style(run, line.lane) + under)
        yield Segment(f"{line.mark} ", self.style(line.tone.value) + under)

    def _lane_style(self, run: "Run", lane: "Lane") -> Style:
        several = len(run.sessions) > 1
        number = run.sessions.get(lane.number, 0) if several else run.domains[lane.domain]
        return self.style(f"lane-{number % LANE_COLOURS}")

    def _text(self, text: str, tone: Style) -> Iterator[Segment]:
        needle, begin = self.found.casefold(), 0
        folded = text.casefold() if needle else ""
        # Where folding changes a text's length, places in one are none in the other.
        while needle and len(folded) == len(text) and (at := folded.find(needle, begin)) >= 0:
            yield Segment(text[begin:at], tone)
            begin = at + len(needle)
            yield Segment(text[at:begin], tone + self.style("found"))
        yield Segment(text[begin:], tone)
