"""Who is told when mail could not be encrypted."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.answers import BROKEN, NO_SUCH_NAME, SILENCE
from tests.domain.inquiring import Known, answer_from, text
from tuimail.domain import Finding, Question, Verdict
from tuimail.domain.tls_rpt import MOST_ADDRESSES, tls_rpt_findings, tls_rpt_inquiry


def judged(known: Known) -> Sequence[Finding]:
    report, questions = answer_from(
        {("_smtp._tls.example.com", "TXT"): known}, tls_rpt_inquiry("example.com")
    )
    assert questions == (Question("_smtp._tls.example.com", "TXT"),)
    return tls_rpt_findings(report)


@pytest.mark.parametrize(
    ("known", "verdict", "said"),
    [
        (text("v=TLSRPTv1; rua=mailto:tls@example.com"), Verdict.PASS, "at one address"),
        (text("v=TLSRPTv1;rua=https://r.example/v1?a=b,mailto:a@b.example;"), Verdict.PASS, "2 "),
        ((text("v=TLSRPTv1; rua=mailto:a@b.example"), text("x")), Verdict.PASS, "one address"),
        (text("v=TLS", "RPTv1; rua=mailto:a@b.example"), Verdict.PASS, "one address"),
        (NO_SUCH_NAME, Verdict.INFO, "no reports"),
        ((), Verdict.INFO, "no reports"),
        (text("v=TLSRPTv1"), Verdict.INFO, "no reports"),
        (text("v=TLSRPTv2; rua=mailto:a@b.example"), Verdict.INFO, "no reports"),
        ((text("v=TLSRPTv1; a=1"), text("v=TLSRPTv1; b=1")), Verdict.WARN, "2 TLS-RPT records"),
        (text("v=TLSRPTv1;"), Verdict.WARN, "no address"),
        (text("v=TLSRPTv1; rua="), Verdict.WARN, "no address"),
        (SILENCE, Verdict.UNKNOWN, "no answer"),
        (BROKEN, Verdict.UNKNOWN, "SERVFAIL"),
    ],
)
def test_record(known: Known, verdict: Verdict, said: str) -> None:
    """Rule I12: one record with a valid `rua`; absent is information, no answer is unknown
    (RFC 8460 §3)."""
    (finding,) = judged(known)

    assert finding.rule == "I12"
    assert finding.verdict is verdict
    assert said in finding.why


@pytest.mark.parametrize(
    "uri",
    [
        "tls@example.com",
        "mailto:tls",
        "http://example.com/",
        "mailto:a@exämple.com",
        "mailto:ä@example.com",
        "mailto:a@192.0.2.1",
        "mailto:a@-.example!10m",
    ],
)
def test_address_that_means_nothing(uri: str) -> None:
    """Rule I12: `rua` holds `mailto:` and `https:` addresses (RFC 8460 §3)."""
    none, fault = judged(text(f"v=TLSRPTv1; rua={uri}"))
    good, same_fault = judged(text(f"v=TLSRPTv1; rua=mailto:a@b.example,{uri}"))

    assert none.verdict is fault.verdict is Verdict.WARN
    assert good.verdict is Verdict.PASS
    assert fault.why == same_fault.why


def test_several_records_have_no_addresses() -> None:
    """Rule I12: none of them is taken for the right one (RFC 8460 §3)."""
    record = text("v=TLSRPTv1; rua=mailto:a@b.example")
    zone = {("_smtp._tls.example.com", "TXT"): (record, text("v=TLSRPTv1; rua=mailto:c@d.example"))}

    assert answer_from(zone, tls_rpt_inquiry("example.com"))[0].addresses == ()


def test_addresses_are_bounded() -> None:
    """Rule I12: a list of thousands is read in part, and that is said."""
    good, fault = judged(text("v=TLSRPTv1; rua=" + ",".join(["mailto:a@b.example"] * 3000)))

    assert f"{MOST_ADDRESSES} addresses" in good.why
    assert "more than" in fault.why
    assert len(good.evidence) < 1_100


@given(st.lists(st.binary(max_size=300), max_size=4), st.sampled_from([b"", b"v=TLSRPTv1; rua="]))
def test_no_octets_make_it_raise(strings: list[bytes], start: bytes) -> None:
    """Rule I12: whatever stands in a record, it comes to findings."""
    assert judged(text(start, *strings))
