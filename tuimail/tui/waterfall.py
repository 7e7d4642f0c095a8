"""The waterfall above the lines: where the time of a session went, widths true to time."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment as Cells
from rich.style import Style
from textual.events import Click
from textual.message import Message
from textual.reactive import var
from textual.strip import Strip
from textual.widget import Widget

from tuimail.tui.fold import crop

if TYPE_CHECKING:
    from tuimail.transcript.bars import Bar
    from tuimail.transcript.segment import Segment
    from tuimail.transcript.waterfall import Waterfall

_TOO_NARROW = 3
"""Columns in which an ellipsis would be all that is seen."""
_LATEST = 512
"""Stages that are looked at one by one: a session may have a hundred thousand."""
_TONES = ("even", "odd", "transfer", "warn", "fail")


class WaterfallView(Widget):
    """Two rows: the bars, and in words the stage that was chosen or that the line is of."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"waterfall--{tone}" for tone in _TONES),
        "waterfall--chosen",
        "waterfall--muted",
    }

    class Chosen(Message):
        """A stage was clicked on: its place among the waterfall's segments."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    chosen: var[int | None] = var(default=None)
    """The segment whose words are shown."""

    def __init__(self) -> None:
        super().__init__(id="waterfall")
        self._waterfall: Waterfall | None = None
        self._segments: Sequence[Segment] = ()
        self._trips = 0
        self._now = 0.0

    def show(self, waterfall: "Waterfall | None", now: float) -> None:
        """What is not finished reaches to `now`, on the clock of the entries."""
        from tuimail.transcript.parting import without_farewell

        self._waterfall, self._now = waterfall, now
        self._segments, self._trips = without_farewell(waterfall) if waterfall else ((), 0)
        self.refresh()

    def watch_chosen(self) -> None:
        self.refresh()

    def on_click(self, event: Click) -> None:
        column = event.get_content_offset_capture(self).x
        for bar in self._bars(self._columns):
            if bar.left <= column < bar.right:
                self.post_message(self.Chosen(bar.segments.start))

    @property
    def summary(self) -> str:
        """How long it took, and how often the server was waited for."""
        segments = self._segments
        if self._waterfall is None or not segments:
            return ""
        ends = max(segment.until(self._now) for segment in segments[-_LATEST:])
        trips = self._trips
        took = ends - min(segment.start for segment in segments[:_LATEST])
        return f"{took:.3f} s · {trips} round trip{'' if trips == 1 else 's'}"

    @property
    def _columns(self) -> int:
        return max(self.content_size.width - cell_len(self.summary) - 2, 1)

    def _bars(self, columns: int) -> "Sequence[Bar]":
        from tuimail.transcript.bars import laid_out

        return laid_out(self._segments, columns, self._now)

    # What is seen

    def render_line(self, y: int) -> Strip:
        width = self.content_size.width
        if self._waterfall is None or not self._waterfall.segments:
            return Strip.blank(width, self.rich_style)
        cells = self._bar_row(self._waterfall) if y == 0 else self._words(self._waterfall, width)
        return Strip(cells).adjust_cell_length(width).apply_style(self.rich_style)

    def _bar_row(self, waterfall: "Waterfall") -> Iterator[Cells]:
        columns, column = self._columns, 0
        for place, bar in enumerate(self._bars(columns)):
            yield Cells(" " * (bar.left - column))
            yield Cells(self._label(waterfall, bar), self._bar_style(waterfall, bar, place))
            column = bar.right
        yield Cells(" " * (columns - column) + "  ")
        yield Cells(self.summary, self.get_component_rich_style("waterfall--muted"))

    def _label(self, waterfall: "Waterfall", bar: "Bar") -> str:
        width = bar.right - bar.left
        first = waterfall.segments[bar.segments.start]
        count = len(bar.segments)
        label = first.label if count == 1 else f"{first.label}×{count}"
        if len({waterfall.segments[index].phase for index in bar.segments[:_LATEST]}) > 1:
            label = ""
        longer = self._longer(first) if count == 1 else label
        shown = longer if len(longer) + 2 <= width else label
        if len(shown) > width:
            shown = label[:width] if width <= _TOO_NARROW else crop(label, width)
        return shown.center(width)

    def _longer(self, segment: "Segment") -> str:
        from tuimail.transcript import octets

        rate = segment.octets_per_second
        if rate is None:
            return segment.label
        return f"{segment.label} {octets(segment.octets)} · {octets(round(rate))}/s"

    def _bar_style(self, waterfall: "Waterfall", bar: "Bar", place: int) -> Style:
        from tuimail.transcript import Tone
        from tuimail.transcript.segment import Phase

        tones = {waterfall.segments[index].tone for index in bar.segments[:_LATEST]}
        phase = waterfall.segments[bar.segments.start].phase
        if Tone.FAIL in tones:
            name = "fail"
        elif Tone.WARN in tones:
            name = "warn"
        elif phase is Phase.TRANSFER:
            name = "transfer"
        else:
            name = ("even", "odd")[place % 2]
        style = self.get_component_rich_style(f"waterfall--{name}")
        if self.chosen is not None and self.chosen in bar.segments:
            style += self.get_component_rich_style("waterfall--chosen")
        return style

    def _words(self, waterfall: "Waterfall", width: int) -> Iterator[Cells]:
        if self.chosen is None or self.chosen >= len(waterfall.segments):
            return
        words = waterfall.segments[self.chosen].words(self._now)
        yield Cells(crop(words, width), self.get_component_rich_style("waterfall--muted"))
