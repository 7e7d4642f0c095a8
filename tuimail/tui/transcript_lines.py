"""The transcript's lines, and what a person does with them: moves, selects, looks for some."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.events import MouseDown, MouseMove, MouseUp

from tuimail.safetext import visible
from tuimail.tui.line_painter import Choice
from tuimail.tui.seeking import Depth, Wanted, seek
from tuimail.tui.selection import Copy, Selection, copy_of
from tuimail.tui.sheet_view import SheetView
from tuimail.tui.sieve import Sieve

if TYPE_CHECKING:
    from tuimail.transcript import Entry


class TranscriptLines(SheetView):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("end", "last", "Follow the dialogue", id="transcript.follow", show=False),
        Binding("home", "first", "First line", show=False),
        Binding("up", "move(-1)", "Line up", show=False),
        Binding("down", "move(1)", "Line down", show=False),
        Binding(
            "shift+down",
            "extend(1)",
            "Select",
            id="transcript.select",
            tooltip="Select lines, and with shift+up; so does the mouse",
            show=False,
        ),
        Binding("shift+up", "extend(-1)", "Select upwards", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._seeking: asyncio.Task[None] | None = None
        self._selection = Selection()

    def on_unmount(self) -> None:
        if self._seeking is not None:
            self._seeking.cancel()

    @property
    def title(self) -> str:
        """The endpoint and the session of the line that keys are about."""
        if self.sheet is None or not self.cursor < self.count:
            return ""
        lane = self.sheet.line(self.cursor).lane
        session = self.sheet.run_of(self.cursor).session(lane) if lane.exchange else ""
        return " · ".join(filter(None, (visible(lane.endpoint), session)))

    @property
    def state(self) -> str:
        if self.sheet is None or not self.sheet.lines.known:
            return ""
        selected = len(self.selection)
        marked = f"{selected} lines selected" if selected > 1 else ""
        state = "following" if self.following else "end follows again"
        return " · ".join(filter(None, (state, self.sheet.sieve.words, marked)))

    def sift(self, sieve: Sieve) -> None:
        self._selection.drop()
        super().sift(sieve)

    # What a person does

    def on_mouse_down(self, event: MouseDown) -> None:
        line = self._line_at(event)
        if line is not None:
            self._selection.begin(line)
            self._place_cursor(line)
            self.capture_mouse()

    def on_mouse_move(self, event: MouseMove) -> None:
        if self._selection.is_begun and self.app.mouse_captured is self:
            line = self._line_at(event)
            if line is not None:
                self._place_cursor(line)

    def on_mouse_up(self, _event: MouseUp) -> None:
        self.release_mouse()
        self._selection.settle(self.cursor)

    def _line_at(self, event: MouseDown | MouseMove) -> int | None:
        if self.sheet is None:
            return None
        row = self.row_at(event, self.sheet.height)
        return None if row is None else self.sheet.place(row).line

    def action_move(self, lines: int) -> None:
        self._selection.drop()
        self.go_to(self.cursor + lines)

    def action_extend(self, lines: int) -> None:
        if not self._selection.is_begun:
            self._selection.begin(self.cursor)
        self.go_to(self.cursor + lines)

    def action_page(self, pages: int) -> None:
        if self.sheet is None or not self.count:
            return
        self._selection.drop()
        rows = pages * self.rows_in_view
        row = min(max(self.sheet.first_row(self.cursor) + rows, 0), self.sheet.height - 1)
        self._place_cursor(self.sheet.place(row).line)
        # By rows, not by lines: what is unfolded may be higher than the view.
        self.show_row(min(max(self.scroll_offset.y + rows, 0), self.max_scroll_y))

    def action_first(self) -> None:
        self.action_move(-self.cursor)

    def action_last(self) -> None:
        self._selection.drop()
        self.following = True
        self._fit()

    @property
    def selection(self) -> range:
        """The lines that are selected, or the one that keys are about."""
        return self._selection.lines(self.cursor, self.count)

    def copied(self) -> Copy | None:
        """What is selected, to be taken away."""
        return (
            copy_of(self.sheet, self.selection) if self.sheet is not None and self.count else None
        )

    def entries_of_send(self) -> "Sequence[Entry]":
        """Those of the send that the cursor is in."""
        if self.sheet is None or not self.cursor < self.count:
            return ()
        return self.sheet.entries_of(self.sheet.run_of(self.cursor))

    def look_for(self, wanted: Wanted, step: int, nothing: str) -> None:
        """Goes to the nearest line that is wanted; says `nothing` where there is none."""
        if self._seeking is not None:
            self._seeking.cancel()
        self._seeking = asyncio.create_task(self._look_for(wanted, step, nothing))

    async def _look_for(self, wanted: Wanted, step: int, nothing: str) -> None:
        found = None
        if self.sheet is not None and self.count:
            found = await seek(self.sheet, self.cursor, step, wanted)
        if found is None:
            self.notify(nothing, markup=False)
            return
        self._selection.drop()
        if wanted.depth is Depth.FOLDED:
            self.reveal(found)
        elif self.sheet is not None:
            self.go_to(self.sheet.nearest(found))

    def _choice(self, line: int) -> Choice:
        focused = self.has_focus or self._selection.is_begun
        return Choice.CHOSEN if focused and line in self.selection else Choice.NOT
