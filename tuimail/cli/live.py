"""The dialogue, written while it runs."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from tuimail.transcript import Entry, Line, Tone, Typescript

_COLOURS = {
    Tone.CLIENT: "blue",
    Tone.SERVER: None,
    Tone.FACT: "cyan",
    Tone.PASS: "green",
    Tone.WARN: "yellow",
    Tone.FAIL: "red",
}


class Live:
    """A watcher that writes each line as it comes.

    A reader that goes away never disturbs a send: `fault` keeps the error, and nothing more is
    written.
    """

    def __init__(self, write: Callable[[Line, str], None]) -> None:
        self.fault: OSError | None = None
        self._write = write
        self._typescript = Typescript()

    def __call__(self, entry: Entry) -> None:
        if self.fault is not None:
            return
        try:
            for line, text in self._typescript.typed(entry):
                self._write(line, text)
        except OSError as error:
            self.fault = error


def on_terminal(line: Line, text: str) -> None:
    try:
        click.secho(text, fg=_COLOURS[line.tone], bold=line.tone is Tone.FAIL)
    except BrokenPipeError:
        _let_go()
        raise


@contextmanager
def reader_may_leave() -> Iterator[None]:
    """`tuimail … | head`: a reader who has seen enough ends what is printed inside."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        _let_go()


def _let_go() -> None:
    """What is still buffered would fail again when the process ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
