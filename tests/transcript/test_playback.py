"""A recording that is played into a transcript: it holds what was held then."""

from collections.abc import Sequence
from time import perf_counter

from hypothesis import given
from hypothesis import strategies as st

from tuimail.smtp import BodySent
from tuimail.transcript import Entry, Lane, Line, Noted, Transcript
from tuimail.transcript.playback import Playback

LANES = [Lane(number, "example.net", "mx.example.net") for number in (1, 2)]


def body(lane: Lane, octets: int) -> Entry:
    return Entry(lane, BodySent(0.0, octets, 3))


def noted(lane: Lane, text: str) -> Entry:
    return Entry(lane, Noted(0.0, text))


def held(entries: Sequence[Entry]) -> list[Entry]:
    transcript = Transcript()
    for entry in entries:
        transcript.append(entry)
    return transcript.entries


ENTRIES = st.builds(body, st.sampled_from(LANES), st.integers(1, 3)) | st.builds(
    noted, st.sampled_from(LANES), st.sampled_from("abc")
)


@given(st.lists(ENTRIES, max_size=12), st.lists(st.integers(0, 12), max_size=6))
def test_wherever_it_goes(entries: list[Entry], positions: list[int]) -> None:
    """Also between two parts of a message's progress, of two sessions at once; lines too."""
    playback = Playback(entries, 0.0)
    assert playback.whole.entries == held(entries)
    before = 0
    for position in positions:
        playback.player.seek(position, 0.0)
        took_back = playback.follow()
        at = playback.player.position
        assert took_back == (at < before)
        before = at
        assert playback.transcript.entries == held(entries[:at])
        fresh = Transcript()
        fresh.entries += held(entries[:at])
        assert list[Line](playback.transcript.lines) == list[Line](fresh.lines)


def test_whoever_watches_is_woken_by_what_comes() -> None:
    entries = [noted(LANES[0], "a"), body(LANES[0], 1), body(LANES[0], 3), noted(LANES[0], "b")]
    playback, seen = Playback(entries, 0.0), list[Entry]()
    playback.transcript.watch(seen.append)
    playback.player.seek(4, 0.0)
    playback.follow()
    assert seen == entries


def test_a_step_back_costs_the_same_however_long_it_is() -> None:
    """Of 100,000 entries, a thousand steps take less than building them anew twice would."""
    entries = [noted(LANES[index % 2], str(index)) for index in range(100_000)]
    playback = Playback(entries, 0.0)
    playback.player.seek(len(entries), 0.0)
    playback.follow()
    began = perf_counter()
    held(entries)
    anew = perf_counter() - began
    began = perf_counter()
    for _ in range(1000):
        playback.player.step(-1, 0.0)
        playback.follow()
    assert perf_counter() - began < 2 * anew
    assert len(playback.transcript.entries) == 99_000
