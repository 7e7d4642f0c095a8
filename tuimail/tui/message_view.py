"""The message that goes with DATA, read from its file as far as it is looked at."""

import asyncio
from typing import BinaryIO, ClassVar

from rich.segment import Segment
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Resize
from textual.geometry import Size
from textual.strip import Strip
from textual.widgets import Static

from tuimail.tui.dialog import Dialog
from tuimail.tui.fold import crop
from tuimail.tui.paged_file import PagedFile
from tuimail.tui.row_view import RowView
from tuimail.tui.seeking import SLICE

_BETWEEN = 2 * SLICE
"""Seconds between two slices of reading: most of the time is everybody's."""


class MessageView(Dialog[None]):
    """`size` in octets. The reader stays open."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,space", "leave", "Leave", show=False),
    ]

    def __init__(self, reader: BinaryIO, size: str) -> None:
        super().__init__()
        self._reader = reader
        self._words = size

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog whole"):
            yield Static(f"The message, {self._words}", classes="question", markup=False)
            yield MessageRows(self._reader)
            yield Static("escape leaves", classes="hint")

    def on_mount(self) -> None:
        self.query_one(MessageRows).focus()

    def action_leave(self) -> None:
        self.dismiss()


class MessageRows(RowView):
    """What of the file is in view."""

    def __init__(self, reader: BinaryIO) -> None:
        super().__init__()
        self._reader = reader
        self._paged: PagedFile | None = None
        self._page: tuple[int, int, list[str]] = (0, 0, [])
        self._reading: asyncio.Task[None] | None = None

    def on_resize(self, _event: Resize) -> None:
        width = self.row_width
        if self._reading is not None:
            self._reading.cancel()
        self._paged = PagedFile(self._reader, max(width, 1))
        self._paged.grow(SLICE)
        self._fit(self._paged)
        self._reading = asyncio.create_task(self._read(self._paged))

    def on_unmount(self) -> None:
        if self._reading is not None:
            self._reading.cancel()

    async def _read(self, paged: PagedFile) -> None:
        while not paged.grow(SLICE):
            self._fit(paged)
            await asyncio.sleep(_BETWEEN)
        self._fit(paged)

    def _fit(self, paged: PagedFile) -> None:
        self.virtual_size = Size(self.row_width, paged.height)

    def render_line(self, y: int) -> Strip:
        width = self.row_width
        rows = self._visible_rows()
        text = crop(rows[y], width) if y < len(rows) else ""
        return Strip([Segment(text)]).adjust_cell_length(width).apply_style(self.rich_style)

    def _visible_rows(self) -> list[str]:
        """Read once for all rows of a view."""
        if self._paged is None:
            return []
        first, count = self.scroll_offset.y, self.rows_in_view
        known = min(self._paged.height - first, count)
        if self._page[:2] != (first, known):
            self._page = first, known, self._paged.rows(first, known)
        return self._page[2]
