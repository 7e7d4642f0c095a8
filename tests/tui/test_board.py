"""Rows on lines: the selection stays at what it is about, and on its line."""

import pytest

from tuimail.tui.board import Board, Place
from tuimail.tui.rows import BLANK, Kind, Row, Shade


def row(name: str, text: str = "so", shade: Shade = Shade.WARN) -> Row:
    return Row(Kind.FINDING, text, ("finding", "a.test", name), "!", shade, name)


HEAD = Row(Kind.SUMMARY, "it takes mail", ("summary",), "✓")
TITLE = Row(Kind.HEADING, "a.test")


def board(*rows: Row, width: int = 40) -> Board:
    made = Board(width)
    made.show(rows)
    return made


def selected(shown: Board) -> str:
    assert shown.selected is not None
    return shown.selected.key[-1]


def test_trouble_is_told_whole_and_what_is_well_on_one_line() -> None:
    words = "it needs eleven look-ups and ten are allowed"
    shown = board(row("SPF", words), row("MX", words, Shade.PASS))
    assert [shown.part(Place(0, part)) for part in (0, 1)] == [
        "it needs eleven look-ups",
        "and ten are allowed",
    ]
    assert shown.height == 3
    assert shown.part(Place(1, 0)).endswith("…")
    assert [shown.place(line) for line in range(3)] == [(0, 0), (0, 1), (1, 0)]


def test_only_what_can_be_selected_is() -> None:
    shown = board(HEAD, BLANK, TITLE, row("SPF"), row("MX"))
    visited = []
    for steps in (1, 1, 1, -1, -99, 99):
        shown.move(steps)
        visited.append(selected(shown))
    assert visited == ["SPF", "MX", "MX", "SPF", "summary", "MX"]
    shown.select(1)
    assert selected(shown) == "MX"


def test_nothing_can_be_selected_where_there_is_nothing() -> None:
    shown = board()
    shown.move(1)
    shown.page(5)
    assert shown.selected is None
    assert shown.anchor(0, 10) is None
    assert shown.height == 0


def test_pages_go_to_what_is_about_there() -> None:
    shown = board(HEAD, *(row(f"R{number}") for number in range(30)))
    shown.page(10)
    assert selected(shown) == "R9"
    shown.page(-100)
    assert selected(shown) == "summary"
    shown.page(100)
    assert selected(shown) == "R29"


def test_the_selection_stays_at_what_it_is_about() -> None:
    shown = board(HEAD, row("SPF"), row("MX"))
    shown.move(2)
    shown.show((HEAD, row("CAA"), row("SPF"), row("DMARC"), row("MX")))
    assert selected(shown) == "MX"


def test_what_is_gone_leaves_the_selection_at_the_most_alike() -> None:
    """What is said of it may have changed, and its neighbours are of the same subject."""
    before = Row(Kind.FINDING, "5", ("finding", "a.test", "TTL", "keeps 5 s"))
    after = Row(Kind.FINDING, "4", ("finding", "a.test", "TTL", "keeps 4 s"))
    shown = board(HEAD, row("SPF"), before)
    shown.move(2)
    shown.show((HEAD, after, row("SPF"), row("MX")))
    assert selected(shown) == "keeps 4 s"
    shown.show((HEAD, row("SPF"), row("MX")))
    assert selected(shown) == "SPF"


@pytest.mark.parametrize("top", [0, 3, 8])
def test_the_selection_stays_on_its_line(top: int) -> None:
    shown = board(HEAD, *(row(f"R{number}") for number in range(20)))
    shown.move(10)
    assert shown.cursor is not None
    line = shown.first_line(shown.cursor) - top
    anchor = shown.anchor(top, 10)
    assert anchor is not None
    shown.show((HEAD, *(row(f"new{number}") for number in range(3)), *shown.rows[1:]))
    assert selected(shown) == "R9"
    new_top = shown.top_for(anchor)
    if line < 10:
        assert shown.first_line(shown.cursor) - new_top == line
    else:
        assert shown.place(new_top).row == shown.place(top).row + 3 * bool(top)


def test_the_top_stays_for_who_has_not_moved() -> None:
    shown = board(HEAD, row("MX"))
    anchor = shown.anchor(0, 10)
    assert anchor is not None
    shown.show((HEAD, row("SPF"), row("CAA"), row("MX")))
    assert shown.top_for(anchor) == 0
    assert selected(shown) == "summary"


def test_a_narrower_line_lays_everything_out_again() -> None:
    words = "it needs eleven look-ups and ten are allowed"
    shown = board(HEAD, row("SPF", words), row("MX"), width=100)
    assert shown.height == 3
    shown.move(2)
    shown.resize(30)
    assert shown.height > 3
    assert selected(shown) == "MX"
    assert shown.last_line(2) == shown.height - 1
