from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tuimail.tui.fold import MAX_ROWS, crop, fill, fold


@given(st.text(alphabet="ab zé漢🙂", max_size=60), st.integers(2, 30))
def test_rows_fit_and_lose_nothing_but_the_spaces_between(text: str, width: int) -> None:
    rows = fold(text, width)
    assert all(cell_len(row) <= width for row in rows)
    if len(rows) < MAX_ROWS:
        assert "".join(rows).replace(" ", "") == text.replace(" ", "")


def test_breaks_after_words() -> None:
    assert fold("the first exchange took the mail", 12) == [
        "the first",
        "exchange",
        "took the",
        "mail",
    ]


def test_a_line_without_spaces_is_cut_anywhere() -> None:
    assert fold("abcdefgh", 3) == ["abc", "def", "gh"]


def test_an_endless_line_says_that_it_goes_on() -> None:
    rows = fold("x" * 8000, 40)
    assert len(rows) == MAX_ROWS
    assert rows[-1].endswith("…")
    assert cell_len(rows[-1]) <= 40


def test_crop_and_fill_count_cells() -> None:
    assert crop("漢字漢字", 5) == "漢字…"
    assert fill("漢", 4) == "漢  "
