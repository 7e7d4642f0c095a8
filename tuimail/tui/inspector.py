"""The inspector: what is known of the domains that the mail goes to."""

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input

from tuimail.safetext import visible
from tuimail.tui.alone import Alone
from tuimail.tui.complaint import complain
from tuimail.tui.domain_strip import DomainStrip
from tuimail.tui.history import History
from tuimail.tui.letter import read_addresses
from tuimail.tui.report_view import ReportView
from tuimail.tui.request import Request
from tuimail.tui.rows import Key

if TYPE_CHECKING:
    from tuimail.tui.listing import Listing

REFRESHES_PER_SECOND = 20


class InspectorPane(Vertical):
    """Shows listings; somebody else looks the domains up."""

    HELP = """\
How mail gets to a domain, and what stands in its way. Leaving To, Cc or Bcc looks their domains \
up in the DNS; any other can be typed here. Nobody but nameservers learns of that, and the host of \
the domain's MTA-STS policy where you ask yourself. A probe connects to each exchange, says EHLO \
and QUIT, and shows in the transcript.

✓ good   i to know   ! doubtful   ✗ wrong   ? could not be had   · not probed   … still due
"""
    BINDING_GROUP_TITLE = "Inspector"
    ALLOW_MAXIMIZE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave_field", "Back to the report", show=False),
    ]

    class Wanted(Message):
        """A person wants to know about a domain."""

        def __init__(self, request: Request) -> None:
            super().__init__()
            self.request = request

    def __init__(self) -> None:
        super().__init__(id="inspector", classes="pane")
        self.history = History()
        self._entitle()

    def compose(self) -> ComposeResult:
        yield DomainStrip()
        yield Input(id="domain", placeholder="Type a recipient, or a domain here")
        yield Report()

    def on_mount(self) -> None:
        interval = 1 / REFRESHES_PER_SECOND
        self._refresher: Timer = self.set_interval(interval, self._catch_up, pause=True)

    @property
    def current(self) -> "Listing | None":
        return self.history.current

    @property
    def is_behind(self) -> bool:
        """Whether something is known that is not drawn yet."""
        return self._refresher._active.is_set()  # noqa: SLF001 - Textual has no other way

    def show(self, listing: "Listing") -> None:
        """Takes in what is known of a domain by now."""
        first = self.current is None
        if not self.history.put(listing):
            return
        if first:
            self._turned()
        elif listing.is_done:
            self._catch_up()
        else:
            self._refresher.resume()

    def turn_to(self, domain: str) -> None:
        """Goes to a domain that was looked at."""
        self.history.turn_to(domain)
        self.complain("")
        self._turned()
        typing = self.query_one(Input).has_focus
        self.remove_class("-typing")
        if typing:
            self.query_one(Report).focus()

    def step(self, steps: int) -> None:
        self.history.step(steps)
        self._turned()

    @property
    def selected(self) -> Key:
        """What single keys are about; empty where there is nothing."""
        return self.query_one(Report).selected

    @property
    def exchange(self) -> Alone | None:
        """The one that the selection is on."""
        listing = self.current
        match self.selected:
            case ("exchange", name, *_) if listing is not None:
                return Alone(listing.domain, name)
            case _:
                return None

    def complain(self, why: str) -> None:
        """Says what is wrong with the domain that was typed, or can't be looked up."""
        if why:
            self.add_class("-typing")
        complain(self.query_one(Input), why)

    def enter(self) -> None:
        """Goes where single keys act, or where a domain can be typed while there is no report."""
        if self.current is not None and not self.has_class("-typing"):
            self.query_one(Report).focus()
        else:
            self.query_one(Input).focus()

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
            self.post_message(self.Wanted(Request(domain)))

    @on(Input.Changed)
    def forgive(self, event: Input.Changed) -> None:
        event.stop()
        complain(self.query_one(Input), "")

    @on(DomainStrip.Chosen)
    def chosen(self, event: DomainStrip.Chosen) -> None:
        event.stop()
        self.turn_to(event.domain)

    def action_leave_field(self) -> None:
        if self.current is not None:
            self.complain("")
            self.remove_class("-typing")
        self.enter()

    def _catch_up(self) -> None:
        self._refresher.pause()
        if self.current is not None:
            from tuimail.tui.report_rows import rows_of  # needs dnspython, as listings do

            self.query_one(Report).show(rows_of(self.current))
        self._entitle()

    def _turned(self) -> None:
        if self.current is None:
            return
        from tuimail.tui.report_rows import rows_of

        self.add_class("-filled")
        self.query_one(Report).turn_to(rows_of(self.current))
        self._entitle()

    def _entitle(self) -> None:
        listing = self.current
        title = "Inspector" if listing is None else f"Inspector · {visible(listing.domain)}"
        self.border_title = Content(title)
        self.border_subtitle = Content("" if listing is None else listing.state)
        if self.is_mounted:
            known = self.history.listings.values()
            strip = self.query_one(DomainStrip)
            strip.chips = tuple((each.domain, each.verdict) for each in known)
            strip.current = self.history.position


class Report(ReportView):
    """Where single keys act on the domain that it is about."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "d", "screen.type_domain", "Domain", id="inspector.domain", tooltip="Another domain"
        ),
        Binding(
            "p",
            "screen.probe",
            "Probe",
            id="inspector.probe",
            tooltip="Connect to each exchange, as far as EHLO",
        ),
        Binding(
            "r",
            "screen.look_again",
            "Refresh",
            id="inspector.refresh",
            tooltip="Ask again, whatever is known from before",
        ),
        Binding(
            "o",
            "screen.send_there",
            "Send here",
            id="inspector.send",
            tooltip="Send the mail to this exchange alone",
        ),
        Binding(
            "m",
            "screen.as_receivers",
            "My mail",
            id="inspector.mine",
            tooltip="What receivers make of mail from the domain in From",
            show=False,
        ),
        Binding(
            "left",
            "screen.step_domain(-1)",
            "Domain before",
            id="inspector.back",
            tooltip="The domain looked at before",
            show=False,
        ),
        Binding(
            "right",
            "screen.step_domain(1)",
            "Next domain",
            id="inspector.forth",
            tooltip="The next domain",
            show=False,
        ),
        Binding(
            "h",
            "screen.domains",
            "History",
            id="inspector.history",
            tooltip="All domains looked at",
            show=False,
        ),
        Binding(
            "y",
            "screen.copy_report",
            "Copy",
            id="inspector.copy",
            tooltip="Copy what it is on; on the first line, everything",
        ),
        Binding(
            "x",
            "screen.export_report",
            "Export",
            id="inspector.export",
            tooltip="Write the report to a file, as JSON or text",
        ),
    ]
