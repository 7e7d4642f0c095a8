"""A sheet on the screen: it renders the rows in view, however many there are."""

from collections.abc import Callable, Container
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.events import Resize
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var
from textual.strip import Strip
from textual.timer import Timer

from tuimail.tui.fold import crop
from tuimail.tui.line_painter import LANE_COLOURS, Choice, Painter
from tuimail.tui.resting import last_line
from tuimail.tui.row_view import RowView
from tuimail.tui.sheet import Sheet
from tuimail.tui.sheet_reader import REFRESHES_PER_SECOND, SheetReader
from tuimail.tui.sieve import Sieve

if TYPE_CHECKING:
    from tuimail.transcript import Entry, Line, Transcript

TEACHING = "The dialogue appears here when you send. Try f9."
NOTHING_YET = "Nothing has come yet."
NOTHING_PASSES = "No line is like that. 0 shows all."


class SheetView(RowView):
    """Follows the last line until a person moves up, and again once he is back at the end."""

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
    FAMILY = "transcript"

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
        self.rests: Callable[[Sheet], int] = last_line
        """At which line whoever follows is."""
        self._reader = SheetReader(self._fit)
        self._awake = False
        self._return: tuple[int, int] | None = None
        """The number of the line that keys were about before all were laid out anew, and on which
        row of the view it stood."""

    def on_mount(self) -> None:
        interval = 1 / REFRESHES_PER_SECOND
        self._refresher: Timer = self.set_interval(interval, self._catch_up, pause=True)

    def on_unmount(self) -> None:
        self._reader.stop()

    def show(self, transcript: "Transcript") -> None:
        """Shows a transcript from now on, for as long as both live."""
        self.sheet = Sheet(transcript.lines, self.row_width or 80)
        transcript.watch(self._wake)
        self._catch_up()

    @property
    def count(self) -> int:
        """Lines that can be seen, or scrolled to."""
        return self.sheet.count if self.sheet is not None else 0

    @property
    def shows_nothing(self) -> bool:
        """Whether no line is to be seen, also when all are laid out."""
        return not self.count and self._return is None

    @property
    def current(self) -> "tuple[int, Line] | None":
        """The line that keys are about, and the place of its entry in the transcript; none while
        all are laid out anew."""
        if self.sheet is None or self._return is not None or not self.cursor < self.count:
            return None
        return self.sheet.entry(self.cursor), self.sheet.line(self.cursor)

    def begin_send(self) -> None:
        """What comes from now on is another send, with a clock of its own."""
        if self.sheet is not None:
            self.sheet.begin_run()
        self.teaching = NOTHING_YET
        self.following = True
        self.refresh()

    def take_back(self) -> None:
        """The transcript's last lines are gone. Whoever calls this goes to another one."""
        if self.sheet is not None:
            self.sheet.take_back()

    def sift(self, sieve: Sieve) -> None:
        """Shows what passes, and nothing else."""
        if self.sheet is None:
            return
        self._keep_place()
        self.sheet.sift(sieve)
        self._catch_up()

    def refit(self) -> None:
        """Something was unfolded, or folded up."""
        if self.sheet is None:
            return
        self.virtual_size = Size(self.sheet.width, self.sheet.height)
        self.following = False
        self.go_to(self.cursor)
        self.refresh()

    def go_to(self, line: int) -> None:
        """Puts the cursor there, and the line into view."""
        if self.sheet is None or not self.count:
            return
        line = min(max(line, 0), self.count - 1)
        self._place_cursor(line)
        first, last = self.sheet.first_row(line), self.sheet.last_row(line)
        height = self.rows_in_view
        self.show_row(max(min(self.scroll_offset.y, first), min(last - height + 1, first)))

    def reveal(self, number: int) -> None:
        """Goes to a line by its number in the transcript, and opens what it is folded away in."""
        if self.sheet is None:
            return
        index = self.sheet.nearest(number)
        if number not in self.sheet.folded(index):
            self.go_to(index)
            return
        row = self.sheet.first_row(index) - self.scroll_offset.y
        height = self.rows_in_view
        self._return = number, row if 0 <= row < height else height // 2
        self.following = False
        self.sheet.open(index)
        self._catch_up()

    # What has come

    def _wake(self, _entry: "Entry") -> None:
        if not self._awake:
            self._awake = True
            self._refresher.resume()

    def _catch_up(self) -> None:
        self._refresher.pause()
        self._awake = False
        if self.sheet is not None:
            self._reader.read(self.sheet)

    def on_resize(self, _event: Resize) -> None:
        width = self.row_width
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
            # He may have gone on from there by himself.
            last = last_line(self.sheet)
            self.cursor = min(max(self.cursor, self.rests(self.sheet)), last)
            rests = self.sheet.first_row(self.cursor) if self.cursor < last else self.max_scroll_y
            self.show_row(min(rests, self.max_scroll_y))
        elif self._return is not None:
            self._go_back(*self._return)
        self._tell()

    def _go_back(self, number: int, row: int) -> None:
        if self.sheet is None or not self.count:
            return
        index = self.sheet.nearest(number)
        first = self.sheet.first_row(index)
        # Where the lines end for now it would seem to be at their end, and follow them.
        near_end = self.sheet.height - first <= 2 * self.scrollable_content_region.height
        if not self._reader.is_done and (near_end or self.sheet.number(index) < number):
            return
        self._return = None
        self.cursor = index
        self.show_row(first - row)

    # Where it stands

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if self.sheet is None or not self.count or self._return is not None:
            return
        if self.following and new_value >= self.max_scroll_y:
            return
        top = min(round(new_value), self.sheet.height - 1)
        bottom = min(top + self.rows_in_view, self.sheet.height) - 1
        first, last = self.sheet.place(top).line, self.sheet.place(max(bottom, top)).line
        self._place_cursor(min(max(self.cursor, first), last))
        if new_value >= self.max_scroll_y:
            self.following = True

    def watch_cursor(self) -> None:
        self._tell()

    def watch_following(self) -> None:
        self._tell()

    def watch_found(self) -> None:
        self.refresh()

    def watch_stage(self) -> None:
        self.refresh()

    def _place_cursor(self, line: int) -> None:
        self.cursor = line
        self.following = self.sheet is not None and line >= self.rests(self.sheet)

    def _tell(self) -> None:
        self.post_message(self.Moved())
        self.refresh()

    # What is seen

    def render_line(self, y: int) -> Strip:
        width = self.row_width
        row = y + self.scroll_offset.y
        if not self.count and y == 0:
            read = self.sheet is not None and self.sheet.lines.known
            text = NOTHING_PASSES if read else self.teaching
            segments = [Segment(crop(text, width), self.style_of("muted"))]
        elif self.sheet is not None and row < self.sheet.height:
            place = self.sheet.place(row)
            painter = Painter(self.sheet, self.style_of, self.found, self.stage)
            segments = list(painter.row(place, width, self._choice(place.line)))
        else:
            return Strip.blank(width, self.rich_style)
        return Strip(segments).adjust_cell_length(width).apply_style(self.rich_style)

    def _choice(self, line: int) -> Choice:
        return Choice.CHOSEN if self.has_focus and line == self.cursor else Choice.NOT
