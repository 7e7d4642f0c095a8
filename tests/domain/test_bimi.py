"""Whether a domain's logo can be seen beside its mail."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.answers import BROKEN, SILENCE
from tests.domain.inquiring import Zone, answer_from, text, waves_from
from tuimail.domain import Finding, Verdict
from tuimail.domain.bimi import bimi_findings, bimi_inquiry

LOGO = text("v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/vmc.pem")
RECORD = ("default._bimi.example.com", "TXT")
POLICY = ("_dmarc.example.com", "TXT")


def judged(zone: Zone, domain: str = "example.com") -> Finding:
    report, _ = answer_from(zone, bimi_inquiry(domain))
    findings: Sequence[Finding] = bimi_findings(report)
    (finding,) = findings
    assert finding.rule == "I15"
    return finding


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ("p=reject", "has a logo"),
        ("p=quarantine", "has a logo"),
        ("p=none", "not shown"),
        ("p=reject; sp=none", "not shown"),
        ("p=reject; t=y", "not shown"),
        ("p=nonsense", "not shown"),
    ],
)
def test_a_logo_needs_a_policy_that_is_enforced(policy: str, said: str) -> None:
    """Rule I15: information only, and DMARC has to be enforced."""
    finding = judged({RECORD: LOGO, POLICY: text(f"v=DMARC1; {policy}")})

    assert finding.verdict is Verdict.INFO
    assert said in finding.why


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ("v=BIMI1; l=; a=", "wants no logo"),
        ("v=BIMI1", "wants no logo"),
        ("v=BIMI1; l=http://example.com/logo.svg", "no “https:” address"),
        ("v=BIMI1; a=https://example.com/vmc.pem", "no “https:” address"),
        ("v=BIMI1; l=https://example.com/l.svg; a=self", "the proof of its logo"),
        ("v=BIMI1; l=https://example.com/l.svg", "without a certificate"),
        ("v=bimi1; l=https://example.com/l.svg", "names no logo"),
    ],
)
def test_record(record: str, said: str) -> None:
    """Rule I15: information only, whatever the record says."""
    finding = judged({RECORD: text(record), POLICY: text("v=DMARC1; p=reject")})

    assert finding.verdict is Verdict.INFO
    assert said in finding.why


def test_more_than_one_record() -> None:
    """Rule I15: receivers heed none of several."""
    assert "2 BIMI records" in judged({RECORD: (LOGO, text("v=BIMI1"))}).why


@pytest.mark.parametrize(
    "zone", [{RECORD: SILENCE}, {RECORD: LOGO, POLICY: BROKEN}, {POLICY: SILENCE}]
)
def test_no_answer_is_not_no_logo(zone: Zone) -> None:
    """Rule I15: neither of the record, nor of the policy, nor of where the organization is."""
    assert judged(zone).verdict is Verdict.UNKNOWN


def test_the_organization_stands_in() -> None:
    """Rule I15: a subdomain without a record has its organization's, in a second wave."""
    zone: Zone = {RECORD: LOGO, POLICY: text("v=DMARC1; p=reject")}
    report, waves = waves_from(zone, bimi_inquiry("news.example.com"))

    assert [len(wave) for wave in waves] == [4, 1]
    assert "has a logo" in bimi_findings(report)[0].why


@given(st.lists(st.binary(max_size=300), max_size=4), st.sampled_from([b"", b"v=BIMI1; l="]))
def test_no_octets_make_it_raise(strings: list[bytes], start: bytes) -> None:
    """Rule I15: whatever stands in a record, it comes to a finding."""
    assert judged({RECORD: text(start, *strings)})
