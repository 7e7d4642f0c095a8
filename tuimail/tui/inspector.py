"""The inspector: what is known of the domains that the mail goes to."""

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from tuimail.safetext import visible
from tuimail.tui.complaint import complain
from tuimail.tui.letter import read_addresses

if TYPE_CHECKING:
    from tuimail.tui.listing import Listing


class InspectorPane(Vertical):
    """Shows listings; somebody else looks the domains up."""

    HELP = """\
Where the domains that you type take their mail: the exchanges, in the order in which they are
tried. Leaving To, Cc or Bcc looks their domains up; any other can be typed here.
"""
    BINDING_GROUP_TITLE = "Inspector"
    ALLOW_MAXIMIZE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "list", "Back to the list", show=False),
    ]

    class Wanted(Message):
        """A person wants to know about a domain, as he typed it."""

        def __init__(self, domain: str) -> None:
            super().__init__()
            self.domain = domain

    def __init__(self) -> None:
        super().__init__(id="inspector", classes="pane")
        self.listings: dict[str, Listing] = {}
        """By domain in A-labels, in the order in which they were asked for."""
        self._entitle()

    def compose(self) -> ComposeResult:
        yield Input(id="domain", placeholder="Type a recipient, or a domain here")
        yield Domains()

    def show(self, listing: "Listing") -> None:
        """Puts it in the place of what was known of its domain, or behind the others."""
        from tuimail.tui.listing_text import listing_text  # needs dnspython, as listings do

        self.complain("")
        entries = self.query_one(Domains)
        if listing.domain in self.listings:
            entries.replace_option_prompt(listing.domain, listing_text(listing))
        else:
            entries.add_option(Option(listing_text(listing), id=listing.domain))
        self.listings[listing.domain] = listing
        if entries.highlighted is None:
            entries.highlighted = 0
        self._entitle()

    def turn_to(self, domain: str) -> None:
        """Goes to a listing that was asked for."""
        entries = self.query_one(Domains)
        entries.highlighted = entries.get_option_index(domain)
        if self.query_one(Input).has_focus:
            self.query_one(Input).clear()
            entries.focus()

    def complain(self, why: str) -> None:
        """Says what is wrong with the domain that was typed."""
        complain(self.query_one(Input), why)

    @property
    def current(self) -> "Listing | None":
        """What the bar is on."""
        option = self.query_one(Domains).highlighted_option if self.is_mounted else None
        return None if option is None else self.listings.get(option.id or "")

    def enter(self) -> None:
        """Goes where single keys act, or where a domain can be typed while there is no list."""
        if self.listings:
            self.query_one(Domains).focus()
        else:
            self.query_one(Input).focus()

    def type_domain(self) -> None:
        """Goes where a domain is typed."""
        field = self.query_one(Input)
        field.clear()
        field.focus()

    @on(Input.Submitted)
    def want(self, event: Input.Submitted) -> None:
        event.stop()
        addresses = read_addresses(event.value).addresses
        domain = addresses[0].ascii_domain if addresses else event.value.strip()
        if domain:
            self.post_message(self.Wanted(domain))

    @on(Input.Changed)
    def forgive(self, event: Input.Changed) -> None:
        event.stop()
        self.complain("")

    @on(OptionList.OptionHighlighted)
    @on(OptionList.OptionSelected)
    def entitle(self, event: OptionList.OptionMessage) -> None:
        event.stop()
        self._entitle()

    def action_list(self) -> None:
        self.enter()

    def _entitle(self) -> None:
        listing = self.current
        self.border_title = Content(
            "Inspector" if listing is None else f"Inspector · {visible(listing.domain)}"
        )
        self.border_subtitle = Content("" if listing is None else listing.state)


class Domains(OptionList):
    """One entry for each domain."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "type_domain", "Domain", id="inspector.domain", tooltip="Another domain"),
        Binding("r", "refresh_entry", "Refresh", id="inspector.refresh", tooltip="Ask again"),
        Binding("y", "copy_entry", "Copy", id="inspector.copy", tooltip="Copy what it says"),
    ]

    def __init__(self) -> None:
        super().__init__(id="domains", markup=False)

    def action_type_domain(self) -> None:
        self.query_ancestor(InspectorPane).type_domain()

    def action_refresh_entry(self) -> None:
        if self.highlighted_option is not None and self.highlighted_option.id is not None:
            self.post_message(InspectorPane.Wanted(self.highlighted_option.id))

    def action_copy_entry(self) -> None:
        listing = self.query_ancestor(InspectorPane).current
        if listing is not None:
            self.app.copy_to_clipboard(listing.text)
            self.notify("The entry is copied.", markup=False)
