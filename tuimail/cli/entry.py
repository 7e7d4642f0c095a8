"""Where the process begins."""

import sys


def main() -> None:
    """Ends the process. `tuimail` alone opens the screen, before anything else is imported."""
    if len(sys.argv) == 1:
        from tuimail.tui import run

        sys.exit(run())
    from tuimail.cli.lasting import lasting

    with lasting():
        from tuimail.cli.main import main as command
    command()
