"""A recording that the command line names."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

import click

from tuimail.cli.exits import CommandError, Exit
from tuimail.safetext import visible
from tuimail.transcript.recorded import Recorded, RecordingError
from tuimail.transcript.recorded_file import read_recorded

STDIN = Path("-")


def read_recording(path: Path) -> Recorded:
    """One that a crash cut off is told, and read as far as it goes. Raises CommandError."""
    name = "standard input" if path == STDIN else visible(str(path))
    try:
        with _opened(path) as file:
            recorded = read_recorded(file)
    except RecordingError as error:
        raise CommandError(Exit.NO_INPUT, f"{name} {error}.") from error
    except OSError as error:
        raise CommandError(Exit.NO_INPUT, f"{name} can't be read: {error.strerror}.") from error
    if recorded.fault:
        click.echo(f"tuimail: {name} {recorded.fault}; what is before it is here.", err=True)
    return recorded


@contextmanager
def _opened(path: Path) -> Iterator[BufferedReader]:
    if path == STDIN:
        yield sys.stdin.buffer  # type: ignore[misc]  # it is one, but for tests that replace it
    else:
        with path.open("rb") as file:
            yield file
