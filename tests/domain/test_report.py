"""What a report says in one sentence."""

import pytest

from tuimail.domain import (
    Acceptance,
    Exchange,
    Exchanges,
    Finding,
    Report,
    Verdict,
    worst_first,
)

DOMAIN = "example.net"
MX1 = Exchange("mx1.example.net", 10, addresses=("192.0.2.1",))
MX2 = Exchange("mx2.example.net", 20, addresses=("192.0.2.2",))
LOST = Exchange("mx3.example.net", 30, why="there is no such host")
BOTH = Exchanges(DOMAIN, Acceptance.EXCHANGES, (MX1, MX2))
PASS, INFO, UNKNOWN, WARN, FAIL = Verdict


def finding(check: str, verdict: Verdict) -> Finding:
    return Finding("I8", check, DOMAIN, verdict, "")


def summary(*found: tuple[str, Verdict], exchanges: Exchanges | None = BOTH) -> str:
    findings = tuple(finding(check, verdict) for check, verdict in found)
    return Report(DOMAIN, exchanges, findings=findings).summary


def test_before_the_first_answer() -> None:
    assert summary(exchanges=None) == "example.net is being looked up"


@pytest.mark.parametrize(
    ("exchanges", "said"),
    [
        (BOTH, "example.net takes mail at 2 exchanges"),
        (
            Exchanges(DOMAIN, Acceptance.EXCHANGES, (MX1, LOST)),
            "example.net takes mail at 1 of 2 exchanges",
        ),
        (
            Exchanges(DOMAIN, Acceptance.EXCHANGES, (MX1,)),
            "example.net takes mail at 1 exchange",
        ),
        (
            Exchanges(DOMAIN, Acceptance.IMPLICIT, (MX1,)),
            "example.net names no exchange, its own address takes the mail",
        ),
        (
            Exchanges(DOMAIN, Acceptance.NONE, (), "example.net is gone", "5.1.2"),
            "example.net is gone",
        ),
    ],
)
def test_where_mail_goes(exchanges: Exchanges, said: str) -> None:
    assert summary(exchanges=exchanges) == said


ENCRYPTED = (("STARTTLS", PASS), ("TLSA", PASS), ("DANE", PASS))


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ((), ""),
        ((("TLSA", PASS),), ""),
        ((("STARTTLS", PASS),), "; encrypted"),
        (ENCRYPTED, "; encrypted and DANE-verified"),
        ((*ENCRYPTED, ("TLSA", INFO)), "; encrypted"),
        ((*ENCRYPTED, ("DANE", FAIL)), "; encrypted; DANE broken"),
        ((*ENCRYPTED, ("DANE", FAIL), ("TLSA", FAIL)), "; encrypted; DANE broken"),
        ((("STARTTLS", PASS), ("STARTTLS", WARN)), "; not encrypted everywhere"),
        ((("STARTTLS", FAIL),), "; not encrypted as it promises"),
        ((("STARTTLS", UNKNOWN),), ""),
        ((("MTA-STS", PASS), ("DMARC", PASS)), "; MTA-STS enforced; sender policy strict"),
        ((("MTA-STS", FAIL), ("DMARC", WARN)), "; MTA-STS broken; sender policy lax"),
        ((("DNSSEC", FAIL), ("SPF", FAIL)), "; DNSSEC broken; SPF broken"),
        ((("DNSSEC", PASS), ("SPF", PASS)), ""),
    ],
)
def test_what_a_postmaster_asks_for_first(
    found: tuple[tuple[str, Verdict], ...], said: str
) -> None:
    """Of several findings of one check, the gravest counts: nothing is claimed for all that was
    seen at one."""
    assert summary(*found) == f"example.net takes mail at 2 exchanges{said}"


def test_what_is_said_of_a_sender_is_not_said_of_the_domain() -> None:
    """Rules I8, I9: his mail may fail, and the domain is as sound as it was."""
    sender = (
        Finding("I8", "SPF", "192.0.2.7", FAIL, "fail for mail of sender.example"),
        Finding("I9", "DMARC", "sender.example", WARN, "its mail would not pass"),
    )
    findings = (finding("DMARC", PASS), *sender)
    said = Report(DOMAIN, BOTH, findings=findings).summary
    assert said == "example.net takes mail at 2 exchanges; sender policy strict"


def test_the_gravest_verdict() -> None:
    assert Report(DOMAIN).verdict is UNKNOWN
    found = tuple(finding("SPF", verdict) for verdict in (PASS, WARN, INFO))
    assert Report(DOMAIN, findings=found).verdict is WARN


def test_worst_first() -> None:
    """And else by rule and subject."""
    found = [finding(str(place), each) for place, each in enumerate((PASS, WARN, FAIL, WARN))]
    assert [each.check for each in worst_first(found)] == ["2", "1", "3", "0"]


def test_findings_are_counted_the_gravest_first() -> None:
    verdicts = (PASS, WARN, FAIL, WARN, PASS, UNKNOWN, INFO)
    found = tuple(finding("SPF", verdict) for verdict in verdicts)
    counts = ("1 failed", "2 warnings", "1 unknown", "1 note", "2 passed")
    assert Report(DOMAIN, findings=found).counts == counts
    assert Report(DOMAIN).counts == ()
