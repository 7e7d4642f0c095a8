"""A screen whose inspector is bound to the engine."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import on

from tuimail.tui.compose import ComposePane
from tuimail.tui.engine import Engine
from tuimail.tui.inspector import InspectorPane
from tuimail.tui.letter import Letter, read_addresses
from tuimail.tui.panes import PaneScreen
from tuimail.tui.sentence import sentence_of
from tuimail.tui.world import EngineError

if TYPE_CHECKING:
    from tuimail.domain import Sender
    from tuimail.tui.exporting import Export
    from tuimail.tui.listing import Listing
    from tuimail.tui.report_view import ReportView
    from tuimail.tui.request import Depth, Freshness, Request

MOST_GLANCES = 20
"""Domains of recipients that are looked into by themselves, with dozens of questions each. Of the
others in a long list, nothing but the exchanges, until somebody turns to one."""
_NEED_REPORT = {"probe", "look_again", "copy_report", "export_report", "domains", "step_domain"}


class InspectingScreen(PaneScreen):
    """Looks domains up, and does what the inspector's keys ask for."""

    def __init__(self, engine: Engine, letter: Letter) -> None:
        super().__init__(letter)
        self.engine = engine
        self._under_way: set[str] = set()
        """Domains that are looked up without anybody having asked."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in _NEED_REPORT and (not self.is_mounted or self.inspector.current is None):
            return False
        return super().check_action(action, parameters)

    # Looking up

    def inspect_domains(self, letter: Letter) -> None:
        """Looks up the recipients' domains that nothing is known of yet."""
        from tuimail.tui.request import Depth

        known = self.inspector.seen.listings
        for domain in letter.domains:
            if domain not in self._under_way and domain not in known:
                few = len(known) + len(self._under_way) < MOST_GLANCES
                self._under_way.add(domain)
                self.work(self._glance(domain, Depth.GLANCE if few else Depth.EXCHANGES))

    @on(ComposePane.RecipientsLeft)
    def recipients_left(self) -> None:
        self.inspect_domains(self.composer.letter)

    @on(InspectorPane.Wanted)
    def domain_wanted(self, event: InspectorPane.Wanted) -> None:
        self.look_at(event.request)

    def look_at(self, request: "Request") -> None:
        """Looks at a domain, and goes there as soon as it is known to be one."""
        turned = False

        def show(listing: "Listing") -> None:
            nonlocal turned
            self._show(listing)
            if not turned:
                turned = True
                self.inspector.turn_to(listing.domain)

        self.work(self._inspect(request, show))

    @on(InspectorPane.Turned)
    def turned(self, event: InspectorPane.Turned) -> None:
        from tuimail.tui.request import Depth

        request = event.listing.request
        if request.depth is Depth.EXCHANGES and event.listing.is_done:
            self.work(self._glance(request.domain, Depth.GLANCE))

    async def _glance(self, domain: str, depth: "Depth") -> None:
        from tuimail.tui.request import Request

        try:
            await self._inspect(Request(domain, depth), self._show)
        finally:
            self._under_way.discard(domain)

    async def _inspect(self, request: "Request", show: "Callable[[Listing], None]") -> None:
        try:
            show(await self.engine.inspect(request, show))
        except (ValueError, EngineError) as error:
            self.inspector.complain(sentence_of(error))

    def _show(self, listing: "Listing") -> None:
        self.inspector.show(listing)
        known = self.inspector.seen.listings.values()
        self.composer.know({each.domain: each.verdict for each in known})

    # The inspector's keys

    def action_type_domain(self) -> None:
        self.inspector.type_domain()

    def action_step_domain(self, steps: int) -> None:
        self.inspector.step(steps)

    def action_probe(self) -> None:
        from tuimail.tui.request import Depth, Freshness

        self._look_again(Depth.PROBE, Freshness.KEPT)

    def action_look_again(self) -> None:
        from tuimail.tui.request import Depth, Freshness

        self._look_again(Depth.LOOK, Freshness.ASKED_AGAIN)

    def _look_again(self, depth: "Depth", freshness: "Freshness") -> None:
        from tuimail.tui.request import Depth, Request

        listing = self.inspector.current
        if listing is None:
            return
        if listing.is_done:
            if depth is Depth.PROBE:
                self.dialogue.begin_send()
            request = Request(listing.domain, depth, freshness, listing.request.sender)
            self.work(self._inspect(request, self._show))
        else:
            self.inspector.say("It is still being looked at.")

    def on_report_view_details_wanted(self, event: "ReportView.DetailsWanted") -> None:
        from tuimail.tui.details import details_of
        from tuimail.tui.details_dialog import DetailsDialog

        listing = self.inspector.current
        if listing is not None:
            self.app.push_screen(DetailsDialog(details_of(listing, event.key)))

    def action_copy_report(self) -> None:
        from tuimail.tui.details import details_of

        listing = self.inspector.current
        if listing is not None:
            details = details_of(listing, self.inspector.selected)
            self.app.copy_to_clipboard(details.text)
            self.inspector.say(f"Copied: {details.title}.")

    def action_domains(self) -> None:
        from tuimail.tui.domain_list import DomainList

        seen = self.inspector.seen
        listings = tuple(seen.listings.values())
        self.app.push_screen(DomainList(listings, seen.position), self._choose)

    def _choose(self, domain: str | None) -> None:
        if domain is not None:
            self.inspector.turn_to(domain)

    def action_as_receivers(self) -> None:
        """Asks from where the sender's mail comes, and looks at what receivers make of it."""
        senders = read_addresses(self.composer.letter.sender).addresses
        if senders:
            self.work(self._ask_sender(senders[0].ascii_domain))
        else:
            self.inspector.say("Type your address into From first.")

    async def _ask_sender(self, domain: str) -> None:
        works = await self.engine.start()
        from tuimail.tui.sender_form import SenderForm

        before = self.inspector.seen.listings.get(domain)
        known = before.request.sender if before is not None else None
        self.app.push_screen(SenderForm(known or works.sender(domain)), self._take_sender)

    def _take_sender(self, sender: "Sender | None") -> None:
        if sender is not None:
            from tuimail.tui.request import Request

            self.look_at(Request(sender.domain, sender=sender))

    def action_export_report(self) -> None:
        from tuimail.tui.asking import Prompt
        from tuimail.tui.exporting import export_to, proposed

        listing = self.inspector.current
        if listing is None:
            return
        prompt = Prompt(
            "Which file is the report written to? With .json at its end it is for programs.",
            placeholder="~/report.json",
            value=proposed(listing),
            read=lambda text: export_to(listing, text),
            yes="Write",
        )
        self.app.push_screen(prompt, self._take_export)

    def _take_export(self, export: "Export | None") -> None:
        if export is not None:
            self.work(self._export(export))

    async def _export(self, export: "Export") -> None:
        await asyncio.to_thread(export.write)
        self.inspector.say(f"The report is in {export.shown}.")

    def report(self, why: str) -> None:
        """Says it also where it stays to be read."""
        if self.engine.transcript is not None:
            from tuimail.transcript import Advice, Entry

            lane = self.engine.transcript.open_lane("")
            now = self.dialogue.now()
            self.engine.transcript.append(Entry(lane, Advice(now, why)))
        super().report(why)
