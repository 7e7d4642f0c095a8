"""The screen."""

from tuimail.tui.run import run, run_demo, run_replay

__all__ = ["run", "run_demo", "run_replay"]
