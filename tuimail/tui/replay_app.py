"""A recording on the terminal, and nothing else."""

from pathlib import Path

from textual.app import App

from tuimail.tui.replaying import ReplayScreen


class ReplayApp(App[None]):
    """Ends when the recording is left."""

    TITLE = "tuimail"
    CSS_PATH = Path(__file__).with_name("tuimail.tcss")

    def __init__(self, replay: ReplayScreen) -> None:
        super().__init__()
        self.replay = replay

    def on_mount(self) -> None:
        self.push_screen(self.replay, lambda _: self.exit())
