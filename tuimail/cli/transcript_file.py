"""The file that a dialogue goes into while it runs; its name says in which form."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from io import BytesIO, FileIO
from pathlib import Path
from typing import BinaryIO

import click

from tuimail.cli.exits import CommandError, Exit
from tuimail.safetext import visible
from tuimail.transcript import Transcript
from tuimail.transcript.form import Form, writing
from tuimail.transcript.jsonl import message_lines
from tuimail.transcript.recorded import Recorded

Message = Callable[[], BinaryIO]
"""Opens the message that is to be in the file too."""


@contextmanager
def written(
    transcript: Transcript, path: Path | None, message: Message | None = None
) -> Iterator[None]:
    """What the transcript gets inside goes into the file too: line by line, so that a crash leaves
    what was seen, or at the end where it is a page. Without a path, nowhere. A message is for
    JSON Lines.

    A disk that is full disturbs nothing, and is told at the end. Raises CommandError for a file
    that can't be opened, before anything is done.
    """
    if path is None:
        yield
        return
    try:
        file = path.open("wb", buffering=0)
    except OSError as error:
        raise _unwritable(path, error) from error
    with file:
        into, form = _Into(file), writing(Form.of(path))
        into.write(form.head)
        unwatch = transcript.watch(lambda entry: into.write(form.written(entry)))
        try:
            yield
        finally:
            unwatch()
            into.write(form.ending(transcript.entries))
            if message is not None:
                into.copy(message)
        if into.fault is not None:
            named = visible(str(path))
            click.echo(f"tuimail: {named} is not whole: {into.fault.strerror}.", err=True)


def copied(recorded: Recorded, path: Path) -> None:
    """Writes a recording into another file, in the form that its name says. Raises CommandError."""
    octets, transcript = recorded.message, Transcript()
    if octets is None or Form.of(path) is not Form.JSON_LINES:
        message = None
    else:
        message = partial(BytesIO, octets)
    with written(transcript, path, message):
        for entry in recorded.entries:
            transcript.append(entry)


def _unwritable(path: Path, error: OSError) -> CommandError:
    return CommandError(Exit.NO_INPUT, f"{visible(str(path))} can't be written: {error.strerror}.")


class _Into:
    """Writes until the first error, which `fault` keeps."""

    def __init__(self, file: FileIO | BytesIO) -> None:
        self.fault: OSError | None = None
        self._file = file

    def write(self, text: str) -> None:
        if self.fault is not None or not text:
            return
        rest = memoryview(text.encode())
        try:
            while rest:
                # Unbuffered, it may take less than it is given.
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            self.fault = error

    def copy(self, message: Message) -> None:
        try:
            with message() as opened:
                for line in message_lines(opened):
                    self.write(line)
        except OSError as error:
            self.fault = self.fault or error
