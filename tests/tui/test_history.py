from tests.tui.reports import exchange, listing, report
from tuimail.domain import Report
from tuimail.tui.history import History
from tuimail.tui.listing import Listing, Stage
from tuimail.tui.request import Request


def begun(domain: str) -> Listing:
    return Listing(Report(domain), Request(domain))


def test_each_domain_stands_once_in_the_order_of_asking() -> None:
    history = History()
    for domain in ("a.test", "b.test", "a.test"):
        history.put(begun(domain))
    assert list(history.listings) == ["a.test", "b.test"]
    assert history.current is not None
    assert history.current.domain == "a.test"


def test_back_and_forth_as_far_as_there_are_any() -> None:
    history = History()
    history.step(1)
    assert history.current is None
    for domain in ("a.test", "b.test", "c.test"):
        history.put(begun(domain))
    visited = []
    for steps in (-1, 1, 1, 1, -1):
        history.step(steps)
        visited.append(history.position)
    assert visited == [0, 1, 2, 2, 1]
    history.turn_to("c.test")
    assert history.position == 2


def test_whoever_asked_last_is_answered() -> None:
    """The one before may come to its end later, with what was so before."""
    history = History()
    before, after = begun("a.test"), begun("a.test")
    assert history.put(before)
    assert history.put(after)
    late = Listing(report(exchange("mx.a.test", 10, "192.0.2.1")), before.request, Stage.DONE)
    assert not history.put(late)
    assert history.listings["a.test"] is after


def test_what_was_known_stays_while_it_is_asked_anew() -> None:
    history = History()
    first = listing(report(exchange("mx.a.test", 10, "192.0.2.1")))
    history.put(begun("a.test"))
    history.put(Listing(first.report, first.request, Stage.BEGUN))
    history.put(first)
    assert history.current == first
    history.put(begun("a.test"))
    assert history.current is not None
    assert history.current.report.places == first.report.places
    assert not history.current.is_done
