"""A transcript's lines and stages, and what a person looks for in them."""

from typing import TYPE_CHECKING

from textual import on
from textual.containers import Vertical

from tuimail.tui.search_line import SearchLine
from tuimail.tui.seeking import containing, problem
from tuimail.tui.sieve import EVERYTHING
from tuimail.tui.transcript_lines import TranscriptLines
from tuimail.tui.waterfall import WaterfallView

if TYPE_CHECKING:
    from tuimail.tui.seeking import Wanted
    from tuimail.tui.stages import Stages


class SiftedPane(Vertical):
    def __init__(self) -> None:
        super().__init__(id="transcript", classes="pane")
        self.waterfall = WaterfallView()
        self.lines = TranscriptLines()
        self.search = SearchLine()
        self._stages: Stages | None = None
        self._chosen: int | None = None
        """The stage that was chosen by hand."""

    def action_search(self) -> None:
        self.search.open(self.lines.found)

    @on(SearchLine.Wanted)
    def search_wanted(self, event: SearchLine.Wanted) -> None:
        self.lines.found = event.text
        self.lines.focus()
        if event.text:
            self.action_found(1)

    def action_found(self, step: int) -> None:
        if self.lines.found:
            nothing = f"No line has “{self.lines.found}”."
            self._look_for(containing(self.lines.found), step, nothing)

    def action_problem(self, step: int) -> None:
        self._look_for(problem(), step, "Nothing went wrong here.")

    def _look_for(self, wanted: "Wanted", step: int, nothing: str) -> None:
        self._chosen = None
        self.lines.look_for(wanted, step, nothing)

    def action_only_lane(self) -> None:
        """The session that the line is of, or all."""
        current, sheet = self.lines.current, self.lines.sheet
        if current is not None and sheet is not None:
            self.lines.sift(sheet.sieve.only_lane(current[1].lane.number))

    def action_lane(self, step: int) -> None:
        """The session beside it, alone."""
        current, sheet = self.lines.current, self.lines.sheet
        if sheet is None or current is None:
            return
        if lanes := list(sheet.run_of(self.lines.cursor).sessions):
            self.lines.sift(sheet.sieve.lane_beside(lanes, current[1].lane.number, step))

    def action_direction(self) -> None:
        """What we say, what the exchange says, or both."""
        if self.lines.sheet is not None:
            self.lines.sift(self.lines.sheet.sieve.turned())

    def action_only_stage(self) -> None:
        """The stage that is shown in words, or all."""
        sheet, index = self.lines.sheet, self.waterfall.chosen
        if sheet is None or self._stages is None or index is None:
            return
        if (segment := self._stages.segment(index)) is not None:
            self.lines.sift(sheet.sieve.only_stage(self._stages.entries(index), segment.label))

    def action_everything(self) -> None:
        """Takes back what was sifted, opened, chosen and searched for."""
        self._chosen = None
        self.lines.found = ""
        self.lines.stage = ()
        if self.lines.sheet is not None and not self.lines.sheet.is_as_at_first:
            self.lines.sift(EVERYTHING)
