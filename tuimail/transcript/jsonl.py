"""A transcript as JSON Lines, a form that keeps everything.

The first line is `{"tuimail-transcript": 1}`, the version. Each line after it is one entry as
`tuimail.transcript.record` writes it, or a piece of the message: `{"message": "<base64>"}`. All of
it is ASCII. A higher version is another form; new kinds of events, and new members of known ones,
come without one: what a reader does not know it keeps (`Opaque`) or leaves out.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from typing import BinaryIO

from tuimail.transcript.events import Entry
from tuimail.transcript.record import Json, RecordError, decode, encode
from tuimail.transcript.recorded import Recorded, RecordingError

FORMAT = "tuimail-transcript"
VERSION = 1
LONGEST_LINE = 64 * 1024 * 1024
"""Octets that are read as one line: enough for a hundred recipients who were each refused with the
longest reply, and a bound on memory."""
_PIECE = 48 * 1024
"""Octets of the message on one line: divisible by 3, so that the pieces' base64 may be joined."""


class JsonLines:
    """Writes entries in the order they come."""

    head = f'{{"{FORMAT}": {VERSION}}}\n'

    def __init__(self) -> None:
        self._start: float | None = None

    def written(self, entry: Entry) -> str:
        """One line."""
        if self._start is None:
            self._start = entry.began
        return _line(encode(entry, self._start))


def message_lines(message: BinaryIO) -> Iterator[str]:
    """The message itself, for a recording that is to have it; anywhere behind the head."""
    while piece := message.read(_PIECE):
        yield _line({"message": b64encode(piece).decode()})


def _line(record: Json) -> str:
    return json.dumps(record, separators=(",", ":")) + "\n"


def read_json_lines(file: BinaryIO) -> Recorded:
    """A last line that is cut off, as a crash leaves it, is the recording's fault; everything else
    that is wrong raises RecordingError."""
    entries: list[Entry] = []
    pieces: list[bytes] = []
    fault = ""
    for number, line in _numbered(file):
        try:
            record = _parsed(line)
            if number == 1:
                _check_head(record)
            elif "message" in record:
                pieces.append(_piece(record["message"]))
            else:
                entries.append(decode(record))
        except RecordError as error:
            if number == 1 or line.endswith(b"\n"):
                raise RecordingError(f"can't be read in line {number}: {error}") from error
            fault = f"is cut off in line {number}"
    return Recorded(tuple(entries), b"".join(pieces) if pieces else None, fault)


def _numbered(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            raise RecordingError(f"can't be read in line {number}: it is longer than 64 MiB")
        yield number, line


def _parsed(line: bytes) -> Json:
    """Raises RecordError."""
    try:
        record = _DECODER.decode(line.decode())
    except (ValueError, RecursionError) as error:
        raise RecordError("it is no JSON") from error
    if not isinstance(record, dict):
        raise RecordError("it is no JSON object")
    return record


def _piece(text: object) -> bytes:
    """Raises RecordError."""
    try:
        return b64decode(str(text), validate=True)
    except ValueError as error:
        raise RecordError("“message” is no base64") from error


def _check_head(record: Json) -> None:
    """Raises RecordError."""
    version = record.get(FORMAT)
    if type(version) is not int:
        raise RecordError(f"a recording begins with {JsonLines.head.strip()}")
    if version != VERSION:
        raise RecordError(f"it is of version {version}, and this tuimail reads {VERSION}")


def _refuse(constant: str) -> None:
    raise ValueError(constant)


_DECODER = json.JSONDecoder(parse_constant=_refuse)
