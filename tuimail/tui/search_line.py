"""The line that says what to search the transcript for; there while it is typed."""

from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input


class SearchLine(Input):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave", show=False)]

    class Wanted(Message):
        """An empty text takes a search back."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self) -> None:
        super().__init__(id="search", placeholder="Search for …", compact=True)
        self.display = False

    def open(self, text: str) -> None:
        """Begins with what was searched for before."""
        self.value = text
        self.display = True
        self.focus()
        self.action_select_all()

    @on(Input.Submitted)
    def take(self, event: Input.Submitted) -> None:
        event.stop()
        self.display = False
        self.post_message(self.Wanted(event.value))

    def action_leave(self) -> None:
        self.display = False
        self.post_message(self.Wanted(""))
