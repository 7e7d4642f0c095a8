from tests.tui.kept import session
from tuimail.store.query import PAGE, Query, Term
from tuimail.tui.history_list import HistoryList

ALL = Query()
SOME = (Term("bob"),)


def listed(*numbers: int, query: Query = ALL, total: int = 0) -> HistoryList:
    found = HistoryList()
    found.show(tuple(map(session, numbers)), query, total or len(numbers))
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
    found.show(tuple(map(session, (5, 4, 3, 2, 1))), ALL, 5)
    assert chosen(found) == 2
    found.show(tuple(map(session, (5, 4, 3, 1))), ALL, 4)
    assert chosen(found) == 1
    found.show((), ALL, 0)
    assert chosen(found) is None
    found.show(tuple(map(session, (9, 1))), Query(SOME), 4)
    assert chosen(found) == 9


def test_page_by_page() -> None:
    """The last one may be empty."""
    newest = range(3 * PAGE, PAGE, -1)
    found = listed(*newest[:PAGE], total=len(newest))
    found.move(1)
    seen = [(found.whole, found.query.most, found.rest.behind)]
    for page in (newest[PAGE:], ()):
        found.extend(tuple(map(session, page)))
        seen.append((found.whole, found.query.most, found.rest.behind))
    first, second = session(newest[PAGE - 1]).place, session(newest[-1]).place
    assert seen == [(False, PAGE, first), (False, 2 * PAGE, second), (True, 3 * PAGE, second)]
    assert [kept.id for kept in found.sessions] == list(newest)
    assert chosen(found) == newest[1]


def test_how_many_there_are() -> None:
    assert listed().state == ""
    assert listed(2, 1).state == "2 kept"
    assert listed(2, 1, query=Query(most=2), total=12_345).state == "the newest 2 of 12,345"
    assert listed(2, 1, query=Query(SOME), total=12_345).state == "2 of 12,345 fit"
    assert listed(2, 1, query=Query(SOME, most=2), total=12_345).state == (
        "the newest 2 that fit, of 12,345"
    )
