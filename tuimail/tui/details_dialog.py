"""All about one thing in the inspector, in front of everything else."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Static

from tuimail.tui.dialog import Dialog
from tuimail.tui.fold import fold_under

if TYPE_CHECKING:
    from tuimail.tui.details import Details


class DetailsDialog(Dialog[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q", "leave", "Leave", show=False),
        Binding("y", "copy", "Copy", show=False),
    ]

    def __init__(self, details: "Details") -> None:
        super().__init__()
        self._details = details

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog wide") as room:
            room.border_subtitle = "y copies · escape leaves"
            yield Static(Content.styled(self._details.title, "bold"), classes="question")
            yield Passages(self._details)

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(self._details.text)
        self.notify("It is copied.", markup=False)

    def action_leave(self) -> None:
        self.dismiss()


class Passages(Widget):
    """Lines keep the spaces that they begin with on every row: evidence may be a tree."""

    def __init__(self, details: "Details") -> None:
        super().__init__()
        self._details = details

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        return len(self._lines(width))

    def render(self) -> Content:
        return Content("\n").join(self._lines(self.content_size.width))

    def _lines(self, width: int) -> list[Content]:
        lines = []
        for number, passage in enumerate(self._details.passages):
            if number:
                lines.append(Content(""))
            if passage.heading:
                lines.append(Content.styled(passage.heading, "bold $accent"))
            for line in passage.lines:
                lines += map(Content, fold_under(line, width))
        return lines
