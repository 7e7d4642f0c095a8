"""The transcript's pane: its lines, and in step mode the command that waits."""

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input

from tuimail.tui.step_prompt import StepPrompt
from tuimail.tui.transcript_lines import TranscriptLines

if TYPE_CHECKING:
    from tuimail.delivery.stepper import Stepper
    from tuimail.transcript import Transcript


class TranscriptPane(Vertical):
    HELP = """\
Every line that crosses the wire while a mail is sent, and what the DNS and TLS said. \
The time is in seconds since the send began.

→ we say   ← the exchange says   · a fact
✓ good   ! doubtful   ✗ bad   ? unknown

In step mode (f7) each command waits until it is let go, and the server waits with it: five \
minutes at least, of which the pane shows what is left.
"""
    BINDING_GROUP_TITLE = "Transcript"
    ALLOW_MAXIMIZE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "let_go", "Let go", id="step.go", tooltip="Let the command go"),
        Binding("e", "edit", "Edit", id="step.edit", tooltip="Edit the command that waits"),
        Binding(
            ":,colon",
            "type",
            "Other line",
            key_display=":",
            id="step.type",
            tooltip="Say another line first",
        ),
        Binding("s", "skip", "Skip", id="step.skip", tooltip="Leave the command out"),
        Binding(
            "c", "run_on", "Run on", id="step.stage", tooltip="Let all go, up to the next stage"
        ),
        Binding("C", "run_out", "To the end", id="step.end", tooltip="Let all go, to the end"),
    ]

    class RunOut(Message):
        """Nothing is to wait any more."""

    stepping: reactive[bool] = reactive(default=False)
    """Whether commands wait."""

    def __init__(self) -> None:
        super().__init__(id="transcript", classes="pane")
        self.lines = TranscriptLines()
        self.step = StepPrompt()
        self.border_title = "Transcript"

    def compose(self) -> ComposeResult:
        yield self.lines
        yield self.step

    def enter(self) -> None:
        self.lines.focus()

    def show(self, transcript: "Transcript") -> None:
        """Shows a transcript from now on, for as long as both live."""
        self.lines.show(transcript)

    def begin_send(self) -> None:
        self.lines.begin_send()

    @property
    def line_count(self) -> int:
        return self.lines.line_count

    def attend(self, stepper: "Stepper") -> None:
        """What waits in step mode may be something else now."""
        self.step.attend(stepper, None)
        self.refresh_bindings()

    def check_action(self, action: str, _parameters: tuple[object, ...]) -> bool | None:
        if action in ("let_go", "edit", "type", "skip", "run_on", "run_out"):
            typing = isinstance(self.app.focused, Input)
            return bool(self.step.held) and not typing
        return True

    @on(TranscriptLines.Moved)
    def _entitle(self) -> None:
        title = " · ".join(filter(None, ("Transcript", self.lines.title)))
        self.border_title = Content(title)
        mode = "step mode, f7 ends it" if self.stepping else ""
        self.border_subtitle = Content(" · ".join(filter(None, (self.lines.state, mode))))

    def watch_stepping(self) -> None:
        self._entitle()

    # Step mode

    @on(StepPrompt.Done)
    def back_to_lines(self) -> None:
        self.lines.focus()

    def action_let_go(self) -> None:
        self.step.let_go()

    def action_edit(self) -> None:
        self.step.edit()

    def action_type(self) -> None:
        self.step.type()

    def action_skip(self) -> None:
        self.step.skip()

    def action_run_on(self) -> None:
        self.step.run_on()

    def action_run_out(self) -> None:
        self.post_message(self.RunOut())
