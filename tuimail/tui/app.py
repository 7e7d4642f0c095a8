"""The program on the terminal."""

import gc
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import App, SystemCommand
from textual.screen import Screen

from tuimail.tui.engine import Engine
from tuimail.tui.letter import EMPTY, Letter
from tuimail.tui.memory import Memory
from tuimail.tui.workspace import Workspace
from tuimail.tui.world import World

if TYPE_CHECKING:
    from tuimail.delivery.settings import Settings


class TuimailApp(App[None]):
    """Holds the engine, from the first paint to the last closed socket.

    `letter` stands in the composer, as nobody's words; `memory` keeps the sender for next time.
    """

    TITLE = "tuimail"
    CSS_PATH = Path(__file__).with_name("tuimail.tcss")

    def __init__(
        self,
        settings: "Settings | None" = None,
        *,
        letter: Letter = EMPTY,
        world: World | None = None,
        memory: Memory | None = None,
    ) -> None:
        super().__init__()
        self.engine = Engine(settings, world)
        self.workspace = Workspace(self.engine, letter, memory)

    def get_default_screen(self) -> Screen[None]:
        return self.workspace

    def on_ready(self) -> None:
        gc.enable()  # `run` put it off.
        self.workspace.begin()

    async def on_unmount(self) -> None:
        await self.engine.close()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        # For those who open the palette.
        from tuimail.tui.commands import commands, history_commands, replay_commands
        from tuimail.tui.history_screen import HistoryScreen
        from tuimail.tui.replaying import ReplayScreen

        if isinstance(screen, ReplayScreen):
            yield from replay_commands(screen)
        elif isinstance(screen, HistoryScreen):
            yield from history_commands(screen)
        elif screen is self.workspace:
            yield from commands(self.workspace)
        yield SystemCommand("Theme…", "Other colours", self.action_change_theme)
        yield SystemCommand("Quit", "Leave tuimail (ctrl+q)", self.action_quit)

    async def action_quit(self) -> None:
        self.workspace.action_leave()
