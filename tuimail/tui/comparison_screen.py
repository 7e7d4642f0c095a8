"""Two dialogues side by side, and where they differ."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Footer, Static

from tuimail.safetext import visible
from tuimail.tui.comparison_view import ComparisonView
from tuimail.tui.transcript_screen import TranscriptScreen

if TYPE_CHECKING:
    from tuimail.transcript.difference import SessionDifference


class ComparisonScreen(TranscriptScreen):
    """`left` and `right` say which two they are."""

    HELP = """\
What client and server said in two dialogues, pair by pair of their sessions. Times are shown, and \
make no difference.

| both say something else   < the left one alone says something   > the right one alone
"""
    AUTO_FOCUS = "#comparison"
    FOOTER = ("comparison.next", "comparison.previous", "comparison.leave", "help")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "n", "difference(1)", "Next difference", id="comparison.next", tooltip="Next difference"
        ),
        Binding(
            "N",
            "difference(-1)",
            "Previous",
            id="comparison.previous",
            tooltip="The difference before",
        ),
        Binding("escape,q", "leave", "Leave", id="comparison.leave", tooltip="Leave them"),
        Binding("f1", "help", "Help", id="help", tooltip="This help"),
    ]

    def __init__(self, sessions: "Sequence[SessionDifference]", left: str, right: str) -> None:
        super().__init__()
        self._sessions = sessions
        self._names = left, right

    def compose(self) -> ComposeResult:
        program = Content.styled("tuimail", "bold $accent")
        names = " | ".join(map(visible, self._names))
        yield Static(Content.assemble(program, "   ", names), id="recording")
        yield ComparisonView(self._sessions)
        yield Footer()

    def action_difference(self, step: int) -> None:
        self.query_one(ComparisonView).go_to_difference(step)

    def action_leave(self) -> None:
        self.dismiss()
