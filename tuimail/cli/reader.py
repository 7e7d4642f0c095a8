"""Whoever reads standard output, and may have seen enough."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import click


@contextmanager
def reader_may_leave() -> Iterator[None]:
    """`tuimail … | head`: a reader who has seen enough ends what is printed inside, and so does a
    disk that is full, which is told. Neither changes how the command ends: a mail that was sent is
    sent."""
    try:
        yield
        sys.stdout.flush()
    except OSError as error:
        let_go(error)


def let_go(error: OSError) -> None:
    """After an error of standard output nothing more goes there."""
    # What is still buffered would fail again when the process ends.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if not isinstance(error, BrokenPipeError):
        # Standard error may be the same terminal that is gone.
        with suppress(OSError):
            click.echo(f"tuimail: standard output is not whole: {error.strerror}.", err=True)
