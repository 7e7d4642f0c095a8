"""The domains looked at, to go back to one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tuimail.safetext import visible
from tuimail.tui.dialog import Dialog

if TYPE_CHECKING:
    from tuimail.tui.listing import Listing


class DomainList(Dialog[str | None]):
    """Gives the domain that was chosen, in A-labels."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave", show=False)]

    def __init__(self, listings: "Sequence[Listing]", current: int) -> None:
        super().__init__()
        self._listings = listings
        self._current = current

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide"):
            yield Static("Domains looked at", classes="question")
            yield OptionList(*map(_option, self._listings), compact=True, markup=False)
            yield Static("enter goes there · escape leaves", classes="hint")

    def on_mount(self) -> None:
        self.query_one(OptionList).highlighted = self._current

    @on(OptionList.OptionSelected)
    def choose(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)

    def action_leave(self) -> None:
        self.dismiss(None)


def _option(listing: "Listing") -> Option:
    verdict = listing.verdict
    line = Content.assemble((f"{verdict.value} ", verdict.style), visible(listing.report.summary))
    return Option(line, id=listing.domain)
