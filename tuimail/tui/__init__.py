"""The screen."""

from tuimail.tui.run import run, run_demo

__all__ = ["run", "run_demo"]
