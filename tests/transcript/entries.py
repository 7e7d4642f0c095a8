"""Any entry that a transcript can hold, for hypothesis to draw."""

import io
import json
from dataclasses import fields
from datetime import UTC, datetime
from enum import Enum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from tuimail import smtp
from tuimail.domain import StsPolicy
from tuimail.transcript import Entry, Event, Lane, Opaque

SECRET = "correct horse battery staple"
"""What goes over the wire in each command, and into no file."""

TEXTS = st.text(st.characters(codec="utf-8"), max_size=20) | st.sampled_from(
    ["\x1b[2J", "\u202egnp.exe", "<script>alert(1)</script>", "]]>", "\"&'", "a\r\nb", "\udc80"]
)
SECONDS = st.integers(0, 10**12).map(lambda micros: micros / 10**6)
NUMBERS = st.integers(0, 10**9)
COMMANDS = TEXTS.map(lambda shown: smtp.Command(SECRET.encode(), shown))
REPLIES = st.builds(
    smtp.Reply, st.integers(0, 999), st.lists(TEXTS, min_size=1, max_size=3).map(tuple)
)
ENVELOPES = st.builds(
    smtp.Envelope, st.just("a@example.com"), st.just(("b@example.net", "c@example.net"))
)
DSN = st.sampled_from(
    [
        smtp.DsnRequest((smtp.Notify.NEVER,)),
        smtp.DsnRequest((smtp.Notify.DELAY,), smtp.DsnReturn.HEADERS, "QQ314159"),
    ]
)


def of_type(expected: Any) -> st.SearchStrategy[Any]:
    """Each field of each class varies, also those that have defaults."""
    known: dict[Any, st.SearchStrategy[Any]] = {
        str: TEXTS,
        float: SECONDS,
        int: NUMBERS,
        bool: st.booleans(),
        type(None): st.none(),
        bytes: st.binary(max_size=20),
        datetime: st.datetimes(timezones=st.just(UTC)),
        smtp.Command: COMMANDS,
        smtp.Reply: REPLIES,
        smtp.Envelope: ENVELOPES,
        smtp.DsnRequest: DSN,
    }
    if expected in known:
        return known[expected]
    if get_origin(expected) is tuple:
        return st.lists(of_type(get_args(expected)[0]), max_size=3).map(tuple)
    if isinstance(expected, UnionType):
        return st.one_of(*map(of_type, get_args(expected)))
    if issubclass(expected, Enum):
        return st.sampled_from(list(expected))
    types = get_type_hints(expected, localns={"StsPolicy": StsPolicy})
    members = {
        field.name: of_type(types[field.name])
        for field in fields(expected)
        if field.name not in ("bindings", "open")
    }
    if expected is smtp.Content:
        members["open"] = st.just(io.BytesIO)
    return st.builds(expected, **members)


OPAQUE = st.builds(
    Opaque,
    SECONDS,
    st.just("teleported"),
    st.dictionaries(st.sampled_from(["to", "by"]), TEXTS).map(json.dumps),
)
EVENTS = st.one_of(OPAQUE, *(of_type(each) for each in get_args(Event) if each is not Opaque))
LANES = of_type(Lane)
ENTRIES = st.builds(Entry, LANES, EVENTS)
