"""A recording is played in its own time; the clock is the test's."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.smtp import BodySent, Content, Envelope, Halted, Settled, Stage, Transaction
from tuimail.transcript import Entry, Lane, LookedUp, Noted
from tuimail.transcript.replay import Player

LANE = Lane(1, "example.net")
TIMES = [0.0, 1.0, 1.0, 3.0, 10.0]


def recorded(times: list[float]) -> list[Entry]:
    return [Entry(LANE, Noted(at, f"{place}")) for place, at in enumerate(times)]


def shown(player: Player, now: float) -> str:
    """What came, as the places of the entries."""
    return "".join(entry.event.text for entry in player.due(now) if isinstance(entry.event, Noted))


@pytest.fixture
def player() -> Player:
    """Begins at 100 s."""
    return Player(recorded(TIMES), 100.0)


def test_its_own_timing(player: Player) -> None:
    assert shown(player, 100.0) == "0"
    assert player.wait(100.0) == 1.0
    assert shown(player, 100.9) == ""
    assert player.wait(100.9) == pytest.approx(0.1)
    assert shown(player, 101.0) == "12"
    assert shown(player, 110.0) == "34"
    assert player.finished
    assert player.wait(110.0) is None


def test_the_recording_may_begin_at_any_time() -> None:
    player = Player(recorded([5000.0, 5001.0]), 7.0)
    assert shown(player, 7.0) == "0"
    assert player.wait(7.0) == 1.0


def test_a_pause_is_no_time(player: Player) -> None:
    assert shown(player, 100.5) == "0"
    player.pause(100.5)
    assert player.wait(200.0) is None
    assert shown(player, 200.0) == ""
    player.resume(200.0)
    assert player.wait(200.0) == 0.5
    assert shown(player, 200.5) == "12"


def test_pausing_twice_is_pausing_once(player: Player) -> None:
    player.pause(100.5)
    player.pause(105.0)
    player.resume(106.0)
    player.resume(106.25)
    assert player.clock(106.5) == pytest.approx(1.0)


def test_faster_and_slower(player: Player) -> None:
    """From where it is: nothing jumps."""
    assert shown(player, 100.0) == "0"
    player.change_speed(2, 100.5)
    assert player.clock(100.5) == 0.5
    assert player.wait(100.5) == 0.25
    assert shown(player, 100.75) == "12"
    player.change_speed(0.25, 100.75)
    assert player.speed == 0.5
    assert player.wait(100.75) == 4.0


def test_speed_has_bounds(player: Player) -> None:
    for _ in range(20):
        player.change_speed(2, 100.0)
    assert player.speed == 64
    for _ in range(40):
        player.change_speed(0.5, 100.0)
    assert player.speed == 1 / 64


def test_a_pause_keeps_its_speed(player: Player) -> None:
    assert shown(player, 100.5) == "0"
    player.pause(100.5)
    player.change_speed(2, 150.0)
    assert shown(player, 160.0) == ""
    player.resume(160.0)
    assert player.wait(160.0) == 0.25


def test_steps_pause(player: Player) -> None:
    assert shown(player, 100.0) == "0"
    player.step(1, 100.1)
    assert (player.position, player.paused) == (2, True)
    player.step(1, 100.2)
    player.step(-2, 100.3)
    assert player.position == 1
    assert shown(player, 900.0) == ""
    player.resume(900.0)
    assert player.wait(900.0) == 1.0


def test_steps_stay_within_the_recording(player: Player) -> None:
    player.step(-1, 100.0)
    assert player.position == 0
    player.step(99, 100.0)
    assert (player.position, player.finished) == (5, True)


def test_a_step_is_what_is_told() -> None:
    """A message is one when it is out, and what has no line is none."""
    mail = Transaction(Envelope("", ("b@example.net",)), Content(io.BytesIO, 0))
    entries = [
        Entry(LANE, event)
        for event in (
            Noted(0.0, "a"),
            BodySent(1.0, 1, 3),
            BodySent(2.0, 2, 3),
            BodySent(3.0, 3, 3),
            Settled(4.0, mail, (Halted(Stage.DATA),)),
            Noted(5.0, "b"),
            Settled(6.0, mail, (Halted(Stage.DATA),)),
        )
    ]
    player = Player(entries, 0.0)
    assert player.steps == 3
    positions = []
    for by in (1, 1, 1, -1, -1, -1):
        player.step(by, 0.0)
        positions.append((player.position, player.steps_done))
    assert positions == [(1, 1), (4, 2), (7, 3), (4, 2), (1, 1), (0, 0)]
    player.seek(3, 0.0)
    assert player.steps_done == 1
    player.step(-1, 0.0)
    assert player.position == 1
    player.seek(3, 0.0)
    player.step(1, 0.0)
    assert player.position == 4


def test_one_key_pauses_goes_on_and_begins_again(player: Player) -> None:
    assert shown(player, 101.0) == "012"
    for paused, now in ((True, 101.0), (False, 105.0)):
        player.turn(now)
        assert player.paused == paused
    assert shown(player, 114.0) == "34"
    player.turn(120.0)
    assert (player.position, player.paused) == (0, False)
    assert shown(player, 120.0) == "0"
    player.step(9, 121.0)
    player.turn(122.0)
    assert (player.position, player.paused) == (0, False)


def test_it_begins_with_the_first_question() -> None:
    """As the times of its lines do."""
    looked_up = Entry(LANE, LookedUp(5000.5, "MX example.net", "none", 0.5))
    player = Player([looked_up, *recorded([5001.0])], 7.0)
    assert (player.length, player.wait(7.0)) == (1.0, 0.5)
    player.rest(1, 8.0)
    assert player.elapsed(8.0) == 0.5
    player.turn(9.0)
    player.seek(0, 9.0)
    assert (player.elapsed(9.0), player.wait(9.0)) == (0.0, 0.5)


def test_its_time_ends_with_it(player: Player) -> None:
    assert player.length == 10.0
    assert player.elapsed(104.0) == 4.0
    assert player.elapsed(900.0) == 10.0
    later = Player(recorded([5000.0, 5001.0]), 7.0)
    assert (later.length, later.elapsed(7.5)) == (1.0, 0.5)


def test_seeking_goes_on_from_there(player: Player) -> None:
    player.seek(4, 100.0)
    assert player.wait(100.0) == 7.0
    player.seek(0, 200.0)
    assert shown(player, 200.0) == "0"


def test_a_recording_without_times_comes_at_once() -> None:
    assert shown(Player(recorded([0.0] * 3), 1.0), 1.0) == "012"


def test_a_recording_without_entries_is_finished() -> None:
    player = Player([], 1.0)
    assert player.finished
    assert player.wait(1.0) is None
    player.step(1, 2.0)
    assert player.due(3.0) == []


@given(
    st.lists(st.floats(0, 100), max_size=10),
    st.lists(st.floats(0.001, 50), min_size=1, max_size=30),
    st.sampled_from([0.25, 1.0, 2.0]),
)
def test_every_entry_comes_once_and_in_order(
    times: list[float], ticks: list[float], speed: float
) -> None:
    """Also where the recorded times go back, and however seldom it is asked."""
    entries = recorded(times)
    player, now, seen = Player(entries, 0.0, speed), 0.0, list[Entry]()
    for tick in ticks:
        seen += player.due(now)
        wait = player.wait(now)
        now += tick
        if wait is not None and wait <= tick:
            assert player.due(now + 1e-6) == entries[len(seen) : player.position] != []
            seen = entries[: player.position]
    assert seen == entries[: len(seen)]
