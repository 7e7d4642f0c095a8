"""The transcript of the dialogues that are under way, and in step mode the command that waits."""

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.reactive import reactive

from tuimail.tui.resting import result_line
from tuimail.tui.step_prompt import StepPrompt
from tuimail.tui.transcript import TranscriptPane
from tuimail.tui.transcript_keys import SENDING_KEYS, STEP_ACTIONS
from tuimail.tui.transcript_lines import TranscriptLines

if TYPE_CHECKING:
    from tuimail.delivery.stepper import Stepper


class SendingPane(TranscriptPane):
    HELP = f"""\
{TranscriptPane.HELP}
In step mode (f7) each command waits until it is let go, and the server waits with it: five \
minutes at least, of which the pane shows what is left.
"""
    BINDINGS: ClassVar[list[BindingType]] = SENDING_KEYS

    class RunOut(Message):
        """Nothing is to wait any more."""

    stepping: reactive[bool] = reactive(default=False)
    """Whether commands wait."""

    def __init__(self) -> None:
        super().__init__()
        self.step = StepPrompt()
        self.lines.rests = result_line

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield self.step

    def attend(self, stepper: "Stepper") -> None:
        """What waits in step mode may be something else now."""
        self.clock = stepper.now
        self.step.attend(stepper)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in STEP_ACTIONS and not self.step.held:
            return False
        return super().check_action(action, parameters)

    @property
    def mode(self) -> str:
        return "step mode, f7 ends it" if self.stepping else ""

    def watch_stepping(self) -> None:
        self.entitle()

    @on(TranscriptLines.Moved)
    def turn(self) -> None:
        """To the session that a person looks at; one that merely spoke last changes nothing under
        his fingers."""
        current, sheet = self.lines.current, self.lines.sheet
        if current is None or sheet is None:
            return
        if not self.lines.following or sheet.sieve.lane is not None:
            self.step.turn_to(current[1].lane.number)

    # What a person does

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
