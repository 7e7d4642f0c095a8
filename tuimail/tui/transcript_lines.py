"""The transcript's lines on the screen: it renders those in view, however many there are."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import MouseDown, Resize
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.timer import Timer

from tuimail.safetext import visible
from tuimail.tui.fold import crop, fill
from tuimail.tui.sheet import HEADING, TIME_WIDTH, Sheet

if TYPE_CHECKING:
    from tuimail.transcript import Entry, Transcript

REFRESHES_PER_SECOND = 30
LANE_COLOURS = 3
TEACHING = "The dialogue appears here when you send. Try f9."


class TranscriptLines(ScrollView, can_focus=True):
    """Follows the last line until a person moves up, and again once he is back at the end."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy_line", "Copy", id="transcript.copy", tooltip="Copy the whole line"),
        Binding("end", "last", "Follow the dialogue", id="transcript.follow", show=False),
        Binding("home", "first", "First line", show=False),
        Binding("up", "move(-1)", "Line up", show=False),
        Binding("down", "move(1)", "Line down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "transcript--muted",
        "transcript--cursor",
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
    """The line that single keys are about."""

    def __init__(self) -> None:
        super().__init__(id="lines")
        self._sheet = Sheet([])
        self._entitle()

    def on_mount(self) -> None:
        interval = 1 / REFRESHES_PER_SECOND
        self._refresher: Timer = self.set_interval(interval, self._catch_up, pause=True)

    def show(self, transcript: "Transcript") -> None:
        """Shows a transcript from now on, for as long as both live."""
        self._sheet = Sheet(transcript.lines, self._sheet.width)
        transcript.watch(self._wake)
        self._catch_up()

    @property
    def line_count(self) -> int:
        """Lines that can be seen, or scrolled to."""
        return self._sheet.count

    @property
    def title(self) -> str:
        """The endpoint and the session of the line that keys are about."""
        if not self._sheet.count:
            return ""
        lane = self._sheet.lines[self.cursor].lane
        session = self._sheet.run_of(self.cursor).session(lane) if lane.exchange else ""
        return " · ".join(filter(None, (visible(lane.endpoint), session)))

    @property
    def state(self) -> str:
        if not self._sheet.count:
            return ""
        return "following" if self.following else "paused, end follows again"

    def begin_send(self) -> None:
        """What comes from now on is another send, with a clock of its own."""
        self._sheet.begin_run()
        self.following = True

    def _wake(self, _entry: "Entry") -> None:
        self._refresher.resume()

    def _catch_up(self) -> None:
        self._refresher.pause()
        self._sheet.grow()
        self._fit()

    def on_resize(self, _event: Resize) -> None:
        width = self.scrollable_content_region.width
        if width and width != self._sheet.width:
            top = self._sheet.place(self.scroll_offset.y).line if self._sheet.height else 0
            self._sheet.resize(width)
            if not self.following:
                self._show_row(self._sheet.first_row(top))
        self._fit()

    def _fit(self) -> None:
        self.virtual_size = Size(self._sheet.width, self._sheet.height)
        if self.following:
            self.cursor = max(self._sheet.count - 1, 0)
            self._show_row(self.max_scroll_y)
        self._entitle()
        self.refresh()

    def _show_row(self, top: int) -> None:
        self.scroll_to(y=top, animate=False, force=True)

    def _entitle(self) -> None:
        self.post_message(self.Moved())

    # What a person does

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        # Textual passes over a bar that is yet to appear, and it would appear at the top.
        self.vertical_scrollbar.position = new_value
        if not self._sheet.height or (self.following and new_value >= self.max_scroll_y):
            return
        top = round(new_value)
        bottom = min(top + self.scrollable_content_region.height, self._sheet.height) - 1
        first, last = self._sheet.place(top).line, self._sheet.place(max(bottom, top)).line
        self._place_cursor(min(max(self.cursor, first), last))
        if new_value >= self.max_scroll_y:
            self.following = True

    def _place_cursor(self, line: int) -> None:
        self.cursor = line
        self.following = line == self._sheet.count - 1

    def watch_cursor(self) -> None:
        self._entitle()
        self.refresh()

    def watch_following(self) -> None:
        self._entitle()

    def on_mouse_down(self, event: MouseDown) -> None:
        offset = event.get_content_offset(self)
        if offset is None:
            return
        row = offset.y + self.scroll_offset.y
        if row < self._sheet.height:
            self._place_cursor(self._sheet.place(row).line)

    def action_move(self, lines: int) -> None:
        if not self._sheet.count:
            return
        line = min(max(self.cursor + lines, 0), self._sheet.count - 1)
        self._place_cursor(line)
        first, last = self._sheet.first_row(line), self._sheet.last_row(line)
        height = self.scrollable_content_region.height
        top = self.scroll_offset.y
        self._show_row(max(min(top, first), last - height + 1))

    def action_page(self, pages: int) -> None:
        if not self._sheet.count:
            return
        rows = pages * self.scrollable_content_region.height
        row = min(max(self._sheet.first_row(self.cursor) + rows, 0), self._sheet.height - 1)
        self.action_move(self._sheet.place(row).line - self.cursor)

    def action_first(self) -> None:
        self.action_move(-self.cursor)

    def action_last(self) -> None:
        self.following = True
        self._fit()

    def action_copy_line(self) -> None:
        if self._sheet.count:
            self.app.copy_to_clipboard(self._sheet.lines[self.cursor].text)
            self.notify("The line is copied.", markup=False)

    # What is seen

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        row = y + self.scroll_offset.y
        if not self._sheet.count and y == 0:
            segments = [Segment(crop(TEACHING, width), self._style("muted"))]
        elif row < self._sheet.height:
            segments = list(self._segments(row, width))
        else:
            return Strip.blank(width, self.rich_style)
        return Strip(segments).adjust_cell_length(width).apply_style(self.rich_style)

    def _segments(self, row: int, width: int) -> Iterator[Segment]:
        index, part = self._sheet.place(row)
        run = self._sheet.run_of(index)
        if part == HEADING:
            yield Segment("─" * width, self._style("muted"))
            return
        line = self._sheet.lines[index]
        at_cursor = self.has_focus and index == self.cursor
        under = Style(bgcolor=self._style("cursor").bgcolor) if at_cursor else Style.null()
        tone = self._style(line.tone.value) + under
        bar = "▌" if at_cursor else " "
        # Text that has become shorter since leaves its last row empty.
        text = dict(enumerate(self._sheet.parts(index))).get(part, "")
        gutter = run.gutter(line)
        if part:
            yield Segment(bar + " " * (gutter - 1), under)
        else:
            clock = f"{bar}{line.at - run.began:{TIME_WIDTH - 3}.3f}  "
            yield Segment(clock, self._style("muted") + under)
            if run.label_width and line.lane.domain:
                colour = run.domains.get(line.lane.domain, 0) % LANE_COLOURS
                label = fill(crop(visible(line.lane.domain), run.label_width), run.label_width)
                yield Segment(f"{label}  ", self._style(f"lane-{colour}") + under)
            yield Segment(f"{line.mark} ", tone)
        yield Segment(fill(text, width - gutter) if at_cursor else text, tone)

    def _style(self, component: str) -> Style:
        """What has no style of its own is in the pane's."""
        name = f"transcript--{component}"
        known = name in self.COMPONENT_CLASSES
        return self.get_component_rich_style(name) if known else self.rich_style
