"""What an MTA-STS record and its policy come to."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.answers import BROKEN, NO_SUCH_NAME, SILENCE
from tests.domain.inquiring import Known, answer_to, text
from tuimail.domain import Finding, Question, StsMode, StsPolicy, Unfetched, Verdict
from tuimail.domain.sts_verdicts import MOST_EXCHANGES, sts_findings

RECORD = text("v=STSv1; id=20260101;")
NAME = "_mta-sts.example.com"


def policy(mode: StsMode, *mx: str) -> StsPolicy:
    return StsPolicy(mode, mx, 86_400)


def judged(
    known: Known, found: StsPolicy | Unfetched | None = None, *exchanges: str
) -> Sequence[Finding]:
    answer = answer_to({(NAME, "TXT"): known}, Question(NAME, "TXT"))
    findings = sts_findings("example.com", answer, found, exchanges)
    assert all(finding.rule == "I11" for finding in findings)
    return findings


@pytest.mark.parametrize(
    ("known", "verdict", "said"),
    [
        (NO_SUCH_NAME, Verdict.INFO, "no MTA-STS record"),
        (text("v=spf1 -all"), Verdict.INFO, "no MTA-STS record"),
        ((RECORD, text("v=STSv1; id=2")), Verdict.FAIL, "2 MTA-STS records"),
        (text("v=STSv1; id=§"), Verdict.FAIL, "MTA-STS record"),
        (SILENCE, Verdict.UNKNOWN, "no answer"),
        (BROKEN, Verdict.UNKNOWN, "SERVFAIL"),
        (RECORD, Verdict.UNKNOWN, "was not asked"),
    ],
)
def test_record(known: Known, verdict: Verdict, said: str) -> None:
    """Rule I11: exactly one record; what could not be looked up is unknown (RFC 8461 §3.1)."""
    (finding,) = judged(known)

    assert finding.verdict is verdict
    assert said in finding.why


@pytest.mark.parametrize(
    ("unfetched", "verdict"),
    [
        (Unfetched("the policy host answered 404", is_answer=True), Verdict.FAIL),
        (Unfetched("the policy host gave no policy within 10 s"), Verdict.UNKNOWN),
    ],
)
def test_no_policy(unfetched: Unfetched, verdict: Verdict) -> None:
    """Rule I11: a wrong answer is the domain's doing, silence may be anybody's (RFC 8461 §3.3)."""
    (finding,) = judged(RECORD, unfetched)

    assert finding.verdict is verdict
    assert unfetched.why in finding.why


def test_advice_that_helps() -> None:
    """Rule I11: waiting does not help where nobody was asked."""
    (silent,) = judged(RECORD, Unfetched("the policy host gave no policy within 10 s"))
    (unasked,) = judged(RECORD)
    assert silent.advice == "Ask again later."
    assert "later" not in unasked.advice
    assert "its policy host is asked too" in unasked.advice


@pytest.mark.parametrize(
    ("mode", "verdict"),
    [
        (StsMode.ENFORCE, Verdict.PASS),
        (StsMode.TESTING, Verdict.WARN),
        (StsMode.NONE, Verdict.INFO),
    ],
)
def test_modes(mode: StsMode, verdict: Verdict) -> None:
    """Rule I11: enforce is good, testing a warning."""
    (finding,) = judged(RECORD, policy(mode, "*.example.com"), "mx.example.com")

    assert finding.verdict is verdict
    assert "_mta-sts.example.com 300 TXT v=STSv1; id=20260101;" in finding.evidence
    written = f"version: STSv1\nmode: {mode}\nmx: *.example.com\nmax_age: 86400"
    assert finding.evidence.endswith(f"\n{written}")


@pytest.mark.parametrize(
    ("mode", "verdicts"),
    [
        (StsMode.ENFORCE, {"mx.example.net": Verdict.FAIL}),
        (StsMode.TESTING, {"example.com": Verdict.WARN, "mx.example.net": Verdict.WARN}),
        (StsMode.NONE, {"example.com": Verdict.INFO}),
    ],
)
def test_an_exchange_outside_the_policy(mode: StsMode, verdicts: dict[str, Verdict]) -> None:
    """Rule I11: enforce with a mismatch fails (RFC 8461 §4.1)."""
    findings = judged(RECORD, policy(mode, "*.example.com"), "mx.example.com", "mx.example.net")

    assert {finding.subject: finding.verdict for finding in findings} == verdicts
    assert not any("names each" in finding.why for finding in findings)


def test_nothing_is_said_of_exchanges_that_are_not_known() -> None:
    """Rule I11: without the MX no exchange was compared."""
    (finding,) = judged(RECORD, policy(StsMode.ENFORCE, "mx.example.com"))

    assert finding.verdict is Verdict.PASS
    assert "names each" not in finding.why


def test_exchanges_outside_the_policy_are_counted() -> None:
    """Rule I11: two hundred of them do not fill the pane."""
    outside = [f"mx{number}.example.net" for number in range(200)]
    findings = judged(RECORD, policy(StsMode.ENFORCE, "mx.example.com"), *outside)

    assert len(findings) == MOST_EXCHANGES + 1
    assert "192 more" in findings[-1].why


@given(st.lists(st.binary(max_size=300), max_size=4), st.sampled_from([b"", b"v=STSv1; id="]))
def test_no_octets_make_it_raise(strings: list[bytes], start: bytes) -> None:
    """Rule I11: whatever stands in a record, it comes to a finding."""
    assert judged(text(start, *strings))
