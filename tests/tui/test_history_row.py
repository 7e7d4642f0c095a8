import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.tui.kept import NOON, session
from tuimail.safetext import visible
from tuimail.store.sessions import Kept
from tuimail.transcript import Status
from tuimail.tui.history_row import Columns, cells, names, title, when

DAY = 86_400


@pytest.fixture(autouse=True)
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A place with summer time."""
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def row(kept: Kept, width: int = 76) -> str:
    return "".join(text for text, _ in cells(kept, NOON, Columns.within(width)))


@pytest.mark.parametrize(
    ("ago", "narrow", "wide"),
    [
        (0, "13:00:00", "13:00:00"),
        (13 * 3600, "00:00:00", "00:00:00"),
        (13 * 3600 + 1, "14 Jan", "14 Jan 23:59"),
        (10 * DAY, "5 Jan", " 5 Jan 13:00"),
        (15 * DAY, "Dec 2026", "31 Dec 2026"),
        (180 * DAY, "Jul 2026", "19 Jul 2026"),
    ],
)
def test_the_time_of_today_else_the_day(ago: int, narrow: str, wide: str) -> None:
    assert when(NOON - ago, NOON, 8) == narrow
    assert when(NOON - ago, NOON, 12) == wide


def test_a_summer_day_has_summer_time() -> None:
    """However people live when they look at it."""
    september = 1_790_000_000.0  # 2026-09-21 14:13:20 UTC
    assert when(september, september + 60 * DAY, 12) == "21 Sep 16:13"
    assert when(NOON, NOON + 120 * DAY, 12) == "15 Jan 13:00"


def test_the_first_name_and_how_many_more() -> None:
    assert names((), 20) == "–"
    assert names(("bob@a.test",), 20) == "bob@a.test"
    assert names(("bob@a.test", "eve@b.test", "zoe@c.test"), 20) == "bob@a.test +2"
    assert names(("bob@very-long.a.test", "eve@b.test"), 12) == "bob@very… +1"
    assert names(("\x1bx@a.test",), 20) == r"\x1bx@a.test"


def test_a_row_says_what_became_of_it_and_where() -> None:
    head = Columns.within(76).head
    shown = row(session(1, "bob@a.test", "eve@b.test", status=Status.FAILED))
    assert shown.split() == [
        "13:00:00",
        "✗",
        "failed",
        "bob@a.test",
        "+1",
        "mx1.a.test",
        "31",
        "ms",
    ]
    for name, text in (("Status", "✗"), ("To", "bob"), ("At", "mx1")):
        assert head.index(name) == shown.index(text)
    assert len(head) == len(shown) == 76


def test_what_was_typed_has_no_outcome() -> None:
    assert "· talk" in row(session(status=None))
    assert title(session(status=None), NOON) == "talk of 13:00:00 to bob@a.test"
    assert title(session(1, "a@a", "b@b", "c@c", begun=NOON - DAY), NOON) == (
        "send of 14 Jan 13:00 to a@a +2"
    )


@given(
    st.lists(st.text(max_size=60), max_size=3),
    st.lists(st.text(max_size=60), max_size=3),
    st.floats(0, 4e9),
    st.integers(76, 200),
)
def test_a_row_is_as_wide_as_there_is_room(
    recipients: list[str], exchanges: list[str], begun: float, width: int
) -> None:
    """Whatever is on it, nothing of it obeyed."""
    kept = session(1, *recipients, begun=begun, exchanges=tuple(exchanges))
    shown = row(kept, width)
    assert cell_len(shown) == width
    assert visible(shown) == shown
