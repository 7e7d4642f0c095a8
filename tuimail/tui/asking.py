"""Questions that stand in front of everything else."""

import asyncio
from collections.abc import Callable
from enum import Enum
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Input, Static

from tuimail.tui.complaint import complain
from tuimail.tui.dialog import Dialog

T = TypeVar("T")


class Answer(Enum):
    YES = "yes"
    NO = "no"


class Confirm(Dialog[Answer]):
    """A question with two answers. Escape is the careful one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "answer('no')", "No", show=False),
        Binding("y", "answer('yes')", "Yes", show=False),
        Binding("left,up", "app.focus_previous", "Other answer", show=False),
        Binding("right,down", "app.focus_next", "Other answer", show=False),
    ]

    def __init__(self, question: str, *, yes: str, no: str) -> None:
        super().__init__()
        self._question = question
        self._yes = yes
        self._no = no

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(self._question, markup=False, classes="question")
            with Horizontal(classes="answers"):
                yield Button(self._no, id="no", compact=True)
                yield Button(self._yes, id="yes", variant="warning", compact=True)

    @on(Button.Pressed)
    def take(self, event: Button.Pressed) -> None:
        self.dismiss(Answer(event.button.id))

    def action_answer(self, answer: str) -> None:
        self.dismiss(Answer(answer))


class Prompt(Dialog[T | None], Generic[T]):
    """Asks for one line, and gives what `read` makes of it. Escape gives None.

    `read` raises ValueError with a sentence for what it does not take. It may take its time: it
    goes on in a thread.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "Cancel", show=False)]

    def __init__(
        self,
        question: str,
        *,
        placeholder: str,
        read: Callable[[str], T],
        yes: str,
        value: str = "",
    ) -> None:
        """`value` stands there to begin with."""
        super().__init__()
        self._question = question
        self._placeholder = placeholder
        self._read = read
        self._value = value
        self._yes = yes

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(self._question, markup=False, classes="question")
            yield Input(self._value, self._placeholder, compact=True, select_on_focus=False)
            with Horizontal(classes="answers"):
                yield Button("Cancel", id="no", compact=True)
                yield Button(self._yes, id="yes", compact=True)

    @property
    def line(self) -> Input:
        return self.query_one(Input)

    @on(Input.Changed)
    def forgive(self) -> None:
        complain(self.line, "")

    @on(Input.Submitted)
    @on(Button.Pressed, "#yes")
    def take(self) -> None:
        self.run_worker(self._take(self.line.value.strip()), exclusive=True)

    async def _take(self, text: str) -> None:
        try:
            answer = await asyncio.to_thread(self._read, text)
        except ValueError as error:
            complain(self.line, str(error))
        else:
            self.dismiss(answer)

    @on(Button.Pressed, "#no")
    def action_cancel(self) -> None:
        self.dismiss(None)
