"""What the screen has of the network: started in the background, asked at any time."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from tuimail.delivery.settings import Route, Settings
    from tuimail.message import Draft
    from tuimail.store.history import History
    from tuimail.transcript import Outcome, Transcript
    from tuimail.tui.alone import Alone
    from tuimail.tui.listing import Listing
    from tuimail.tui.request import Request
    from tuimail.tui.works import Works
    from tuimail.tui.world import World

NEXT = (
    "tuimail.transcript.explaining",
    "tuimail.transcript.waterfall",
    "tuimail.delivery.policy_host",
    "tuimail.tui.history_screen",
)
"""What a first send, a first probe and the history bring along."""


class Engine:
    """Whatever is asked of it before it is ready waits."""

    def __init__(self, settings: "Settings | None", world: "World | None" = None) -> None:
        self.idle = asyncio.Event()
        """Set while nothing is being started, looked up, weighed or sent."""
        self.idle.set()
        self.transcript: Transcript | None = None
        """Of all sends; there is one once the engine has begun to start."""
        self._settings = settings
        self._world = world
        self._history: History | None = None
        self._tasks = 0
        self._starting: asyncio.Task[Works] | None = None
        self._preparing: asyncio.Task[object] | None = None

    @property
    def has_world(self) -> bool:
        return self._world is not None

    @property
    def history(self) -> "History":
        """What was sent before, also where nothing can be sent now."""
        if self._history is None:
            from tuimail.store.history import History

            world = self._world
            self._history = History() if world is None else History(world.history_path)
        return self._history

    async def start(self) -> "Works":
        """Returns when it is ready. Raises EngineError."""
        if self._starting is None:
            self._starting = asyncio.create_task(self._start())
        with self._at_work():
            return await asyncio.shield(self._starting)

    async def foresee(self) -> None:
        """Imports what is wanted next, which takes longer than a key should wait."""
        for module in NEXT:
            await asyncio.to_thread(import_module, module)

    async def send(
        self,
        draft: "Draft",
        keep: "Callable[[BinaryIO], None]",
        alone: "Alone | None" = None,
    ) -> "Outcome":
        """Returns when every recipient has a status, or those who are to get it alone. `keep` gets
        a reader of the message, which outlives its file.

        Raises MessageError or OSError for a draft that makes no message, EngineError, and
        CancelledError where `stop` came before anything was sent.
        """
        self._preparing = asyncio.current_task()
        try:
            with self._at_work():
                works = await self.start()
                mail = await works.prepare(draft, alone)
                self._preparing = None
                with mail.message:
                    keep(mail.message.open())
                    return await works.send(mail)
        finally:
            self._preparing = None

    async def stop(self) -> None:
        """Ends a send soon. One that is under way still returns its outcome."""
        if self._preparing is not None:
            self._preparing.cancel()
        else:
            works = await self.start()
            works.stop()

    async def weigh(self, draft: "Draft") -> int | None:
        """The message's octets on the wire; None for a draft that makes none."""
        with self._at_work():
            works = await self.start()
            return await works.weigh(draft)

    async def inspect(self, request: "Request", show: "Callable[[Listing], None]") -> "Listing":
        """All there is to say of a domain; `show` gets what is known so far, and at once that it
        is under way.

        Raises ValueError with one clear line for what is no domain, and EngineError.
        """
        with self._at_work():
            works = await self.start()
            return await works.inspect(request, show)

    async def travel(self, route: "Route | None") -> "Route":
        """Sends by another route from now on, None being the direct one it began with.

        Raises EngineError, and stays on the old one.
        """
        with self._at_work():
            works = await self.start()
            return await works.travel(route)

    async def close(self) -> None:
        """Ends every session, and returns when their sockets are closed."""
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.wait({self._starting})
            if not self._starting.cancelled() and self._starting.exception() is None:
                await self._starting.result().close()
        if self._history is not None:
            await self._history.close()
        if self._world is not None:
            await self._world.close()

    async def _start(self) -> "Works":
        # Twisted and dnspython take longer to import than a person should wait to see what he
        # types: it goes on in a thread.
        for name in ("tuimail.tui.works", "tuimail.transcript.explaining"):
            await asyncio.to_thread(import_module, name)
        from tuimail.delivery.settings import Settings
        from tuimail.transcript import Transcript
        from tuimail.tui.works import Works

        self.transcript = Transcript()
        settings = self._settings or Settings()
        return await Works.open(settings, self.transcript, self.history, self._world)

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        self._tasks += 1
        self.idle.clear()
        try:
            yield
        finally:
            self._tasks -= 1
            if not self._tasks:
                self.idle.set()
