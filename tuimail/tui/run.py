"""Opens the screen, and returns when it has been left."""

import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tuimail.delivery.settings import Settings
    from tuimail.transcript.recorded import Recorded


def run(settings: "Settings | None" = None) -> int:
    """The exit status: 0, or 1 for a fault of its own. None are the default settings."""
    _hurry()
    from tuimail.tui.app import TuimailApp
    from tuimail.tui.memory import Memory

    app = TuimailApp(settings, memory=Memory())
    app.run()
    return app.return_code or 0


def run_demo(settings: "Settings | None" = None, *, smtp_port: int = 0, dns_port: int = 0) -> int:
    """The screen on a world of its own; port 0 is any that is free. The exit status, like `run`."""
    _hurry()
    from tuimail.tui.app import TuimailApp
    from tuimail.tui.demo import FIRST_LETTER, Demo

    world = Demo(smtp_port=smtp_port, dns_port=dns_port)
    app = TuimailApp(settings, letter=FIRST_LETTER, world=world)
    app.run()
    return app.return_code or 0


def run_replay(recorded: "Recorded", path: "Path", speed: float = 1.0) -> int:
    """A recording and nothing else, until it is left. The exit status, like `run`."""
    _hurry()
    from tuimail.tui.replay_app import ReplayApp
    from tuimail.tui.replaying import ReplayScreen

    app = ReplayApp(ReplayScreen.of(recorded, path, speed))
    app.run()
    return app.return_code or 0


def _hurry() -> None:
    """Collects no garbage before the first paint: there is little, and looking takes 15 ms."""
    gc.disable()
