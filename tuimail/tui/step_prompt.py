"""Step mode on the screen: the command that waits, and the keys that let it go."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from tuimail.tui.complaint import complain
from tuimail.tui.stepping import (
    KEYS,
    SHORT_KEYS,
    TYPING_KEYS,
    about,
    command_shown,
    editable,
    typed,
)

if TYPE_CHECKING:
    from tuimail.delivery.stepper import Held, Stepper

_REFRESH = 1.0
"""Seconds: what is left of a server's patience is shown in whole ones."""


class StepPrompt(Vertical):
    """There while a command waits. Its keys belong to the pane, so that the lines stay in reach."""

    class Done(Message):
        """A line was typed, or given up: keys go back to the pane."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "give_up", "Give up", show=False)]

    def __init__(self) -> None:
        super().__init__(id="step")
        self._stepper: Stepper | None = None
        self._lane: int | None = None
        self._editing: Held | None = None
        self.display = False

    def compose(self) -> ComposeResult:
        yield Static(id="held")
        line = Input(id="typed", placeholder="Type a line", compact=True)
        line.display = False
        yield line
        yield Static(id="step-keys")

    def on_mount(self) -> None:
        self._ticker = self.set_interval(_REFRESH, self._say, pause=True)

    def on_resize(self) -> None:
        self._say()

    def attend(self, stepper: "Stepper") -> None:
        """Something waits, or nothing does any more."""
        self._stepper = stepper
        held = self.held
        self.display = bool(held)
        if self._editing is not None and self._editing not in held:
            self._close()
        if held:
            self._ticker.resume()
            self._say()
        else:
            self._ticker.pause()

    def turn_to(self, lane: int) -> None:
        """Keys are about what waits in this lane, where something does."""
        if lane != self._lane:
            self._lane = lane
            self._say()

    @property
    def held(self) -> "Sequence[Held]":
        """What waits, that which keys are about first."""
        if self._stepper is None:
            return ()
        return sorted(self._stepper.held, key=lambda held: held.lane.number != self._lane)

    def _say(self) -> None:
        held = self.held
        if self._stepper is None or not held:
            return
        self.query_one("#held", Static).update(
            Content.assemble(
                ("▸ ", "bold $accent"),
                (command_shown(held[0]), "bold"),
                ("  " + about(held, self._stepper.now()), "$text-muted"),
            )
        )
        keys = KEYS if self.size.width >= len(KEYS) else SHORT_KEYS
        if self._editing is not None:
            keys = TYPING_KEYS  # The others would be typed.
        self.query_one("#step-keys", Static).update(Content(keys))

    # What a person does

    def let_go(self) -> None:
        if self._stepper is not None and self.held:
            self._stepper.let_go(self._taken())

    def skip(self) -> None:
        if self._stepper is not None and self.held:
            self._stepper.skip(self._taken())

    def run_on(self) -> None:
        if self._stepper is not None and self.held:
            self._stepper.run_on(self._taken())

    def _taken(self) -> "Held":
        """What keys are about, and with it what comes next in its lane."""
        held = self.held[0]
        self._lane = held.lane.number
        return held

    def edit(self) -> None:
        if not self.held:
            return
        try:
            self._open(editable(self.held[0]))
        except ValueError as error:
            self.notify(str(error), severity="warning", markup=False)

    def type(self) -> None:
        if self.held:
            self._open("")

    def _open(self, text: str) -> None:
        self._editing = self._taken()
        line = self.query_one("#typed", Input)
        line.value = text
        line.display = True
        line.focus()
        self._say()

    @on(Input.Changed, "#typed")
    def forgive(self, event: Input.Changed) -> None:
        event.stop()
        complain(event.input, "")

    @on(Input.Submitted, "#typed")
    def take(self, event: Input.Submitted) -> None:
        event.stop()
        if self._stepper is None or self._editing is None:
            return
        try:
            self._stepper.say(self._editing, typed(event.value))
        except ValueError as error:
            complain(event.input, str(error))
        else:
            self._close()

    def action_give_up(self) -> None:
        self._close()

    def _close(self) -> None:
        if self._editing is None:
            return
        self._editing = None
        line = self.query_one("#typed", Input)
        line.value = ""  # It may have been a password.
        line.display = False
        self._say()
        self.post_message(self.Done())
