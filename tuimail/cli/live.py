"""The dialogue, written while it runs."""

import os
import sys
from collections.abc import Callable
from io import RawIOBase

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

    A reader that goes away or a disk that is full never disturbs a send: `fault` keeps the error,
    and nothing more is written.
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
        # What is still buffered would fail again when the process ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


def into(file: RawIOBase) -> Callable[[Line, str], None]:
    """Unbuffered, line by line: a crash leaves what was seen."""

    def write(_line: Line, text: str) -> None:
        file.write(f"{text}\n".encode())

    return write
