"""An entry as a JSON object, and back.

The names are the events' own: `CommandSent(at, command)` is
`{"at": 0.01, "event": "command-sent", "lane": {…}, "command": "EHLO client.example"}`. Times are
seconds since the recording's start, dates are in ISO 8601, octets in base64. What holds its default
is left out. Of a command there is what a person may see: its wire octets, which may hold a secret,
are neither written nor read.
"""

import json
import math
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache, partial
from types import NoneType, UnionType
from typing import Any, BinaryIO, get_args, get_origin, get_type_hints

from tuimail import smtp
from tuimail.transcript.events import Entry, Event, Lane, Opaque, PolicyFound

Json = dict[str, Any]
Reader = Callable[[Any], Any]
"""Of one value. Raises RecordError."""

_LONGEST = 1e9
"""Seconds that any time may have: thirty years."""
_MOST = 2**63
_MOST_LINES = 65_536
"""Of a reply: 64 KiB hold no more, whatever is in them."""
_DIGITS = 6  # Microseconds: finer than any clock that dialogues are timed by.
_NOT_KEPT = ("open", "bindings", "wire")
"""Fields that hold no fact about the dialogue, or a secret one."""


class RecordError(ValueError):
    """The object is none that a tuimail wrote. The text is one clear line for a person."""


def encode(entry: Entry, start: float) -> Json:
    """`start` is the monotonic time of the recording's start, in seconds."""
    event, lane = entry.event, _written(entry.lane)
    at = _rounded(event.at - start)
    if isinstance(event, Opaque):
        return {"at": at, "event": event.kind, "lane": lane, **json.loads(event.text)}
    return {"at": at, "event": _kind(type(event)), "lane": lane, **_members(event, ("at",))}


def decode(record: Json) -> Entry:
    """The entry with its time since the start. A kind of event that only a newer tuimail knows
    becomes `Opaque`. Raises RecordError."""
    at = _read_seconds("at", record.get("at"))
    kind = _read_text("event", record.get("event"))
    lane = _reader(Lane, "lane")(record.get("lane"))
    known = _EVENTS.get(kind)
    if known is not None:
        return Entry(lane, _reader(known, "")(record))
    rest = {key: value for key, value in record.items() if key not in ("at", "event", "lane")}
    return Entry(lane, Opaque(at, kind, json.dumps(rest)))


