"""A report on the screen: it renders the lines in view, however many there are."""

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import BindingType
from textual.events import Click, MouseDown, Resize
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from tuimail.tui.board import BAR_WIDTH, Board, Place, gutter
from tuimail.tui.fold import crop, fill
from tuimail.tui.keys import offered, unoffered
from tuimail.tui.row_view import ROW_KEYS, RowView
from tuimail.tui.rows import LABEL_WIDTH, MARK_WIDTH, Key, Kind, Row, Shade

TEACHING = (
    "Where a domain takes its mail, and what stands in its way, appears here:",
    "leave To, Cc or Bcc, or type a domain above.",
)


class ReportView(RowView):
    """Where single keys act. The selection stays at what it is about, and on its line, while rows
    come and go."""

    BINDINGS: ClassVar[list[BindingType]] = [
        offered("enter", "details", "inspector.details", "All about what it is on", "Details"),
        offered("d", "screen.type_domain", "inspector.domain", "Another domain", "Domain"),
        offered(
            "p",
            "screen.probe",
            "inspector.probe",
            "Connect to each exchange, as far as EHLO",
            "Probe",
        ),
        offered(
            "r",
            "screen.look_again",
            "inspector.refresh",
            "Ask again, whatever is known from before",
            "Refresh",
        ),
        offered(
            "o",
            "screen.send_there",
            "inspector.send",
            "Send the mail to this exchange alone",
            "Send here",
        ),
        unoffered(
            "m",
            "screen.as_receivers",
            "inspector.mine",
            "What receivers make of mail from the domain in From",
        ),
        unoffered(
            "left", "screen.step_domain(-1)", "inspector.back", "The domain looked at before"
        ),
        unoffered("right", "screen.step_domain(1)", "inspector.forth", "The next domain"),
        unoffered("h", "screen.domains", "inspector.domains", "All domains looked at"),
        offered(
            "y",
            "screen.copy_report",
            "inspector.copy",
            "Copy what it is on; on the first line, everything",
        ),
        offered(
            "x",
            "screen.export_report",
            "inspector.export",
            "Write the report to a file, as JSON or text",
            "Export",
        ),
        *ROW_KEYS,
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "report--cursor",
        "report--heading",
        "report--summary",
        *(f"report--{shade.value}" for shade in Shade if shade is not Shade.PLAIN),
    }
    FAMILY = "report"

    class DetailsWanted(Message):
        """A person wants to know all about a row."""

        def __init__(self, key: Key) -> None:
            super().__init__()
            self.key = key

    class Moved(Message):
        """The selection is on another row."""

    def __init__(self) -> None:
        super().__init__(id="report")
        self._board = Board()

    @property
    def selected(self) -> Key:
        """What single keys are about; empty where there is nothing."""
        row = self._board.selected
        return row.key if row is not None else ()

    def show(self, rows: Sequence[Row]) -> None:
        """What there is to say of the same domain by now."""
        anchor = self._board.anchor(self.scroll_offset.y, self.rows_in_view)
        self._board.show(rows)
        self._fit()
        if anchor is not None:
            self.show_row(self._board.top_for(anchor))

    def turn_to(self, rows: Sequence[Row]) -> None:
        """What there is to say of another domain, from its first line on."""
        self._board = Board(self._board.width)
        self._board.show(rows)
        self._fit()
        self.show_row(0)
        self.post_message(self.Moved())

    def on_resize(self, _event: Resize) -> None:
        width = self.row_width
        if width and width != self._board.width:
            anchor = self._board.anchor(self.scroll_offset.y, self.rows_in_view)
            self._board.resize(width)
            self._fit()
            if anchor is not None:
                self.show_row(self._board.top_for(anchor))

    def _fit(self) -> None:
        self.virtual_size = Size(self._board.width, self._board.height)
        self.refresh()

    # What a person does

    def on_mouse_down(self, event: MouseDown) -> None:
        place = self._place_at(event)
        if place is not None:
            self._board.select(place.row)
            self._moved()

    def on_click(self, event: Click) -> None:
        if event.chain == 2 and self._place_at(event) is not None:
            self.action_details()

    def _place_at(self, event: MouseDown | Click) -> Place | None:
        line = self.row_at(event, self._board.height)
        return None if line is None else self._board.place(line)

    def action_move(self, steps: int) -> None:
        self._board.move(steps)
        self._moved()
        self._bring_into_view()

    def action_page(self, pages: int) -> None:
        self._board.page(pages * self.rows_in_view)
        self._moved()
        self._bring_into_view()

    def action_details(self) -> None:
        if self.selected:
            self.post_message(self.DetailsWanted(self.selected))

    def _moved(self) -> None:
        self.refresh()
        self.post_message(self.Moved())

    def _bring_into_view(self) -> None:
        cursor = self._board.cursor
        if cursor is None:
            return
        first, last = self._board.first_line(cursor), self._board.last_line(cursor)
        # The heading of what it is about comes along, and at the ends what can't be selected.
        while first and not self._board.rows[self._board.place(first - 1).row].key:
            first -= 1
        rest = self._board.rows[cursor + 1 :]
        if not any(row.key for row in rest):
            last = self._board.height - 1
        top = self.scroll_offset.y
        self.show_row(min(max(top, last - self.rows_in_view + 1), first))

    # What is seen

    def render_line(self, y: int) -> Strip:
        width = self.row_width
        line = y + self.scroll_offset.y
        if line < self._board.height:
            segments = list(self._segments(self._board.place(line), width))
        elif not self._board.rows and 0 < y <= len(TEACHING):
            segments = [Segment(crop(TEACHING[y - 1], width), self.style_of(Shade.MUTED))]
        else:
            return Strip.blank(width, self.rich_style)
        return Strip(segments).adjust_cell_length(width).apply_style(self.rich_style)

    def _segments(self, place: Place, width: int) -> list[Segment]:
        row = self._board.rows[place.row]
        at_cursor = self.has_focus and place.row == self._board.cursor
        under = Style(bgcolor=self.style_of("cursor").bgcolor) if at_cursor else Style.null()
        shade = self.style_of(row.shade) + under
        text = self._board.part(place)
        bar = Segment("▌" if at_cursor else " ", under)
        body = Segment(
            fill(text, max(width - gutter(row), 0)) if at_cursor else text, self._body(row) + under
        )
        if place.part or row.kind is Kind.HEADING:
            return [bar, Segment(" " * (gutter(row) - BAR_WIDTH), under), body]
        label = f"{fill(row.label, LABEL_WIDTH)} " if row.label else ""
        return [bar, Segment(fill(row.mark, MARK_WIDTH), shade), Segment(label, shade), body]

    def _body(self, row: Row) -> Style:
        match row.kind:
            case Kind.SUMMARY | Kind.HEADING:
                return self.style_of(row.kind.value)
            case Kind.PROGRESS:
                return self.style_of(Shade.MUTED)
            case _ if row.is_brief:
                return self.style_of(Shade.MUTED)
            case _:
                return self.rich_style
