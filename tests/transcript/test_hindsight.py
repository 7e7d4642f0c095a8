"""The waterfall as it was earlier is the one that was seen then."""

from dataclasses import astuple

import pytest

from tests.transcript.test_waterfall import WHOLE
from tests.transcript.watching import watched
from tuimail import smtp
from tuimail.smtp import Command
from tuimail.transcript import Entry, Lane, Tone
from tuimail.transcript.hindsight import as_of
from tuimail.transcript.playback import Playback
from tuimail.transcript.segment import Phase
from tuimail.transcript.waterfall import Waterfall

LANE = Lane(1, "example.net", "mx1.example.net", "192.0.2.1", 25)
LOST = """
    0.00 *: connecting
    0.01 *: connected
    0.02 S: 220 mx.example.net
    0.02 C: AUTH SCRAM-SHA-256 …
    0.03 S: 334 x
    0.03 C: …
    0.04 S: 235 ok
    0.05 C: MAIL FROM:<a@example.com>
    0.06 C: RCPT TO:<b@example.net>
    0.07 C: RCPT TO:<c@example.net>
    0.08 S: 250 ok
    0.09 *: failed
"""
CHUNKS = """
    0.00 C: MAIL FROM:<a@example.com>
    0.01 S: 250 ok
    0.02 C: BDAT 50000
    0.03 *: body 50000 of 90000
    0.04 S: 250 ok
    0.05 C: BDAT 40000 LAST
    0.06 *: body 90000 of 90000
    0.20 S: 250 queued
"""
BROKEN_OFF = """
    0.00 C: DATA
    0.01 S: 354 go ahead
    0.02 *: body 10 of 90
    0.03 *: body 20 of 90
    0.04 *: failed
"""


def recorded(script: str) -> list[Entry]:
    return [Entry(LANE, event) for event in watched(script)]


def read(entries: list[Entry]) -> Waterfall:
    waterfall = Waterfall()
    for place, entry in enumerate(entries):
        waterfall.append(place, entry.event)
    return waterfall


@pytest.mark.parametrize("script", [WHOLE, LOST, CHUNKS, BROKEN_OFF])
def test_after_each_entry(script: str) -> None:
    """On the way forwards, and on the way back."""
    playback = Playback(recorded(script), 0.0)
    whole = read(playback.whole.entries)
    places = range(len(recorded(script)) + 1)
    for position in (*places, *reversed(places)):
        playback.player.seek(position, 0.0)
        playback.follow()
        came = playback.transcript.entries
        then, seen = as_of(whole, came), read(came)
        assert list(map(astuple, then.segments)) == list(map(astuple, seen.segments)), position
        assert then.trips == seen.trips


def test_what_goes_on_is_not_finished() -> None:
    """Seen then, LMTP's first reply seemed to be the last one, and a look-up to be the only one."""
    dot = Command.parse(".")
    replies = [smtp.ReplyReceived(at, smtp.Reply(250, ("ok",)), dot) for at in (0.1, 0.2)]
    entries = [Entry(LANE, smtp.CommandSent(0.0, dot)), *(Entry(LANE, each) for each in replies)]
    (then,) = as_of(read(entries), entries[:2]).segments
    assert (then.phase, then.end, then.tone, then.code) == (Phase.FINAL, None, Tone.FACT, None)
    entries = recorded("0.1 *: dns a.test\n0.2 *: dns b.test")
    (then,) = as_of(read(entries), entries[:1]).segments
    assert (then.end, list(then.entries)) == (None, [0])


def test_nothing_has_come_yet() -> None:
    then = as_of(read(recorded(WHOLE)), [])
    assert (then.segments, then.round_trips) == ([], 0)
