"""The transcript's lines on the screen: it renders those in view, however many there are."""

import asyncio
from collections.abc import Container, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import MouseDown, MouseMove, MouseUp, Resize
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.timer import Timer

from tuimail.safetext import visible
from tuimail.tui.fold import crop
from tuimail.tui.line_painter import LANE_COLOURS, Choice, Painter
from tuimail.tui.retirement import Retirement
from tuimail.tui.seeking import SLICE, Wanted, seek
from tuimail.tui.sheet import Sheet
from tuimail.tui.sieve import Sieve

if TYPE_CHECKING:
    from tuimail.transcript import Entry, Line, Transcript

REFRESHES_PER_SECOND = 30
REFRESHES_BEHIND = 10
"""A second, while more lines come than can be read: nobody could follow them."""
MOST_COPIED = 5000
"""Lines: terminals take no endless clipboard (OSC 52)."""
TEACHING = "The dialogue appears here when you send. Try f9."
NOTHING_PASSES = "No line is like that. 0 shows all."


class TranscriptLines(ScrollView, can_focus=True):
    """Follows the last line until a person moves up, and again once he is back at the end."""

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
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "transcript--muted",
        "transcript--cursor",
        "transcript--stage",
        "transcript--found",
        "transcript--client",
        "transcript--pass",
        "transcript--warn",
        "transcript--fail",
        *(f"transcript--lane-{number}" for number in range(LANE_COLOURS)),
    }
    ALLOW_SELECT = False

    class Moved(Message):
        """The line that keys are about, or what is said of all, is another."""

    following = var(default=True)
    cursor = var(default=0)
    """The line that single keys are about, counted among those that are shown."""
    found = var(default="")
    """What was searched for: it stands out wherever it is."""
    stage: var[Container[int]] = var(default=())
    """The places of the entries of the stage that was chosen."""

    def __init__(self) -> None:
        super().__init__(id="lines")
        self.sheet: Sheet | None = None
        self.teaching = TEACHING
        """Stands there while there is no line."""
        self._reading: asyncio.Task[None] | None = None
        self._seeking: asyncio.Task[None] | None = None
        self._awake = False
        self._retirement = Retirement()
        self._anchor: int | None = None
        """Where a selection began."""
        self._return: tuple[int, int] | None = None
        """The number of the line that keys were about before all were laid out anew, and on which
        row of the view it stood."""

    def on_mount(self) -> None:
        interval = 1 / REFRESHES_PER_SECOND
        self._refresher: Timer = self.set_interval(interval, self._catch_up, pause=True)

    def on_unmount(self) -> None:
        for task in (self._reading, self._seeking):
            if task is not None:
                task.cancel()

    def show(self, transcript: "Transcript") -> None:
        """Shows a transcript from now on, for as long as both live."""
        self.sheet = Sheet(transcript.lines, self.scrollable_content_region.width or 80)
        transcript.watch(self._wake)
        self._catch_up()

    @property
    def count(self) -> int:
        """Lines that can be seen, or scrolled to."""
        return self.sheet.count if self.sheet is not None else 0

    @property
    def current(self) -> "tuple[int, Line] | None":
        """The line that keys are about, and the place of its entry in the transcript."""
        if self.sheet is None or not self.cursor < self.count:
            return None
        return self.sheet.entry(self.cursor), self.sheet.line(self.cursor)

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

    def begin_send(self) -> None:
        """What comes from now on is another send, with a clock of its own."""
        if self.sheet is not None:
            self.sheet.begin_run()
        self.following = True

    def take_back(self) -> None:
        """The transcript's last lines are gone. Whoever calls this goes to another one."""
        if self.sheet is not None:
            self.sheet.take_back()

    def sift(self, sieve: Sieve) -> None:
        """Shows what passes, and nothing else."""
        if self.sheet is None:
            return
        self._keep_place()
        self._anchor = None
        self.sheet.sift(sieve)
        self._catch_up()

    # Reading

    def _wake(self, _entry: "Entry") -> None:
        if not self._awake:
            self._awake = True
            self._refresher.resume()

    def _catch_up(self) -> None:
        self._refresher.pause()
        self._awake = False
        if self.sheet is None or (self._reading is not None and not self._reading.done()):
            return
        if self.sheet.grow(SLICE):
            self._fit()
        else:
            self._reading = asyncio.create_task(self._read(self.sheet))

    async def _read(self, sheet: Sheet) -> None:
        """In slices: the loop belongs to keys and sessions too."""
        shown = 0.0
        while not sheet.grow(SLICE):
            self._retirement.retire(sheet.lines.read_entries)
            if perf_counter() - shown >= 1 / REFRESHES_BEHIND:
                self._fit()
                shown = perf_counter()
            # Most of the time is everybody's: a key takes some ten turns of the loop.
            await asyncio.sleep(2 * SLICE)
        self._fit()

    def on_resize(self, _event: Resize) -> None:
        width = self.scrollable_content_region.width
        if self.sheet is not None and width and width != self.sheet.width:
            self._keep_place()
            self.sheet.resize(width)
            self._catch_up()
        self._fit()

    def _keep_place(self) -> None:
        if self.sheet is None or self._return is not None or not self.cursor < self.count:
            return
        row = self.sheet.first_row(self.cursor) - self.scroll_offset.y
        self._return = self.sheet.number(self.cursor), row

    def _fit(self) -> None:
        if self.sheet is None:
            return
        self.virtual_size = Size(self.sheet.width, self.sheet.height)
        if self.following:
            self._return = None
            self.cursor = max(self.count - 1, 0)
            self._show_row(self.max_scroll_y)
        elif self._return is not None:
            self._go_back(*self._return)
        self._tell()

    def _go_back(self, number: int, row: int) -> None:
        if self.sheet is None or not self.count:
            return
        index = self.sheet.nearest(number)
        if self.sheet.number(index) < number and not self._is_all_read:
            return
        self._return = None
        self.cursor = index
        self._show_row(self.sheet.first_row(index) - row)

    @property
    def _is_all_read(self) -> bool:
        return self._reading is None or self._reading.done()

    def _show_row(self, top: int) -> None:
        self.scroll_to(y=top, animate=False, force=True)

    def _tell(self) -> None:
        self.post_message(self.Moved())
        self.refresh()

    # What a person does

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        # Textual passes over a bar that is yet to appear, and it would appear at the top.
        self.vertical_scrollbar.position = new_value
        if self.sheet is None or not self.count or self._return is not None:
            return
        if self.following and new_value >= self.max_scroll_y:
            return
        top = min(round(new_value), self.sheet.height - 1)
        bottom = min(top + self.scrollable_content_region.height, self.sheet.height) - 1
        first, last = self.sheet.place(top).line, self.sheet.place(max(bottom, top)).line
        self._place_cursor(min(max(self.cursor, first), last))
        if new_value >= self.max_scroll_y:
            self.following = True

    def _place_cursor(self, line: int) -> None:
        self.cursor = line
        self.following = line == self.count - 1

    def watch_cursor(self) -> None:
        self._tell()

    def watch_following(self) -> None:
        self._tell()

    def watch_found(self) -> None:
        self.refresh()

    def watch_stage(self) -> None:
        self.refresh()

    def on_mouse_down(self, event: MouseDown) -> None:
        line = self._line_at(event)
        if line is not None:
            self._anchor = line
            self._place_cursor(line)
            self.capture_mouse()

    def on_mouse_move(self, event: MouseMove) -> None:
        if self._anchor is not None and self.app.mouse_captured is self:
            line = self._line_at(event)
            if line is not None:
                self._place_cursor(line)

    def on_mouse_up(self, _event: MouseUp) -> None:
        self.release_mouse()
        if self._anchor == self.cursor:
            self._anchor = None

    def _line_at(self, event: MouseDown | MouseMove) -> int | None:
        offset = event.get_content_offset(self)
        if offset is None or self.sheet is None:
            return None
        row = offset.y + self.scroll_offset.y
        return self.sheet.place(row).line if row < self.sheet.height else None

    def go_to(self, line: int) -> None:
        """Puts the cursor there, and the line into view."""
        if self.sheet is None or not self.count:
            return
        line = min(max(line, 0), self.count - 1)
        self._place_cursor(line)
        first, last = self.sheet.first_row(line), self.sheet.last_row(line)
        height = self.scrollable_content_region.height
        self._show_row(max(min(self.scroll_offset.y, first), min(last - height + 1, first)))

    def action_move(self, lines: int) -> None:
        self._anchor = None
        self.go_to(self.cursor + lines)

    def action_extend(self, lines: int) -> None:
        if self._anchor is None:
            self._anchor = self.cursor
        self.go_to(self.cursor + lines)

    def action_page(self, pages: int) -> None:
        if self.sheet is None or not self.count:
            return
        self._anchor = None
        rows = pages * self.scrollable_content_region.height
        row = min(max(self.sheet.first_row(self.cursor) + rows, 0), self.sheet.height - 1)
        self._place_cursor(self.sheet.place(row).line)
        # By rows, not by lines: what is unfolded may be higher than the view.
        self._show_row(min(max(self.scroll_offset.y + rows, 0), self.max_scroll_y))

    def action_first(self) -> None:
        self.action_move(-self.cursor)

    def action_last(self) -> None:
        self._anchor = None
        self.following = True
        self._fit()

    @property
    def selection(self) -> range:
        """The lines that are selected, or the one that keys are about."""
        anchor = self.cursor if self._anchor is None else min(self._anchor, self.count - 1)
        return range(min(anchor, self.cursor), max(anchor, self.cursor) + 1)

    def refit(self) -> None:
        """Something was unfolded, or folded up."""
        if self.sheet is None:
            return
        self.virtual_size = Size(self.sheet.width, self.sheet.height)
        self.following = False
        self.go_to(self.cursor)
        self.refresh()

    def selected_texts(self) -> list[str]:
        """One line as it is; several with their times and marks."""
        sheet, selection = self.sheet, self.selection
        if sheet is None or not self.count:
            return []
        if len(selection) == 1:
            return [sheet.line(self.cursor).text]
        return [self._typed(sheet, index) for index in selection[:MOST_COPIED]]

    def _typed(self, sheet: Sheet, index: int) -> str:
        line = sheet.line(index)
        return f"{line.at - sheet.run_of(index).began:8.3f} {line.mark} {line.text}"

    def entries_of_send(self) -> "Sequence[Entry]":
        """Those of the send that the cursor is in."""
        sheet = self.sheet
        if sheet is None or not self.cursor < self.count:
            return ()
        run = sheet.run_of(self.cursor)
        behind = [each for each in sheet.runs if each.first_line > run.first_line]
        end = sheet.lines.place(behind[0].first_line) if behind else len(sheet.lines.entries)
        return sheet.lines.entries[sheet.lines.place(run.first_line) : end]

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
        else:
            self._anchor = None
            self.go_to(found)

    # What is seen

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        row = y + self.scroll_offset.y
        if not self.count and y == 0:
            read = self.sheet is not None and self.sheet.lines.known
            text = NOTHING_PASSES if read else self.teaching
            segments = [Segment(crop(text, width), self._style("muted"))]
        elif self.sheet is not None and row < self.sheet.height:
            place = self.sheet.place(row)
            focused = self.has_focus or self._anchor is not None
            chosen = focused and place.line in self.selection
            painter = Painter(self.sheet, self._style, self.found, self.stage)
            segments = list(painter.row(place, width, Choice.CHOSEN if chosen else Choice.NOT))
        else:
            return Strip.blank(width, self.rich_style)
        return Strip(segments).adjust_cell_length(width).apply_style(self.rich_style)

    def _style(self, component: str) -> Style:
        """What has no style of its own is in the pane's."""
        name = f"transcript--{component}"
        known = name in self.COMPONENT_CLASSES
        return self.get_component_rich_style(name) if known else self.rich_style
