"""The dialogue, written while it runs."""

from collections.abc import Callable

import click

from tuimail.cli.reader import let_go
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

    A reader that goes away, or a disk that is full, never disturbs a send: nothing more is
    written.
    """

    def __init__(self, write: Callable[[Line, str], None]) -> None:
        self._heard = True
        self._write = write
        self._typescript = Typescript()

    def __call__(self, entry: Entry) -> None:
        if not self._heard:
            return
        try:
            for line, text in self._typescript.typed(entry):
                self._write(line, text)
        except OSError as error:
            self._heard = False
            let_go(error)


def on_terminal(line: Line, text: str) -> None:
    click.secho(text, fg=_COLOURS[line.tone], bold=line.tone is Tone.FAIL)
