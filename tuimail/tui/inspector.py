"""The inspector: what is known of the domains that the mail goes to."""

from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input

from tuimail.safetext import visible
from tuimail.tui.complaint import complain
from tuimail.tui.domains_seen import DomainsSeen
from tuimail.tui.letter import read_addresses

if TYPE_CHECKING:
    from tuimail.tui.alone import Alone
    from tuimail.tui.domain_strip import DomainStrip
    from tuimail.tui.listing import Listing
    from tuimail.tui.report_view import ReportView
    from tuimail.tui.request import Request
    from tuimail.tui.rows import Key

REFRESHES_PER_SECOND = 20
PAUSES = 10
"""How many times as long as drawing takes it is left alone."""


class InspectorPane(Vertical):
    """Shows listings; somebody else looks the domains up."""

    HELP = """\
How mail gets to a domain, and what stands in its way. Leaving To, Cc or Bcc looks their domains \
up, and nobody but nameservers learns of that; you can ask about any other domain, and then the \
host of its MTA-STS policy learns of it too. A probe connects to each exchange, says EHLO and \
QUIT, and shows in the transcript.

✓ well   i good to know   ! to be looked at   ✗ failed   ? could not be found out
· not probed   … still due
"""
    BINDING_GROUP_TITLE = "Inspector"
    ALLOW_MAXIMIZE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave_field", "Back to the report", show=False),
    ]

    class Wanted(Message):
        """A person wants to know about a domain."""

        def __init__(self, request: "Request") -> None:
            super().__init__()
            self.request = request

    class Turned(Message):
        """Another listing is in view."""

        def __init__(self, listing: "Listing") -> None:
            super().__init__()
            self.listing = listing

    def __init__(self) -> None:
        super().__init__(id="inspector", classes="pane")
        self.seen = DomainsSeen()
        self.is_behind = False
        """Whether something is known that is not drawn yet."""
        self._said = ""
        self._rests_until = 0.0
        self._strip: DomainStrip | None = None
        self._report: ReportView | None = None
        self._entitle()

    def compose(self) -> ComposeResult:
        yield Input(id="domain", placeholder="Type a recipient, or a domain here")

    async def furnish(self) -> None:
        """Brings out what reports are shown on: the first paint has no time for it."""
        from tuimail.tui.domain_strip import DomainStrip
        from tuimail.tui.report_view import ReportView

        strip, report = DomainStrip(), ReportView()
        await self.mount(strip, before=0)
        await self.mount(report)
        self._strip, self._report = strip, report
        self.set_interval(1 / REFRESHES_PER_SECOND, self._catch_up)
        self._turned()

    @property
    def current(self) -> "Listing | None":
        return self.seen.current

    def show(self, listing: "Listing") -> None:
        """Takes in what is known of a domain by now."""
        first = self.current is None
        if not self.seen.put(listing):
            return
        if first:
            self._turned()
        else:
            self.is_behind = True

    def turn_to(self, domain: str) -> None:
        """Goes to a domain that was looked at."""
        self.seen.turn_to(domain)
        self.complain("")
        self._turned()
        typing = self.query_one(Input).has_focus
        self.remove_class("-typing")
        if typing:
            self.enter()

    def step(self, steps: int) -> None:
        self.seen.step(steps)
        self._turned()

    @property
    def selected(self) -> "Key":
        """What single keys are about; empty where there is nothing."""
        return self._report.selected if self._report is not None else ()

    @property
    def exchange(self) -> "Alone | None":
        """The one that the selection is on."""
        listing = self.current
        match self.selected:
            case ("exchange", name, *_) if listing is not None:
                from tuimail.tui.alone import Alone

                return Alone(listing.domain, name)
            case _:
                return None

    def say(self, sentence: str) -> None:
        """Says what came of a key in the place of the state, until the selection moves."""
        self._said = sentence
        self._entitle()

    def complain(self, why: str) -> None:
        """Says what is wrong with the domain that was typed, or can't be looked up."""
        if why:
            self.add_class("-typing")
        complain(self.query_one(Input), why)

    def enter(self) -> None:
        """Goes where single keys act, or where a domain can be typed while there is no report."""
        if self._report is None or self.current is None or self.has_class("-typing"):
            self.query_one(Input).focus()
        else:
            self._report.focus()

    def type_domain(self) -> None:
        """Goes where a domain is typed."""
        self.add_class("-typing")
        field = self.query_one(Input)
        field.clear()
        field.focus()

    @on(Input.Submitted)
    def want(self, event: Input.Submitted) -> None:
        event.stop()
        addresses = read_addresses(event.value).addresses
        domain = addresses[0].ascii_domain if addresses else event.value.strip()
        if domain:
            from tuimail.tui.request import Request

            self.post_message(self.Wanted(Request(domain)))

    @on(Input.Changed)
    def forgive(self, event: Input.Changed) -> None:
        event.stop()
        complain(self.query_one(Input), "")

    def on_domain_strip_chosen(self, event: "DomainStrip.Chosen") -> None:
        event.stop()
        self.turn_to(event.domain)

    def on_report_view_moved(self, event: "ReportView.Moved") -> None:
        event.stop()
        self.say("")

    def action_leave_field(self) -> None:
        if self.current is not None:
            self.complain("")
            self.remove_class("-typing")
        self.enter()

    def _catch_up(self) -> None:
        if self.is_behind and self.current is not None and self._report is not None:
            from tuimail.tui.report_rows import rows_of  # needs dnspython, as listings do

            if monotonic() < self._rests_until:
                return
            began = monotonic()
            self.is_behind = False
            self._report.show(rows_of(self.current))
            self._entitle()
            # A report of thousands of rows leaves the loop to the others most of the time.
            self._rests_until = began + (monotonic() - began) * PAUSES

    def _turned(self) -> None:
        if self.current is not None and self._report is not None:
            from tuimail.tui.report_rows import rows_of

            self.is_behind = False
            self.add_class("-filled")
            self._report.turn_to(rows_of(self.current))
            self._entitle()
            self.post_message(self.Turned(self.current))

    def _entitle(self) -> None:
        listing = self.current
        title = "Inspector" if listing is None else f"Inspector · {visible(listing.domain)}"
        self.border_title = Content(title)
        self.border_subtitle = Content(self._said or ("" if listing is None else listing.state))
        if self._strip is not None:
            known = self.seen.listings.values()
            self._strip.chips = tuple((each.domain, each.verdict) for each in known)
            self._strip.current = self.seen.position
