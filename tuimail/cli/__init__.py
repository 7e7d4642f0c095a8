"""The command line."""

from tuimail.cli.main import main

__all__ = ["main"]
