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
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, BinaryIO, get_args, get_origin, get_type_hints

from tuimail import smtp
from tuimail.transcript.events import Entry, Event, Lane, Opaque, PolicyFound

Json = dict[str, Any]

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
    at = _read(float, record.get("at"), "at")
    kind = _read(str, record.get("event"), "event")
    lane = _read(Lane, record.get("lane"), "lane")
    known = _EVENTS.get(kind)
    if known is not None:
        return Entry(lane, _read(known, record, ""))
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


def _read(expected: Any, value: Any, path: str) -> Any:
    """`path` names the value for a person. Raises RecordError."""
    if get_origin(expected) is tuple:
        if not isinstance(value, list):
            raise RecordError(f"“{path}” is no list")
        return tuple(_read(get_args(expected)[0], each, path) for each in value)
    if isinstance(expected, UnionType):
        return _read_one_of(get_args(expected), value, path)
    if expected is smtp.Command:
        return smtp.Command(b"", _read(str, value, path))
    if expected is float:
        return _read_seconds(value, path)
    if expected is int:
        if type(value) is not int or not 0 <= value < _MOST:
            raise RecordError(f"“{path}” is no number")
        return value
    if expected in (str, bool):
        if not isinstance(value, expected):
            raise RecordError(f"“{path}” is no {'text' if expected is str else 'true or false'}")
        return value
    if expected in (datetime, bytes):
        return _read_encoded(expected, value, path)
    if is_dataclass(expected):
        return _read_members(expected, value, path)
    return _read_word(expected, value, path)


def _read_seconds(value: Any, path: str) -> float:
    if type(value) not in (int, float) or not math.isfinite(value) or abs(value) > _LONGEST:
        raise RecordError(f"“{path}” is no time in seconds")
    return float(value)


def _read_encoded(expected: type[datetime] | type[bytes], value: Any, path: str) -> Any:
    """A time of day as ISO 8601 has it, or octets in base64."""
    text = _read(str, value, path)
    try:
        if expected is bytes:
            return b64decode(text, validate=True)
        return datetime.fromisoformat(text)
    except ValueError as error:
        words = "base64" if expected is bytes else "a date and time"
        raise RecordError(f"“{path}” is not {words}") from error


def _read_one_of(types: tuple[Any, ...], value: Any, path: str) -> Any:
    if value is None and NoneType in types:
        return None
    some = [each for each in types if each is not NoneType]
    if len(some) == 1:
        return _read(some[0], value, path)
    found = _DISPOSITIONS.get(str(value.get("is"))) if isinstance(value, dict) else None
    if found is None:
        raise RecordError(f"“{path}” says what no recipient's disposition is")
    return _read(found, value, path)


def _read_word(expected: type[Enum], value: Any, path: str) -> Enum:
    for member in expected:
        if _word(member) == value:
            return member
    raise RecordError(f"“{path}” is no {expected.__name__}")


def _read_members(expected: Any, value: Any, path: str) -> Any:
    if not isinstance(value, dict):
        raise RecordError(f"“{path}” is no JSON object")
    members: Json = {"open": _not_kept} if expected is smtp.Content else {}
    for field, expected_member in _shape(expected):
        inner = f"{path}.{field.name}" if path else field.name
        if field.name in value:
            members[field.name] = _read(expected_member, value[field.name], inner)
        elif field.default is MISSING:
            raise RecordError(f"“{inner}” is missing")
    if expected is smtp.Reply and not 0 < len(members["lines"]) <= _MOST_LINES:
        raise RecordError(f"“{path}” has {'too many lines' if members['lines'] else 'no line'}")
    try:
        return expected(**members)
    except ValueError as error:
        raise RecordError(str(error)) from error


def _not_kept() -> BinaryIO:
    raise OSError("a recording's dialogue is without the message")
