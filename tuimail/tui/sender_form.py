"""Asks from where the sender's mail comes, to say what receivers make of it."""

import re
from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_address
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Input, Static

from tuimail.safetext import visible
from tuimail.tui.complaint import complain
from tuimail.tui.dialog import Dialog

if TYPE_CHECKING:
    from tuimail.domain import Sender

_SEPARATORS = re.compile(r"[\s,;]+")


class SenderForm(Dialog["Sender | None"]):
    """Either line may stay empty. Escape gives None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "Cancel", show=False)]

    def __init__(self, sender: "Sender") -> None:
        """`sender` is what is known of him."""
        super().__init__()
        self._sender = sender

    def compose(self) -> ComposeResult:
        sender = self._sender
        question = f"What do receivers make of mail from {visible(sender.domain)}?"
        with Vertical(classes="dialog"):
            yield Static(question, markup=False, classes="question")
            yield Static("The address that your mail comes from, as they see it")
            yield Input(
                ", ".join(sender.addresses),
                "192.0.2.1, if you know it",
                id="addresses",
                compact=True,
            )
            yield Static("The selector of your DKIM key", classes="next")
            yield Input(
                ", ".join(sender.selectors),
                "s= in DKIM-Signature",
                id="selectors",
                compact=True,
                select_on_focus=False,
            )
            with Horizontal(classes="answers"):
                yield Button("Cancel", id="no", compact=True)
                yield Button("Look", id="yes", compact=True)

    @on(Input.Changed)
    def forgive(self, event: Input.Changed) -> None:
        complain(event.input, "")

    @on(Input.Submitted)
    @on(Button.Pressed, "#yes")
    def take(self) -> None:
        addresses = self._read("addresses", read_ips)
        selectors = self._read("selectors", read_selectors)
        if addresses is not None and selectors is not None:
            self.dismiss(replace(self._sender, addresses=addresses, selectors=selectors))

    def _read(self, name: str, read: Callable[[str], tuple[str, ...]]) -> tuple[str, ...] | None:
        field = self.query_one(f"#{name}", Input)
        try:
            return read(field.value)
        except ValueError as error:
            complain(field, str(error))
            field.focus()
            return None

    @on(Button.Pressed, "#no")
    def action_cancel(self) -> None:
        self.dismiss(None)


def read_ips(text: str) -> tuple[str, ...]:
    """Raises ValueError with a sentence for what is no address."""
    words = _words(text)
    for word in words:
        try:
            ip_address(word)
        except ValueError as error:
            raise ValueError(f"“{visible(word)}” is no IP address.") from error
    return words


def read_selectors(text: str) -> tuple[str, ...]:
    """In A-labels. Raises ValueError with a sentence for what can't be one."""
    from tuimail.domain import a_labels

    return tuple(map(a_labels, _words(text)))


def _words(text: str) -> tuple[str, ...]:
    return tuple(filter(None, _SEPARATORS.split(text)))
