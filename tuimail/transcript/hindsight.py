"""The waterfall of a session as it was earlier, from what is known of it by now."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from tuimail.smtp import BodySent
from tuimail.transcript.events import Entry
from tuimail.transcript.lines import Tone
from tuimail.transcript.segment import Phase, Segment
from tuimail.transcript.waterfall import Waterfall

_MOST_OPEN = 512
"""Stages that may be waited for at once, as pipelined RCPTs are, and are looked at one by one."""


def as_of(whole: Waterfall, entries: Sequence[Entry]) -> Waterfall:
    """How it was when nothing but these had come, the first of those that `whole` was made of."""
    came = len(entries)
    then = Waterfall()
    begun = bisect_left(whole.segments, came, key=lambda segment: segment.entries[0])
    then.segments = whole.segments[:begun]
    then.trips = whole.trips[: bisect_left(whole.trips, came)]
    for index in range(max(begun - _MOST_OPEN, 0), begun):
        segment = then.segments[index]
        if segment.entries[-1] >= came or _goes_out(segment, entries):
            then.segments[index] = _unfinished(segment, entries)
    return then


def _goes_out(segment: Segment, entries: Sequence[Entry]) -> bool:
    """Whether it is a message's transfer that has not come to its end."""
    event = entries[segment.entries[-1]].event
    return (
        segment.phase is Phase.TRANSFER
        and isinstance(event, BodySent)
        and event.octets < event.size
    )


def _unfinished(segment: Segment, entries: Sequence[Entry]) -> Segment:
    places = segment.entries[: bisect_left(segment.entries, len(entries))]
    events = (entries[place].event for place in reversed(places))
    octets = next((event.octets for event in events if isinstance(event, BodySent)), 0)
    return replace(segment, entries=places, end=None, tone=Tone.FACT, code=None, octets=octets)
