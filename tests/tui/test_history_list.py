from tests.tui.kept import session
from tuimail.tui.history_list import HistoryList


def listed(*numbers: int, most: int = 100, total: int = 0) -> HistoryList:
    found = HistoryList()
    found.show(tuple(map(session, numbers)), most, total or len(numbers))
    return found


def chosen(found: HistoryList) -> int | None:
    return found.chosen.id if found.chosen is not None else None


def test_the_cursor_goes_as_far_as_there_are_any() -> None:
    found = listed(3, 2, 1)
    visited = []
    for steps in (-1, 1, 5, -1):
        found.move(steps)
        visited.append(chosen(found))
    assert visited == [3, 2, 1, 2]
    assert chosen(listed()) is None


def test_the_cursor_stays_at_its_session_while_others_come() -> None:
    found = listed(3, 2, 1)
    found.move(1)
    found.show(tuple(map(session, (5, 4, 3, 2, 1))), 100, 5)
    assert chosen(found) == 2
    found.show(tuple(map(session, (5, 4, 3, 1))), 100, 4)
    assert chosen(found) == 1
    found.show((), 100, 0)
    assert chosen(found) is None
    found.turn_to(tuple(map(session, (9, 1))), 100, 4)
    assert chosen(found) == 9


def test_page_by_page() -> None:
    """The last one may be empty."""
    found = listed(4, 3, most=2, total=4)
    found.move(1)
    seen = [found.whole]
    for page in ((session(2), session(1)), ()):
        found.extend(page, 2)
        seen.append(found.whole)
    assert seen == [False, False, True]
    assert [kept.id for kept in found.sessions] == [4, 3, 2, 1]
    assert chosen(found) == 3


def test_how_many_there_are() -> None:
    assert listed().state(of_all=True) == ""
    assert listed(2, 1).state(of_all=True) == "2 kept"
    assert listed(2, 1, most=2, total=12_345).state(of_all=True) == "the newest 2 of 12,345"
    assert listed(2, 1, total=12_345).state(of_all=False) == "2 of 12,345 fit"
    assert listed(2, 1, most=2, total=12_345).state(of_all=False) == (
        "the newest 2 that fit, of 12,345"
    )
