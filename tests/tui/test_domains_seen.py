from tests.tui.reports import exchange, listing, report
from tuimail.domain import Report
from tuimail.tui.domains_seen import DomainsSeen
from tuimail.tui.listing import Listing, Stage
from tuimail.tui.request import Request


def begun(domain: str) -> Listing:
    return Listing(Report(domain), Request(domain))


def test_each_domain_stands_once_in_the_order_of_asking() -> None:
    seen = DomainsSeen()
    for domain in ("a.test", "b.test", "a.test"):
        seen.put(begun(domain))
    assert list(seen.listings) == ["a.test", "b.test"]
    assert seen.current is not None
    assert seen.current.domain == "a.test"


def test_back_and_forth_as_far_as_there_are_any() -> None:
    seen = DomainsSeen()
    seen.step(1)
    assert seen.current is None
    for domain in ("a.test", "b.test", "c.test"):
        seen.put(begun(domain))
    visited = []
    for steps in (-1, 1, 1, 1, -1):
        seen.step(steps)
        visited.append(seen.position)
    assert visited == [0, 1, 2, 2, 1]
    seen.turn_to("c.test")
    assert seen.position == 2


def test_whoever_asked_last_is_answered() -> None:
    """The one before may come to its end later, with what was so before."""
    seen = DomainsSeen()
    before, after = begun("a.test"), begun("a.test")
    assert seen.put(before)
    assert seen.put(after)
    late = Listing(report(exchange("mx.a.test", 10, "192.0.2.1")), before.request, Stage.DONE)
    assert not seen.put(late)
    assert seen.listings["a.test"] is after


def test_what_was_known_stays_while_it_is_asked_anew() -> None:
    seen = DomainsSeen()
    first = listing(report(exchange("mx.a.test", 10, "192.0.2.1")))
    seen.put(begun("a.test"))
    seen.put(Listing(first.report, first.request, Stage.BEGUN))
    seen.put(first)
    assert seen.current == first
    seen.put(begun("a.test"))
    assert seen.current is not None
    assert seen.current.report.places == first.report.places
    assert not seen.current.is_done
