"""All about one thing in the inspector, in front of everything else."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tuimail.tui.dialog import Dialog
from tuimail.tui.fold import fold_under

if TYPE_CHECKING:
    from collections.abc import Iterator

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


class Passages(Static):
    """Lines keep the spaces that they begin with on every row: evidence may be a tree."""

    def __init__(self, details: "Details") -> None:
        super().__init__()
        self._details = details

    def on_resize(self) -> None:
        self.update(Content("\n").join(self._lines(max(self.size.width, 20))))

    def _lines(self, width: int) -> "Iterator[Content]":
        for number, passage in enumerate(self._details.passages):
            if number:
                yield Content("")
            if passage.heading:
                yield Content.styled(passage.heading, "bold $accent")
            for line in passage.lines:
                yield from map(Content, fold_under(line, width))
