"""One send, or one session that was typed, as the history keeps it."""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO

from tuimail.smtp import CommandSent
from tuimail.transcript import Concluded, Entry, Typescript
from tuimail.transcript.jsonl import JsonLines, read_json_lines
from tuimail.transcript.recorded import Recorded, RecordingError

_RCPT = re.compile(r"\s*RCPT\s+TO:\s*<([^>]*)>", re.IGNORECASE)
_LARGEST = 256 * 1024 * 1024
"""Octets of a recording that are read back: more than any that is kept has."""
_LEVEL = 6


class Kind(StrEnum):
    SEND = "send"
    TALK = "talk"


@dataclass(frozen=True, slots=True)
class Recipient:
    """`status` is that of the outcome; None where nothing came of it."""

    address: str
    status: str | None


@dataclass(frozen=True, slots=True)
class Session:
    """`elapsed` is in seconds; `text` is what people read, `recording` what can be replayed: JSON
    Lines, compressed. Neither holds a secret."""

    kind: Kind
    elapsed: float
    status: str | None
    message_id: str
    recipients: tuple[Recipient, ...]
    exchanges: tuple[str, ...]
    text: str
    recording: bytes

    @property
    def octets(self) -> int:
        """What it takes, roughly."""
        names = sum(len(each.address) for each in self.recipients) + sum(map(len, self.exchanges))
        return len(self.text.encode()) + len(self.recording) + names + 256

    @classmethod
    def of(cls, kind: Kind, entries: Sequence[Entry]) -> "Session":
        """Raises ValueError where nothing was seen."""
        if not entries:
            raise ValueError("nothing was seen")
        outcomes = [e.event.outcome for e in entries if isinstance(e.event, Concluded)]
        outcome = outcomes[-1] if outcomes else None
        typed = tuple(Recipient(_storable(address), None) for address in _named(entries))
        settled = outcome.recipients if outcome else ()
        exchanges = dict.fromkeys(e.lane.exchange for e in entries if e.lane.exchange)
        return cls(
            kind,
            max(e.event.at for e in entries) - min(e.began for e in entries),
            outcome.status.value if outcome else None,
            _storable(outcome.message_id) if outcome else "",
            tuple(Recipient(_storable(r.address), r.status.value) for r in settled) or typed,
            tuple(map(_storable, exchanges)),
            _storable(_text(entries)),
            _recording(entries),
        )


def recorded(recording: bytes) -> Recorded:
    """Raises RecordingError."""
    inflater = zlib.decompressobj()
    try:
        lines = inflater.decompress(recording, _LARGEST)
    except zlib.error as error:
        raise RecordingError("is damaged") from error
    if not inflater.eof:
        raise RecordingError("is damaged")
    return read_json_lines(BytesIO(lines))


def _named(entries: Sequence[Entry]) -> dict[str, None]:
    """The forward-paths of what was said by hand."""
    found: dict[str, None] = {}
    for entry in entries:
        match entry.event:
            case CommandSent(command=command) if path := _RCPT.match(command.shown):
                found[path[1]] = None
    return found


def _storable(text: str) -> str:
    """Without the lone surrogates that foreign text may have, and UTF-8 has not."""
    return text.encode(errors="backslashreplace").decode()


def _text(entries: Sequence[Entry]) -> str:
    typescript = Typescript()
    return "".join(f"{text}\n" for entry in entries for _, text in typescript.typed(entry))


def _recording(entries: Sequence[Entry]) -> bytes:
    lines = JsonLines()
    deflater = zlib.compressobj(_LEVEL)
    pieces = [deflater.compress(lines.head.encode())]
    pieces += [deflater.compress(lines.written(entry).encode()) for entry in entries]
    return b"".join((*pieces, deflater.flush()))
