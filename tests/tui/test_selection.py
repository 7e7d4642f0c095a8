"""What is taken away of the transcript."""

import pytest

from tuimail.smtp import Reply, ReplyReceived
from tuimail.transcript import Entry, Lane, Noted
from tuimail.transcript.reading import Lines
from tuimail.tui import selection
from tuimail.tui.selection import Selection, copy_of
from tuimail.tui.sheet import Sheet

LANE = Lane(1, "a.test")


def sheet_of(*entries: Entry) -> Sheet:
    sheet = Sheet(Lines(entries))
    sheet.grow()
    return sheet


def noted(text: str) -> Entry:
    return Entry(LANE, Noted(1.5, text))


def test_from_where_it_began() -> None:
    selected = Selection()
    assert selected.lines(3, 9) == range(3, 4)
    selected.begin(5)
    assert selected.lines(3, 9) == range(3, 6)
    assert selected.lines(7, 9) == range(5, 8)
    assert selected.lines(1, 2) == range(1, 2)
    selected.settle(5)
    assert not selected.is_begun


def test_one_line_is_copied_as_it_is_and_several_with_times() -> None:
    sheet = sheet_of(noted("a\x1b"), noted("b"))
    assert copy_of(sheet, range(1)).text == r"a\x1b"
    assert copy_of(sheet, range(1)).words == "The line is copied."
    assert copy_of(sheet, range(2)).text == "   0.000 · a\\x1b\n   0.000 · b"
    assert copy_of(sheet, range(2)).words == "2 lines are copied."


def test_what_is_folded_away_is_copied_too() -> None:
    reply = Reply(250, tuple(map(str, range(100))))
    sheet = sheet_of(noted("before"), Entry(LANE, ReplyReceived(1.5, reply, None)), noted("after"))
    copy = copy_of(sheet, range(sheet.count))
    assert [line[11:] for line in copy.text.splitlines()] == [
        "before",
        *(f"250-{number}" for number in range(99)),
        "250 99",
        "after",
    ]
    assert copy.words == "102 lines are copied."
    assert copy_of(sheet, range(21, 22)).count == 79


@pytest.mark.parametrize("limit", ["MOST_LINES", "MOST_CHARACTERS"])
def test_a_copy_is_bounded_and_says_so(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(selection, limit, 5 if limit == "MOST_LINES" else 70)
    copy = copy_of(sheet_of(*[noted("xyz")] * 2000), range(2000))
    assert copy.lines == len(copy.text.splitlines()) == 5
    assert copy.words == "The first 5 of 2,000 lines are copied."
