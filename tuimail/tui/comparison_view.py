"""Two dialogues side by side: it renders the rows in view."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.events import Resize
from textual.geometry import Size
from textual.strip import Strip

from tuimail.transcript.difference import Side
from tuimail.transcript.side_by_side import Beside, Frame, side_by_side
from tuimail.tui.fold import crop
from tuimail.tui.row_view import RowView

if TYPE_CHECKING:
    from tuimail.transcript.difference import SessionDifference

_COMPONENTS = {
    Side.SAME: "same",
    Side.DIFFERENT: "different",
    Side.LEFT: "left",
    Side.RIGHT: "right",
    Frame.HEADING: "heading",
    Frame.VERDICT: "heading",
    Frame.FOOT: "same",
}


def differences(lines: Sequence[Beside]) -> list[int]:
    """Where lines that differ begin, each that follows another one apart."""
    differ = [isinstance(line.part, Side) and line.part is not Side.SAME for line in lines]
    return [
        place for place, (before, here) in enumerate(pairwise((False, *differ))) if here > before
    ]


class ComparisonView(RowView):
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"comparison--{name}" for name in _COMPONENTS.values()}
    FAMILY = "comparison"

    def __init__(self, sessions: "Sequence[SessionDifference]") -> None:
        super().__init__(id="comparison")
        self._sessions = sessions
        self._lines: tuple[Beside, ...] = ()

    def on_resize(self, _event: Resize) -> None:
        width = self.row_width
        self.run_worker(self._lay(width), exclusive=True)

    async def _lay(self, width: int) -> None:
        self._lines = await asyncio.to_thread(lambda: tuple(side_by_side(self._sessions, width)))
        self.virtual_size = Size(width, len(self._lines))
        self.refresh()

    def go_to_difference(self, step: int) -> None:
        """The next one below the first row in view, or above it where `step` is -1."""
        top = self.scroll_offset.y
        places = differences(self._lines)
        beyond = [place for place in places if (place - top) * step > 0]
        if beyond:
            self.show_row(beyond[0 if step > 0 else -1])

    def render_line(self, y: int) -> Strip:
        width = self.row_width
        row = y + self.scroll_offset.y
        if row >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        line = self._lines[row]
        style = self.style_of(_COMPONENTS[line.part])
        strip = Strip([Segment(crop(line.text, width), style)])
        return strip.adjust_cell_length(width, Style.null()).apply_style(self.rich_style)
