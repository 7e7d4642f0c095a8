"""What the engine drives: delivery and look-ups, from the one place of the screen that knows them.

Importing this takes a while.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Self

from tuimail.delivery.mail import Mail
from tuimail.delivery.reactor import as_future, install
from tuimail.delivery.service import MailService
from tuimail.delivery.settings import Direct, Route, Settings
from tuimail.delivery.stepper import Stepper
from tuimail.domain import Answer, a_labels
from tuimail.lookup import find_exchanges
from tuimail.message import Draft, Message, MessageError, compose, make_message_id
from tuimail.smtp import Pace
from tuimail.transcript import Outcome, Transcript, Watcher
from tuimail.tui.engine import EngineError, World
from tuimail.tui.listing import Inquiry, Listing

MOST_LOOKUPS = 20
"""Domains looked up side by side: a pasted list may name thousands."""


class Works:
    def __init__(self, settings: Settings, transcript: Transcript) -> None:
        """Raises EngineError for what the settings name and is not there."""
        self.settings = settings
        self._transcript = transcript
        self._service = _serve(settings, transcript)
        self._on_held: Callable[[Stepper], None] = lambda _stepper: None
        self._direct = settings.route if isinstance(settings.route, Direct) else Direct()
        self._lookups = asyncio.Semaphore(MOST_LOOKUPS)

    @classmethod
    async def open(cls, settings: Settings, transcript: Transcript, world: World | None) -> Self:
        """On the running loop. Raises EngineError."""
        reactor = install(asyncio.get_running_loop())
        if world is not None:
            settings = await world.open(reactor, settings)
        return cls(settings, transcript)

    @contextmanager
    def watched_by(self, watcher: Watcher) -> Iterator[None]:
        unwatch = self._transcript.watch(watcher)
        try:
            yield
        finally:
            unwatch()

    async def prepare(self, draft: Draft) -> Mail:
        """Raises MessageError or OSError; whoever takes the mail closes its message."""
        message = await asyncio.to_thread(_message, draft)
        reverse_path = draft.sender.mailbox if draft.sender is not None else ""
        return Mail(message, reverse_path, (*draft.to, *draft.cc), draft.bcc)

    async def send(self, mail: Mail) -> Outcome:
        return await as_future(self._service.send(mail))

    def stop(self) -> None:
        self._service.stop_sending()

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
        self.stepper.pace = Pace.STEP if steps else Pace.FREE

    def when_held(self, tell: Callable[[Stepper], None]) -> None:
        """Calls `tell` when something waits, or nothing does any more."""
        self._on_held = tell
        self._attend()
        tell(self.stepper)

    def _attend(self) -> None:
        stepper = self._service.stepper
        stepper.on_change = lambda: self._on_held(stepper)

    async def weigh(self, draft: Draft) -> int | None:
        return await asyncio.to_thread(_weight, draft)

    async def inspect(self, domain: str, show: Callable[[Listing], None]) -> Listing:
        clock = asyncio.get_running_loop().time
        inquiry = Inquiry(domain if domain.startswith("[") else a_labels(domain), clock())

        def observe(answer: Answer) -> None:
            inquiry.note(answer)
            show(inquiry.so_far)

        show(inquiry.so_far)
        async with self._lookups:
            exchanges = await find_exchanges(self._service.resolver, domain, observe)
        return inquiry.finish(exchanges, clock())

    async def travel(self, route: Route | None) -> Route:
        pace = self.stepper.pace
        settings = replace(self.settings, route=route or self._direct, pace=pace)
        before, self._service = self._service, _serve(settings, self._transcript)
        self._attend()
        self.settings = settings
        await as_future(before.stopService())
        return settings.route

    async def close(self) -> None:
        await as_future(self._service.stopService())


def _serve(settings: Settings, transcript: Transcript) -> MailService:
    reactor = install(asyncio.get_running_loop())
    try:
        service = MailService(reactor, settings, transcript)
    except OSError as error:
        raise EngineError(f"{error.filename}: {error.strerror}") from error
    except ValueError as error:
        raise EngineError(str(error)) from error
    service.startService()
    return service


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
