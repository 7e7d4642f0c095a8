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
from tuimail.transcript import (
    Entry,
    JsonLines,
    Recorded,
    SwaksText,
    Transcript,
    Typescript,
    message_lines,
    page,
    picture,
)

JSON_LINES = ".jsonl"
_PAGES = {".html": page, ".svg": picture}

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
        into = _Into(file)
        form = path.suffix.lower()
        unwatch = transcript.watch(_watcher(form, into))
        try:
            yield
        finally:
            unwatch()
            if form in _PAGES:
                into.write(_PAGES[form](transcript.entries))
            if message is not None:
                into.copy(message)
        if into.fault is not None:
            named = visible(str(path))
            click.echo(f"tuimail: {named} is not whole: {into.fault.strerror}.", err=True)


def copied(recorded: Recorded, path: Path) -> None:
    """Writes a recording into another file, in the form that its name says. Raises CommandError."""
    octets, transcript = recorded.message, Transcript()
    message = (
        None if octets is None or path.suffix.lower() != JSON_LINES else partial(BytesIO, octets)
    )
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


def _watcher(form: str, into: _Into) -> Callable[[Entry], None]:
    if form in _PAGES:
        return lambda _entry: None
    if form == JSON_LINES:
        lines = JsonLines()
        into.write(lines.head)
        return lambda entry: into.write(lines.written(entry))
    if form == ".txt":
        text = SwaksText()
        return lambda entry: into.write(text.written(entry))
    typescript = Typescript()
    return lambda entry: into.write("".join(f"{text}\n" for _, text in typescript.typed(entry)))
