"""The sessions found, on rows: it renders those in view."""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import BindingType
from textual.events import Click, MouseDown, Resize
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from tuimail.tui.fold import fold
from tuimail.tui.history_list import HistoryList
from tuimail.tui.history_row import Columns, cells
from tuimail.tui.row_view import ROW_KEYS, RowView
from tuimail.tui.rows import Shade

if TYPE_CHECKING:
    from tuimail.store.sessions import Kept

_GUTTER = 2
"""Cells for the bar of what is chosen, and the mark of what is set aside."""


class HistoryView(RowView):
    BINDINGS: ClassVar[list[BindingType]] = ROW_KEYS
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "history--cursor",
        *(f"history--{shade.value}" for shade in Shade if shade is not Shade.PLAIN),
    }
    FAMILY = "history"

    class Moved(Message):
        """Another session is chosen, or the end of those that were read is near."""

    class Opened(Message):
        """A person wants to see the chosen one."""

    def __init__(self, sessions: HistoryList, now: Callable[[], float]) -> None:
        """`now` gives seconds of the epoch."""
        super().__init__(id="kept")
        self._list = sessions
        self._now = now
        self.teaching = ""
        """Stands there while there are no sessions."""
        self.set_aside: Kept | None = None
        """What another one is to be compared with."""

    @property
    def columns(self) -> Columns:
        return Columns.within(self.row_width - _GUTTER)

    @property
    def at_end(self) -> bool:
        """Whether what is in view, or chosen, is near the end of those that were read."""
        last = max(self.scroll_offset.y + self.rows_in_view, self._list.cursor)
        return last + self.rows_in_view >= len(self._list.sessions)

    def fit(self) -> None:
        """There are others now."""
        self.virtual_size = Size(self.row_width, len(self._list.sessions))
        self._bring_into_view()
        self.refresh()

    def on_resize(self, _event: Resize) -> None:
        self.fit()

    # What a person does

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self.post_message(self.Moved())

    def on_mouse_down(self, event: MouseDown) -> None:
        if (row := self._row_at(event)) is not None:
            self._list.cursor = row
            self.refresh()
            self.post_message(self.Moved())

    def on_click(self, event: Click) -> None:
        if event.chain == 2 and self._row_at(event) is not None:
            self.post_message(self.Opened())

    def _row_at(self, event: MouseDown | Click) -> int | None:
        return self.row_at(event, len(self._list.sessions))

    def action_move(self, steps: int) -> None:
        self._list.move(steps)
        self._bring_into_view()
        self.refresh()
        self.post_message(self.Moved())

    def action_page(self, pages: int) -> None:
        self.action_move(pages * self.rows_in_view)

    def _bring_into_view(self) -> None:
        cursor, top = self._list.cursor, self.scroll_offset.y
        place = min(max(top, cursor - self.rows_in_view + 1), cursor)
        self.show_row(place)

    # What is seen

    def render_line(self, y: int) -> Strip:
        width = self.row_width
        row = y + self.scroll_offset.y
        if row < len(self._list.sessions):
            strip = Strip(self._segments(row))
        elif not self._list.sessions and 0 < y <= len(lines := fold(self.teaching, width)):
            strip = Strip([Segment(lines[y - 1], self.style_of(Shade.MUTED))])
        else:
            return Strip.blank(width, self.rich_style)
        return strip.adjust_cell_length(width, self._under(row)).apply_style(self.rich_style)

    def _segments(self, row: int) -> list[Segment]:
        kept, under = self._list.sessions[row], self._under(row)
        bar = "▌" if row == self._list.cursor else " "
        mark = "=" if self.set_aside is not None and kept.id == self.set_aside.id else " "
        return [
            Segment(f"{bar}{mark}", under),
            *(
                Segment(text, self.style_of(shade) + under)
                for text, shade in cells(kept, self._now(), self.columns)
            ),
        ]

    def _under(self, row: int) -> Style:
        if row != self._list.cursor or not self._list.sessions:
            return Style.null()
        return Style(bgcolor=self.style_of("cursor").bgcolor)
