"""What the engine drives: delivery and look-ups, from the one place of the screen that knows them.

Importing this takes a while.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Self

from tuimail.delivery.address import public_addresses
from tuimail.delivery.inspector import Inspector
from tuimail.delivery.mail import Mail
from tuimail.delivery.reactor import as_future, install
from tuimail.delivery.scope import Fetching, Probing, Scope
from tuimail.delivery.service import MailService
from tuimail.delivery.settings import SMTP_PORT, Direct, Route, Settings
from tuimail.delivery.stepper import Stepper
from tuimail.domain import Answer, Report, Sender, inspectable
from tuimail.lookup import find_exchanges
from tuimail.lookup import stub as _stub  # noqa: F401 - now, not at the first question
from tuimail.message import Draft, Message, MessageError, compose, make_message_id
from tuimail.smtp import Pace
from tuimail.store.history import History
from tuimail.store.session import Kind
from tuimail.transcript import Entry, Outcome, Recorder, Transcript, Watcher
from tuimail.transcript.sharing import farewell, own
from tuimail.tui.alone import Alone
from tuimail.tui.beside import Beside
from tuimail.tui.listing import Listing, Stage
from tuimail.tui.request import Depth, Freshness, Request
from tuimail.tui.world import EngineError, World

MOST_LOOKS = 6
"""Domains looked at side by side: a pasted list may name thousands, each with dozens of
questions."""


class Works:
    def __init__(self, settings: Settings, transcript: Transcript, history: History) -> None:
        """`history` gets each send. Raises EngineError for what the settings name and is not
        there."""
        self.settings = settings
        self._transcript = transcript
        self._service = _serve(settings, transcript)
        self._on_held: Callable[[Stepper], None] = lambda _stepper: None
        self._apart: MailService | None = None
        self._direct = settings.route if isinstance(settings.route, Direct) else Direct()
        # A relay changes nothing about a domain: this one stays, whatever route mail takes.
        self._beside = Beside(transcript)
        self._inspector = _inspector(replace(settings, route=self._direct), self._beside)
        self._places = asyncio.Semaphore(MOST_LOOKS)
        self._history = history
        self._keeping: set[asyncio.Task[None]] = set()
        self._on_unkept: Callable[[str], None] = lambda _why: None

    @classmethod
    async def open(
        cls, settings: Settings, transcript: Transcript, history: History, world: World | None
    ) -> Self:
        """On the running loop. Raises EngineError."""
        reactor = install(asyncio.get_running_loop())
        if world is not None:
            settings = await world.open(reactor, settings)
        return cls(settings, transcript, history)

    @contextmanager
    def watched_by(self, watcher: Watcher) -> Iterator[None]:
        unwatch = self._transcript.watch(watcher)
        try:
            yield
        finally:
            unwatch()

    async def prepare(self, draft: Draft, alone: Alone | None) -> Mail:
        """Raises MessageError or OSError; whoever takes the mail closes its message."""
        message = await asyncio.to_thread(_message, draft)
        reverse_path = draft.sender.mailbox if draft.sender is not None else ""
        mail = Mail(message, reverse_path, (*draft.to, *draft.cc), draft.bcc)
        return mail if alone is None else mail.to_one(alone.domain, alone.exchange)

    async def send(self, mail: Mail) -> Outcome:
        before = len(self._transcript.entries)
        try:
            if not mail.exchange or isinstance(self.settings.route, Direct):
                return await as_future(self._service.send(mail))
            return await self._send_apart(mail)
        finally:
            seen = own(self._beside.left_out(self._transcript.entries[before:]))
            keeping = asyncio.create_task(self._keep(seen, len(self._transcript.entries)))
            self._keeping.add(keeping)
            keeping.add_done_callback(self._keeping.discard)

    async def _send_apart(self, mail: Mail) -> Outcome:
        """One exchange gets it, and not the relay that all other mail goes through."""
        settings = replace(self.settings, route=self._direct, pace=self.stepper.pace)
        apart = _serve(settings, self._transcript)
        self._apart = apart
        self._attend()
        try:
            return await as_future(apart.send(mail))
        finally:
            self._apart = None
            await as_future(apart.stopService())

    def when_unkept(self, tell: Callable[[str], None]) -> None:
        """Calls `tell` with the reason where a send can't be kept."""
        self._on_unkept = tell

    async def _keep(self, seen: Sequence[Entry], end: int) -> None:
        """What was seen of a send to its outcome, which is at `end`; later also how its connections
        were let go."""
        service, keep = self._service, self._history.record(Kind.SEND)
        if why := await keep(seen):
            self._on_unkept(why)
            return
        await as_future(service.rest())
        if endings := farewell(seen, self._transcript.entries[end:]):
            await keep([*seen, *endings])

    def stop(self) -> None:
        self._service.stop_sending()
        if self._apart is not None:
            self._apart.stop_sending()

    # Step mode

    @property
    def stepper(self) -> Stepper:
        """What waits to be let go; another one after each change of the route."""
        return self._service.stepper

    @property
    def steps(self) -> bool:
        """Whether commands wait, also those of sends that are under way."""
        return self.stepper.pace is Pace.STEP

    @steps.setter
    def steps(self, steps: bool) -> None:
        for service in self._services:
            service.stepper.pace = Pace.STEP if steps else Pace.FREE

    def when_held(self, tell: Callable[[Stepper], None]) -> None:
        """Calls `tell` when something waits, or nothing does any more."""
        self._on_held = tell
        self._attend()
        tell(self.stepper)

    def _attend(self) -> None:
        for service in self._services:
            stepper = service.stepper
            stepper.on_change = partial(self._tell_held, stepper)

    def _tell_held(self, stepper: Stepper) -> None:
        self._on_held(stepper)

    @property
    def _services(self) -> tuple[MailService, ...]:
        return (self._service,) if self._apart is None else (self._service, self._apart)

    async def weigh(self, draft: Draft) -> int | None:
        return await asyncio.to_thread(_weight, draft)

    async def inspect(self, request: Request, show: Callable[[Listing], None]) -> Listing:
        def observe(report: Report) -> None:
            show(Listing(report, request, Stage.GROWING))

        show(Listing(Report(inspectable(request.domain)), request))
        async with self._places:
            if request.freshness is Freshness.ASKED_AGAIN:
                self._inspector.forget()
            if request.depth is Depth.EXCHANGES:
                report = await self._exchanges(request.domain)
            else:
                scope = self._scope(request)
                report = await self._inspector.inspect(request.domain, observe, scope)
        return Listing(report, request, Stage.DONE)

    async def _exchanges(self, text: str) -> Report:
        asked = 0

        def count(_answer: Answer) -> None:
            nonlocal asked
            asked += 1

        clock = asyncio.get_running_loop().time
        began, domain = clock(), inspectable(text)
        found = await find_exchanges(self._service.resolver, domain, count)
        return Report(domain, found, questions=asked, elapsed=clock() - began)

    def sender(self, domain: str) -> Sender:
        """What is known of who sends in the name of a domain from here."""
        if self.settings.source_address is not None:
            return Sender(domain, (self.settings.source_address,))
        direct = isinstance(self.settings.route, Direct) and self.settings.socks is None
        return Sender(domain, public_addresses() if direct else ())

    def _scope(self, request: Request) -> Scope:
        glance = request.depth is Depth.GLANCE
        return Scope(
            probing=Probing.PROBE if request.depth is Depth.PROBE else Probing.NONE,
            fetching=Fetching.NOTHING if glance else Fetching.POLICY,
            port=self._direct.port or SMTP_PORT,
            dkim_selectors=request.sender.selectors if request.sender is not None else (),
            sender=request.sender,
        )

    async def travel(self, route: Route | None) -> Route:
        pace = self.stepper.pace
        settings = replace(self.settings, route=route or self._direct, pace=pace)
        before, self._service = self._service, _serve(settings, self._transcript)
        self._attend()
        self.settings = settings
        await as_future(before.stopService())
        return settings.route

    async def close(self) -> None:
        await self._inspector.close()
        await as_future(self._service.stopService())
        if self._keeping:
            await asyncio.wait(self._keeping)


def _serve(settings: Settings, transcript: Transcript) -> MailService:
    reactor = install(asyncio.get_running_loop())
    with _told():
        service = MailService(reactor, settings, transcript)
    service.startService()
    return service


def _inspector(settings: Settings, transcript: Recorder) -> Inspector:
    with _told():
        return Inspector(install(asyncio.get_running_loop()), settings, transcript)


@contextmanager
def _told() -> Iterator[None]:
    """Raises EngineError for what the settings name and is not there."""
    try:
        yield
    except OSError as error:
        raise EngineError(f"{error.filename}: {error.strerror}") from error
    except ValueError as error:
        raise EngineError(str(error)) from error


def _message(draft: Draft) -> Message:
    if draft.sender is None:
        raise MessageError("there is no sender")
    return compose(
        draft,
        now=datetime.now().astimezone(),
        message_id=make_message_id(draft.sender.ascii_domain),
    )


def _weight(draft: Draft) -> int | None:
    try:
        with _message(draft) as message:
            return message.size
    except (ValueError, OSError):
        return None
