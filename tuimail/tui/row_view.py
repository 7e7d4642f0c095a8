"""Rows on the screen: those in view are rendered, however many there are."""

from typing import ClassVar

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click, MouseDown, MouseMove
from textual.scroll_view import ScrollView

ROW_KEYS: list[BindingType] = [
    Binding("up", "move(-1)", "Row up", show=False),
    Binding("down", "move(1)", "Row down", show=False),
    Binding("pageup", "page(-1)", "Page up", show=False),
    Binding("pagedown", "page(1)", "Page down", show=False),
    Binding("home", "move(-1_000_000)", "First row", show=False),
    Binding("end", "move(1_000_000)", "Last row", show=False),
]
"""Where one row is chosen."""


class RowView(ScrollView, can_focus=True):
    FAMILY: ClassVar[str] = ""
    """What the names of its component classes begin with."""
    ALLOW_SELECT = False

    @property
    def row_width(self) -> int:
        """Cells."""
        return self.scrollable_content_region.width

    @property
    def rows_in_view(self) -> int:
        """As many as there is room for."""
        return self.scrollable_content_region.height

    def show_row(self, top: int) -> None:
        """Has it stand first in view, where there are enough below it."""
        self.scroll_to(y=top, animate=False, force=True)

    def row_at(self, event: Click | MouseDown | MouseMove, count: int) -> int | None:
        """The row under the mouse, of `count` that there are."""
        offset = event.get_content_offset(self)
        row = count if offset is None else offset.y + self.scroll_offset.y
        return row if row < count else None

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        # Textual passes over a bar that is yet to appear, and it would appear at the top.
        self.vertical_scrollbar.position = new_value

    def style_of(self, component: str) -> Style:
        """What has no style of its own is in the view's."""
        name = f"{self.FAMILY}--{component}"
        known = name in self.COMPONENT_CLASSES
        return self.get_component_rich_style(name) if known else self.rich_style