def _kind(cls: type) -> str:
    """`ReplyReceived` is `reply-received`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()


_EVENTS: Mapping[str, Any] = {_kind(cls): cls for cls in get_args(Event) if cls is not Opaque}
_DISPOSITIONS: Mapping[str, Any] = {_kind(cls): cls for cls in get_args(smtp.Disposition)}


def _written(value: Any) -> Any:
    match value:
        case Enum():
            return _word(value)
        case float():
            return _rounded(value)
        case datetime():
            return value.isoformat()
        case bytes():
            return b64encode(value).decode()
        case tuple():
            return [_written(each) for each in value]
        case smtp.Command(shown=shown):
            return shown
        case None | bool() | int() | str():
            return value
    tag = {"is": _kind(type(value))} if type(value) in _DISPOSITIONS.values() else {}
    return tag | _members(value)


def _members(value: Any, but: tuple[str, ...] = ()) -> Json:
    return {
        field.name: _written(getattr(value, field.name))
        for field, _ in _shape(value.__class__)
        if field.name not in but
        and (field.default is MISSING or getattr(value, field.name) != field.default)
    }


def _rounded(seconds: float) -> float:
    return round(seconds, _DIGITS)


def _word(member: Enum) -> str:
    return member.name.lower().replace("_", "-")


@cache
def _shape(cls: Any) -> tuple[tuple[Field[Any], Any], ...]:
    """The fields that are kept, each with its type."""
    names = {}
    if cls is PolicyFound:
        from tuimail.domain import StsPolicy  # dnspython is not for every replay to wait for

        names["StsPolicy"] = StsPolicy
    types = get_type_hints(cls, localns=names)
    return tuple((field, types[field.name]) for field in fields(cls) if field.name not in _NOT_KEPT)


@cache
def _reader(expected: Any, path: str) -> Reader:
    """Made once for each type and place: a recording has a hundred thousand lines of few kinds.
    `path` names the value for a person."""
    if get_origin(expected) is tuple:
        return partial(_read_list, path, _reader(get_args(expected)[0], path))
    if isinstance(expected, UnionType):
        return _reader_of_one(get_args(expected), path)
    if expected in _SIMPLE:
        return partial(_SIMPLE[expected], path)
    if is_dataclass(expected):
        return _members_reader(expected, path)
    words = {_word(member): member for member in expected}
    return partial(_read_word, path, words, expected.__name__)


def _read_list(path: str, each: Reader, value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise RecordError(f"“{path}” is no list")
    return tuple(map(each, value))


def _read_seconds(path: str, value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value) or abs(value) > _LONGEST:
        raise RecordError(f"“{path}” is no time in seconds")
    return float(value)


def _read_number(path: str, value: Any) -> int:
    if type(value) is not int or not 0 <= value < _MOST:
        raise RecordError(f"“{path}” is no number")
    return value


def _read_text(path: str, value: Any) -> str:
    if not isinstance(value, str):
        raise RecordError(f"“{path}” is no text")
    return value


def _read_truth(path: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise RecordError(f"“{path}” is no true or false")
    return value


def _read_date(path: str, value: Any) -> datetime:
    try:
        return datetime.fromisoformat(_read_text(path, value))
    except ValueError as error:
        raise RecordError(f"“{path}” is not a date and time") from error


def _read_octets(path: str, value: Any) -> bytes:
    try:
        return b64decode(_read_text(path, value), validate=True)
    except ValueError as error:
        raise RecordError(f"“{path}” is not base64") from error


def _read_command(path: str, value: Any) -> smtp.Command:
    return smtp.Command(b"", _read_text(path, value))


_SIMPLE: Mapping[Any, Callable[[str, Any], Any]] = {
    float: _read_seconds,
    int: _read_number,
    str: _read_text,
    bool: _read_truth,
    datetime: _read_date,
    bytes: _read_octets,
    smtp.Command: _read_command,
}


def _read_word(path: str, words: Mapping[str, Enum], kind: str, value: Any) -> Enum:
    member = words.get(value) if isinstance(value, str) else None
    if member is None:
        raise RecordError(f"“{path}” is no {kind}")
    return member


def _reader_of_one(types: tuple[Any, ...], path: str) -> Reader:
    some = [each for each in types if each is not NoneType]
    read = _reader(some[0], path) if len(some) == 1 else partial(_read_disposition, path)
    if len(some) == len(types):
        return read
    return lambda value: None if value is None else read(value)


def _read_disposition(path: str, value: Any) -> Any:
    found = _DISPOSITIONS.get(str(value.get("is"))) if isinstance(value, dict) else None
    if found is None:
        raise RecordError(f"“{path}” says what no recipient's disposition is")
    return _reader(found, path)(value)


def _members_reader(cls: Any, path: str) -> Reader:
    before = path and f"{path}."
    needed = tuple(field.name for field, _ in _shape(cls) if field.default is MISSING)
    readers = {field.name: _reader(its, before + field.name) for field, its in _shape(cls)}
    always: Json = {"open": _not_kept} if cls is smtp.Content else {}

    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            raise RecordError(f"“{path}” is no JSON object")
        for name in needed:
            if name not in value:
                raise RecordError(f"“{before}{name}” is missing")
        members = {name: readers[name](each) for name, each in value.items() if name in readers}
        if cls is smtp.Reply:
            _check_lines(path, members["lines"])
        try:
            return cls(**always, **members)
        except ValueError as error:
            raise RecordError(str(error)) from error

    return read


def _check_lines(path: str, lines: tuple[str, ...]) -> None:
    if not 0 < len(lines) <= _MOST_LINES:
        raise RecordError(f"“{path}” has {'too many lines' if lines else 'no line'}")


def _not_kept() -> BinaryIO:
    raise OSError("a recording's dialogue is without the message")
