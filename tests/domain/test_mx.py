"""What a domain's MX records say, and lack."""

import pytest

from tests.domain.answers import BROKEN, NO_SUCH_NAME, SILENCE, found, lacking, route
from tuimail.domain import Answer, Finding, Verdict, address_findings, mx_findings
from tuimail.domain.mx import MOST_RECORDS
from tuimail.domain.span import span

MX = "example.net", "MX"
A1 = found("mx1.example.net", "A", "192.0.2.1")
A2 = found("mx2.example.net", "A", "192.0.2.2")
AAAA1 = found("mx1.example.net", "AAAA", "2001:db8::1")
TWO = found(*MX, "10 mx1.example.net.", "20 mx2.example.net.")


def findings(mx: Answer, *addresses: Answer) -> dict[str, tuple[Verdict, str]]:
    """The verdicts and sentences by rule and subject."""
    exchanges = route(mx, *addresses)
    every = [*mx_findings(mx, exchanges), *address_findings(exchanges)]
    return {f"{each.rule} {each.subject}": (each.verdict, each.why) for each in every}


def only(mx: Answer, *addresses: Answer, rule: str) -> Finding:
    exchanges = route(mx, *addresses)
    (finding,) = (
        each
        for each in [*mx_findings(mx, exchanges), *address_findings(exchanges)]
        if each.rule == rule
    )
    return finding


def test_exchanges_are_named() -> None:
    """Rules I1, I5, I6."""
    assert findings(TWO, A1, A2, AAAA1) == {
        "I1 example.net": (Verdict.PASS, "it names 2 exchanges"),
        "I5 example.net": (Verdict.INFO, "resolvers keep its MX records for 5 minutes"),
        "I6 mx2.example.net": (Verdict.INFO, "it has no IPv6 address"),
    }


def test_the_evidence_is_the_records() -> None:
    """Rule I1."""
    assert only(TWO, A1, A2, rule="I1").evidence == (
        "example.net 300 MX 10 mx1.example.net.\nexample.net 300 MX 20 mx2.example.net."
    )


def test_no_such_domain() -> None:
    """Rule I1: NXDOMAIN fails."""
    finding = only(lacking(*MX, NO_SUCH_NAME), rule="I1")
    assert (finding.verdict, finding.why) == (Verdict.FAIL, "example.net does not exist")


@pytest.mark.parametrize("status", [BROKEN, SILENCE])
def test_an_answer_that_could_not_be_had(status: object) -> None:
    """Rule I1: SERVFAIL or a time-out is unknown, and says nothing of the domain."""
    finding = only(lacking(*MX, status), rule="I1")  # type: ignore[arg-type]  # one of two
    assert finding.verdict is Verdict.UNKNOWN
    assert "could not be looked up" in finding.why


def test_null_mx() -> None:
    """Rule I2: the sole `0 .` is an information."""
    finding = only(found(*MX, "0 ."), rule="I2")
    assert (finding.verdict, finding.why) == (Verdict.INFO, "it says that it accepts no mail")


def test_null_mx_beside_others() -> None:
    """Rule I2: beside others it fails."""
    assert only(found(*MX, "0 .", "10 mx1.example.net."), rule="I2").verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("addresses", "verdict"),
    [
        ((found("example.net", "A", "192.0.2.9"),), Verdict.WARN),
        ((), Verdict.FAIL),
        ((lacking("example.net", "A", BROKEN),), Verdict.UNKNOWN),
    ],
)
def test_no_mx(addresses: tuple[Answer, ...], verdict: Verdict) -> None:
    """Rule I3: an address warns, none fails, and one that could not be looked up is unknown."""
    assert only(found(*MX), *addresses, rule="I3").verdict is verdict


def test_dead_exchanges_are_not_the_implicit_one() -> None:
    """Rules I3, I6: the domain's own address is nothing to fall back to."""
    own = found("example.net", "A", "192.0.2.9")
    assert findings(TWO, own)["I6 example.net"][0] is Verdict.FAIL
    assert not any(key.startswith("I3") for key in findings(TWO, own))


def test_one_exchange_without_an_address() -> None:
    """Rule I6: on one it warns."""
    assert findings(TWO, A1)["I6 mx2.example.net"] == (Verdict.WARN, "it has no address")


def test_an_address_that_could_not_be_looked_up() -> None:
    """Rule I6: it is neither there nor lacking."""
    seen = findings(TWO, A1, lacking("mx2.example.net", "A", BROKEN))
    assert seen["I6 mx2.example.net"][0] is Verdict.UNKNOWN
    nothing = findings(TWO, *(lacking(f"mx{n}.example.net", "A", BROKEN) for n in (1, 2)))
    assert "I6 example.net" not in nothing


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (90, "90 seconds"),
        (60, "1 minute"),
        (3600, "1 hour"),
        (5400, "90 minutes"),
        (86400, "1 day"),
        (604800, "7 days"),
    ],
)
def test_spans(seconds: int, words: str) -> None:
    assert span(seconds) == words


def test_the_evidence_is_bounded() -> None:
    """Rule I1: of thousands, those that senders try first."""
    many = found(*MX, *(f"{n} mx{n}.example.net." for n in range(2000, 0, -1)))
    lines = only(many, rule="I1").evidence.splitlines()
    assert len(lines) == MOST_RECORDS + 1
    assert "example.net 300 MX 1 mx1.example.net." in lines
    assert f"example.net 300 MX {MOST_RECORDS} mx{MOST_RECORDS}.example.net." in lines
    assert lines[-1] == f"… and {2000 - MOST_RECORDS} more"
