"""Inquiries made of others."""

from tests.domain.answers import found
from tests.domain.inquiring import Zone, waves_from
from tuimail.domain import Inquiry, Question, knowing

A, AAAA, MX = (Question("example.net", rdtype) for rdtype in ("A", "AAAA", "MX"))
ZONE: Zone = {("example.net", "A"): "192.0.2.1", ("example.net", "MX"): "10 example.net."}
KNOWN = {A: found("example.net", "A", "192.0.2.9")}


def addresses() -> Inquiry[list[str]]:
    a, mx = yield A, MX
    (again,) = yield (A,)
    (aaaa,) = yield (AAAA,)
    return [answer.finding for answer in (a, mx, again, aaaa)]


def test_what_is_known_is_not_asked() -> None:
    """Answers come in the order of the questions, and a wave of which all is known is none."""
    result, waves = waves_from(ZONE, knowing(KNOWN, addresses()))
    assert waves == ((MX,), (AAAA,))
    assert result == ["192.0.2.9", "example.net (10)", "192.0.2.9", "no data"]


def test_nothing_is_known() -> None:
    assert waves_from(ZONE, knowing({}, addresses())) == waves_from(ZONE, addresses())
