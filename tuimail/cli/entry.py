"""Where the process begins."""

import sys

from tuimail.cli.streams import at_terminal, open_streams

_INTERRUPTED = 130  # By the user, as shells count it; Exit is not there yet.


def main() -> None:
    """Ends the process. `tuimail` alone opens the screen, before anything else is imported."""
    try:
        _begin()
    except KeyboardInterrupt:
        # While modules are imported: later on each command has its own way to end.
        sys.exit(_INTERRUPTED)


def _begin() -> None:
    open_streams()
    if len(sys.argv) == 1 and at_terminal():
        from tuimail.tui import run

        sys.exit(run())
    from tuimail.cli.lasting import lasting

    with lasting():
        from tuimail.cli.main import main as command
    command()
