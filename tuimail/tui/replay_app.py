"""A recording on the terminal, and nothing else."""

import gc
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from tuimail.tui.replaying import ReplayScreen


class ReplayApp(App[None]):
    """Ends when the recording is left."""

    TITLE = "tuimail"
    BINDINGS: ClassVar[list[BindingType]] = [
        # Nothing is lost by it, unlike in the screen that mail is written in.
        Binding("ctrl+c", "quit", "Quit", show=False, priority=True),
    ]
    CSS_PATH = Path(__file__).with_name("tuimail.tcss")

    def __init__(self, replay: ReplayScreen) -> None:
        super().__init__()
        self.replay = replay

    def on_ready(self) -> None:
        gc.enable()  # `run_replay` put it off.

    def get_system_commands(self, _screen: Screen[object]) -> Iterable[SystemCommand]:
        from tuimail.tui.commands import replay_commands  # for those who open the palette

        yield from replay_commands(self.replay)
        yield SystemCommand("Theme…", "Other colours", self.action_change_theme)

    def on_mount(self) -> None:
        self.push_screen(self.replay, lambda _: self.exit())
