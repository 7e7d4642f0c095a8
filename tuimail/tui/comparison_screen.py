"""Two dialogues side by side, and where they differ."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Footer

from tuimail.tui.comparison_view import ComparisonView
from tuimail.tui.keyed_screen import KeyedScreen
from tuimail.tui.keys import offered
from tuimail.tui.title_line import TitleLine

if TYPE_CHECKING:
    from tuimail.transcript.difference import SessionDifference


class ComparisonScreen(KeyedScreen):
    """`left` and `right` say which two they are."""

    HELP = """\
What client and server said in two dialogues, pair by pair of their sessions. Times are shown, and \
make no difference.

| both say something else   < the left one alone says something   > the right one alone
"""
    AUTO_FOCUS = "#comparison"
    FOOTER = ("comparison.next", "comparison.previous", "comparison.leave", "help")
    NEEDED = ("comparison.leave", "help")
    BINDINGS: ClassVar[list[BindingType]] = [
        offered("n", "difference(1)", "comparison.next", "Next difference", "Next difference"),
        offered("N", "difference(-1)", "comparison.previous", "The difference before", "Previous"),
        offered("escape,q", "leave", "comparison.leave", "Leave them"),
    ]

    def __init__(self, sessions: "Sequence[SessionDifference]", left: str, right: str) -> None:
        super().__init__()
        self._sessions = sessions
        self._names = left, right

    def compose(self) -> ComposeResult:
        yield TitleLine(" | ".join(self._names))
        yield ComparisonView(self._sessions)
        yield Footer()

    def action_difference(self, step: int) -> None:
        self.query_one(ComparisonView).go_to_difference(step)

    def action_leave(self) -> None:
        self.dismiss()
