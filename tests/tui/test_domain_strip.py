import pytest
from rich.cells import cell_len

from tuimail.tui.domain_strip import Part, around

CHIPS = [f" ✓ domain{number}.test " for number in range(9)]


def line(parts: list[Part]) -> str:
    return "".join(part.text for part in parts)


def test_all_of_them_where_there_is_room() -> None:
    assert [part.place for part in around(CHIPS[:3], 1, 80)] == [0, 1, 2]
    assert around([], 0, 80) == []


@pytest.mark.parametrize("current", range(9))
@pytest.mark.parametrize("width", [20, 24, 40, 70])
def test_the_current_one_is_always_there_and_the_others_are_counted(
    current: int, width: int
) -> None:
    parts = around(CHIPS, current, width)
    places = [part.place for part in parts if part.place is not None]
    assert current in places
    assert places == list(range(places[0], places[-1] + 1))
    assert cell_len(line(parts)) <= width
    before, after = places[0], len(CHIPS) - 1 - places[-1]
    assert line(parts).startswith(f"‹{before}") is (before > 0)
    assert line(parts).endswith(f"{after}›") is (after > 0)


def test_a_long_name_is_cut() -> None:
    parts = around([" ✓ " + "x" * 100, " ✓ y.test "], 0, 30)
    assert "…" in parts[0].text
    assert cell_len(line(parts)) <= 30
