"""The screen in a test: opened, waited for, read. Nothing here waits for a time to pass."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from textual.app import App
from textual.events import Paste
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input

from tuimail.delivery.settings import Settings
from tuimail.transcript import Concluded, Line
from tuimail.tui.app import TuimailApp
from tuimail.tui.compose import Body
from tuimail.tui.letter import EMPTY, Letter
from tuimail.tui.memory import Memory
from tuimail.tui.workspace import Workspace

PATIENCE = 20.0
"""Seconds to wait for a condition, before a test has failed."""
WIDE, NARROW = (120, 40), (80, 24)
LETTER = Letter(
    sender="Me <me@example.com>",
    to="bob@friendly.test",
    subject="Tutorate!",
    body="Hello, how are you, goodbye.\n",
)


@dataclass(frozen=True)
class Viewer:
    """Sits before any screen of ours."""

    app: App[None]
    pilot: Pilot[None]

    @property
    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(strip.text for strip in self.app.screen._compositor.render_strips())

    def field(self, name: str) -> Input:
        return self.app.screen.query_one(f"#{name}", Input)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def go_to(self, widget: Widget) -> None:
        widget.focus()
        await self.until(lambda: self.app.focused is widget)

    async def paste(self, text: str) -> None:
        """Into what has the focus."""
        self.app.post_message(Paste(text))
        await self.pilot.pause()

    async def until(self, condition: Callable[[], object]) -> None:
        """Fails with what is on the screen where the condition never comes true."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not condition():
                    await self.pilot.pause()
        except TimeoutError:
            raise AssertionError(f"waited in vain at this screen:\n{self.text}") from None


@dataclass(frozen=True)
class Driver(Viewer):
    app: TuimailApp

    @property
    def workspace(self) -> Workspace:
        return self.app.workspace

    @property
    def lines(self) -> Sequence[Line]:
        """What the transcript holds."""
        transcript = self.app.engine.transcript
        return transcript.lines if transcript is not None else []

    @property
    def edge(self) -> str:
        """The composer's bottom edge."""
        return self.workspace.composer.border_subtitle or ""

    @property
    def body(self) -> Body:
        return self.app.screen.query_one(Body)

    async def settle(self) -> None:
        """Waits until the engine has nothing to do, and all is drawn."""
        await self.until(lambda: self.app.engine.transcript is not None)
        await self.until(self.app.engine.idle.is_set)
        await self.until(lambda: not self.workspace.inspector.is_behind)
        await self.pilot.pause()

    async def send(self) -> None:
        """Sends, and waits for what becomes of it."""
        before = self.concluded
        await self.press("f9")
        await self.until(lambda: self.concluded > before and not self.workspace.sending)
        await self.settle()
        await self.until(lambda: self.workspace.dialogue.line_count == len(self.lines))

    @property
    def concluded(self) -> int:
        """Sends that have come to an end."""
        transcript = self.app.engine.transcript
        entries = transcript.entries if transcript is not None else []
        return sum(isinstance(entry.event, Concluded) for entry in entries)


@asynccontextmanager
async def opened(
    settings: Settings | None,
    *,
    letter: Letter = EMPTY,
    size: tuple[int, int] = WIDE,
    memory: Memory | None = None,
) -> AsyncIterator[Driver]:
    app = TuimailApp(settings, letter=letter, memory=memory)
    async with app.run_test(size=size) as pilot:
        driver = Driver(app, pilot)
        await driver.until(lambda: app.workspace.is_mounted)
        await driver.settle()
        yield driver
