"""The command line."""

from tuimail.cli.entry import main

__all__ = ["main"]
