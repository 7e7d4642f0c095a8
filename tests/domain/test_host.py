"""An exchange's name and addresses."""

import pytest

from tests.domain.answers import BROKEN, SILENCE
from tests.domain.inquiring import Zone, answer_from, waves_from
from tuimail.domain import (
    Exchange,
    Finding,
    Horizon,
    Verdict,
    given,
    host_inquiry,
    reverse_inquiry,
)
from tuimail.domain.host import MOST_ADDRESSES, HostReport, reverse_name

NAME = "mx1.example.net"
HOST = Exchange(NAME, 10, 300)
V4, V6 = "8.8.8.8", "2001:4860:4860::8888"
ZONE: Zone = {(NAME, "A"): V4, (NAME, "AAAA"): V6}


def host(zone: Zone, exchange: Exchange = HOST) -> HostReport:
    return answer_from(zone, host_inquiry(exchange))[0]


def reverse(zone: Zone, *addresses: str) -> tuple[Finding, ...]:
    report = HostReport(Exchange(NAME, 10, 300, addresses))
    return answer_from(zone, reverse_inquiry(report))[0].findings


def test_addresses_of_both_kinds() -> None:
    """Rule I4: a host with records of its own leaves nothing to say."""
    report = host(ZONE)
    assert report.exchange.addresses == (V6, V4)
    assert report.findings == ()


def test_all_is_asked_at_once() -> None:
    """Rule I4: addresses, and whether the name is an alias, in one wave."""
    _, waves = waves_from(ZONE, host_inquiry(HOST))
    assert [{question.rdtype for question in wave} for wave in waves] == [{"A", "AAAA", "CNAME"}]


def test_an_alias() -> None:
    """Rule I4: an MX record names a host, not an alias."""
    (finding,) = host({**ZONE, (NAME, "CNAME"): "real.example.org."}).findings
    assert (finding.rule, finding.verdict) == ("I4", Verdict.WARN)
    assert finding.why == "it is an alias of real.example.org"
    assert finding.reference == "RFC 2181 §10.3"


def test_a_domain_that_stands_in_for_its_exchanges_may_be_an_alias() -> None:
    """Rule I4: no MX record names it, and whether it is an alias is not even asked."""
    report, questions = answer_from(
        {**ZONE, (NAME, "CNAME"): "real.example.org."}, host_inquiry(given(NAME))
    )
    assert (report.exchange.addresses, report.findings) == ((V6, V4), ())
    assert {question.rdtype for question in questions} == {"A", "AAAA"}


def test_an_alias_that_could_not_be_looked_up() -> None:
    """Rule I4."""
    (finding,) = host({**ZONE, (NAME, "CNAME"): BROKEN}).findings
    assert finding.verdict is Verdict.UNKNOWN


def test_an_address_in_place_of_a_name() -> None:
    """Rule I4: an IP literal fails, and is not looked up."""
    literal = Exchange("192.0.2.1", 10, 300, why="that is no host name")
    report, questions = answer_from({}, host_inquiry(literal))
    (finding,) = report.findings
    assert (finding.rule, finding.verdict, questions) == ("I4", Verdict.FAIL, ())


@pytest.mark.parametrize("ip", ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.1.1", "192.0.2.1"])
def test_an_address_that_nobody_can_reach(ip: str) -> None:
    """Rule I4: loopback or private warns."""
    (finding,) = host({(NAME, "A"): ip}).findings
    assert (finding.rule, finding.verdict) == ("I4", Verdict.WARN)
    assert ip in finding.why


@pytest.mark.parametrize(("ip", "count"), [("127.0.0.1", 0), ("10.1.2.3", 1)])
def test_a_world_on_this_machine(ip: str, count: int) -> None:
    """Rule I4: where the nameserver that was named is here, an exchange may be here too."""
    report, _ = answer_from({(NAME, "A"): ip}, host_inquiry(HOST, Horizon.THIS_MACHINE))
    assert len(report.findings) == count


def test_a_thousand_addresses() -> None:
    """Rule I4: they are told one by one as far as anybody reads."""
    zone: Zone = {(NAME, "A"): [f"10.0.{count // 250}.{count % 250}" for count in range(1000)]}
    findings = host(zone).findings
    assert len(findings) == MOST_ADDRESSES + 1
    assert findings[-1].why == f"{1000 - MOST_ADDRESSES} more of its addresses are not public"


def test_a_name_that_leads_back() -> None:
    """Rule I7."""
    zone = {(reverse_name(V4), "PTR"): f"{NAME}.", (NAME, "A"): V4}
    (finding,) = reverse(zone, V4)
    assert (finding.verdict, finding.subject) == (Verdict.PASS, V4)
    assert finding.why == f"its name is {NAME}, which leads back to it"


def test_names_of_both_kinds() -> None:
    """Rule I7: each address is confirmed by a record of its own kind, whatever its spelling."""
    zone = {
        **ZONE,
        (NAME, "AAAA"): "2001:4860:4860:0:0:0:0:8888",
        (reverse_name(V4), "PTR"): f"{NAME}.",
        (reverse_name(V6), "PTR"): f"{NAME}.",
    }
    assert [finding.verdict for finding in reverse(zone, V6, V4)] == [Verdict.PASS] * 2


@pytest.mark.parametrize(
    ("zone", "verdict", "words"),
    [
        ({}, Verdict.INFO, "no name"),
        ({(reverse_name(V4), "PTR"): "elsewhere.example."}, Verdict.INFO, "does not lead back"),
        ({(reverse_name(V4), "PTR"): SILENCE}, Verdict.UNKNOWN, "could not be looked up"),
        (
            {(reverse_name(V4), "PTR"): f"{NAME}.", (NAME, "A"): BROKEN},
            Verdict.UNKNOWN,
            "could not be looked up",
        ),
    ],
)
def test_a_name_that_does_not(zone: Zone, verdict: Verdict, words: str) -> None:
    """Rule I7: for a receiver, missing or not confirmed is an information."""
    (finding,) = reverse(zone, V4)
    assert finding.verdict is verdict
    assert words in finding.why


def test_a_thousand_addresses_are_not_a_thousand_questions() -> None:
    """Rule I7."""
    addresses = tuple(f"8.8.{n // 250}.{n % 250 + 1}" for n in range(1000))
    report = HostReport(Exchange(NAME, 10, 300, addresses))
    _, questions = answer_from({}, reverse_inquiry(report))
    assert len(questions) == MOST_ADDRESSES
