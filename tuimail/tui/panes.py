"""A screen of panes: all of them at once, or one at a time where there is little room."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.events import DescendantFocus
from textual.reactive import reactive
from textual.widgets import Footer

from tuimail.tui.compose import ComposePane
from tuimail.tui.header import PANES, HeaderLine
from tuimail.tui.inspector import InspectorPane
from tuimail.tui.keyed_screen import WIDE
from tuimail.tui.keys import everywhere, offered
from tuimail.tui.letter import Letter
from tuimail.tui.sending_pane import SendingPane
from tuimail.tui.transcript_screen import TranscriptScreen


class PaneScreen(TranscriptScreen):
    """Composer, inspector and transcript, and the ways between them."""

    AUTO_FOCUS = ""
    FOOTER = ("send", "stop", "go.compose", "go.inspector", "go.transcript", "maximise", "help")
    NEEDED = ("send", "stop", "help")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 - Textual's type
    BINDINGS: ClassVar[list[BindingType]] = [
        everywhere(offered("f2", "go('compose')", "go.compose", "Go to the composer", "Compose")),
        everywhere(
            offered("f3", "go('inspector')", "go.inspector", "Go to the inspector", "Inspector")
        ),
        everywhere(
            offered("f4", "go('transcript')", "go.transcript", "Go to the transcript", "Transcript")
        ),
        everywhere(
            offered("f5", "maximise", "maximise", "One pane alone, or all again", "Maximise")
        ),
    ]

    front: reactive[str] = reactive("compose", init=False, bindings=True)
    """The id of the pane that has the focus, or had it last."""

    def __init__(self, letter: Letter) -> None:
        super().__init__(classes="-front-compose")
        self._letter = letter

    def compose(self) -> ComposeResult:
        # Textual says so too, but only when every pane has been styled, which is then done twice.
        self.add_class("-narrow" if self.app.size.width < WIDE else "-wide")
        yield HeaderLine()
        with Vertical(id="panes"):
            with Horizontal(id="upper"):
                yield ComposePane(self._letter)
                yield InspectorPane()
            yield SendingPane()
        yield Footer()

    @property
    def composer(self) -> ComposePane:
        return self.query_one(ComposePane)

    @property
    def inspector(self) -> InspectorPane:
        return self.query_one(InspectorPane)

    @property
    def header(self) -> HeaderLine:
        return self.query_one(HeaderLine)

    def watch_front(self, front: str) -> None:
        self.update_classes({f"-front-{name}": name == front for name in PANES})
        self.header.front = front

    def on_resize(self) -> None:
        self.header.wide = not self.is_narrow
        if self.is_narrow:
            self.minimize()  # One pane is all there is, and its name stands in the first line.

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        if event.widget is not self.focused:
            # The news is late: another pane has come forward since.
            return
        for node in event.widget.ancestors_with_self:
            if node.id in PANES:
                self.front = node.id
                break

    def action_go(self, pane: str) -> None:
        # Keys would go on to the maximised pane, or to one that it hides.
        self.minimize()
        self.front = pane
        match pane:
            case "compose":
                self.composer.enter()
            case "inspector":
                self.inspector.enter()
            case _:
                self.dialogue.enter()

    def action_maximise(self) -> None:
        if self.maximized is None:
            self.maximize(self.query_one(f"#{self.front}"), container=False)
        else:
            self.minimize()

    def check_action(self, action: str, _parameters: tuple[object, ...]) -> bool | None:
        # A key may come before the panes do. One pane at a time is as large as it gets.
        return self.is_mounted and not (action == "maximise" and self.is_narrow)
