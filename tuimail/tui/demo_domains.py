"""The demo world's domains, to choose a recipient from."""

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tuimail.tui.dialog import Dialog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tuimail.demo import DemoDomain


class DemoDomains(Dialog[str | None]):
    """Gives the address that was chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave", show=False)]

    def __init__(self, domains: "Sequence[DemoDomain]") -> None:
        super().__init__()
        self._domains = domains

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide"):
            yield Static("Whom to write to in the demo world?", classes="question")
            yield OptionList(*self._options(), compact=True, markup=False)
            yield Static("enter puts the address into To · escape leaves", classes="hint")

    def _options(self) -> "Sequence[Option | None]":
        options: list[Option | None] = []
        for domain in self._domains:
            head = Content.assemble((domain.name, "bold"), f"  {domain.temper}")
            options.append(Option(head, disabled=True))
            for recipient in domain.recipients:
                line = Content.assemble(
                    (f"  {recipient.address}", "$text-accent"),
                    (f"  {recipient.outcome}", "$foreground 60%"),
                )
                options.append(Option(line, id=recipient.address))
        return options

    @on(OptionList.OptionSelected)
    def choose(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)

    def action_leave(self) -> None:
        self.dismiss(None)
