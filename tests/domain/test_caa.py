"""Who may issue certificates for a domain."""

from collections.abc import Sequence

import dns.rdata
import pytest
from dns.rdata import Rdata
from dns.rdataclass import IN
from dns.rdatatype import CAA
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.answers import BROKEN, SILENCE
from tests.domain.inquiring import Zone, answer_from, waves_from
from tuimail.domain import Finding, Verdict
from tuimail.domain.caa import MOST_NAMES, caa_findings, caa_inquiry


def judged(zone: Zone, domain: str = "mx.example.com") -> Sequence[Finding]:
    report, _ = answer_from(zone, caa_inquiry(domain))
    return caa_findings(report)


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ('0 issue "ca.example"', "only ca.example may issue"),
        (('0 issue "a.example; x=1"', '0 ISSUE "b.example"'), "only a.example, b.example may"),
        ('0 issue ";"', "nobody may issue"),
        ('0 issue ""', "nobody may issue"),
        (('0 issue ";"', '0 issue "ca.example"'), "only ca.example may issue"),
        (tuple(f'0 issue "ca{number}.example"' for number in range(9)), "and 4 more may issue"),
    ],
)
def test_issuers(records: Sequence[str], said: str) -> None:
    """Rule I16: what the nearest records allow (RFC 8659 §4.2)."""
    (finding,) = judged({("mx.example.com", "CAA"): records})

    assert finding.rule == "I16"
    assert finding.verdict is Verdict.PASS
    assert said in finding.why
    assert finding.evidence.startswith("mx.example.com 300 CAA ")


@pytest.mark.parametrize("record", ['0 issuewild ";"', '128 iodef "mailto:a@example.com"'])
def test_records_that_name_no_issuer(record: str) -> None:
    """Rule I16: without “issue” any issuer may, as without records (RFC 8659 §4.2)."""
    (finding,) = judged({("mx.example.com", "CAA"): record})

    assert finding.verdict is Verdict.INFO
    assert "leave open" in finding.why
    assert finding.evidence == f"mx.example.com 300 CAA {record}"
    assert finding.advice.startswith("Publish a record for each issuer")


def test_the_nearest_records_count() -> None:
    """Rule I16: climb the tree, and stop at the first records (RFC 8659 §3)."""
    zone: Zone = {
        ("example.com", "CAA"): '0 issue "near.example"',
        ("com", "CAA"): '0 issue "far.example"',
    }
    (finding,) = judged(zone)

    assert "only near.example may issue certificates for it, says example.com" in finding.why


def test_no_records() -> None:
    """Rule I16: absent is information."""
    (finding,) = judged({})

    assert finding.verdict is Verdict.INFO
    assert "any issuer may issue" in finding.why
    assert "“0 issue" in finding.advice


@pytest.mark.parametrize(
    ("zone", "verdict"),
    [
        ({("mx.example.com", "CAA"): SILENCE}, Verdict.UNKNOWN),
        ({("example.com", "CAA"): BROKEN}, Verdict.UNKNOWN),
        (
            {("mx.example.com", "CAA"): SILENCE, ("example.com", "CAA"): '0 issue "ca.example"'},
            Verdict.UNKNOWN,
        ),
        (
            {("mx.example.com", "CAA"): '0 issue "ca.example"', ("com", "CAA"): SILENCE},
            Verdict.PASS,
        ),
    ],
)
def test_no_answer_is_not_no_record(zone: Zone, verdict: Verdict) -> None:
    """Rule I16: what could not be looked up is unknown, unless nearer records had settled it."""
    assert [finding.verdict for finding in judged(zone)] == [verdict]


def test_a_critical_tag_that_nobody_knows() -> None:
    """Rule I16: no issuer may issue who does not know it (RFC 8659 §4.1)."""
    _, finding = judged({("mx.example.com", "CAA"): ('0 issue "ca.example"', '128 new "x"')})

    assert finding.verdict is Verdict.WARN
    assert "“new”" in finding.why
    assert "128 new" in finding.evidence
    assert "Remove that record" in finding.advice


def test_the_climb_is_bounded() -> None:
    """Rule I16: a hundred labels cost a handful of questions, in one wave."""
    report, waves = waves_from({}, caa_inquiry(".".join("a" * 100)))
    (finding,) = caa_findings(report)

    assert [len(wave) for wave in waves] == [MOST_NAMES]
    assert finding.verdict is Verdict.UNKNOWN
    assert "92 names above" in finding.why


def test_the_evidence_is_bounded() -> None:
    """Rule I16: records that nobody reads are counted."""
    (finding,) = judged({("mx.example.com", "CAA"): [f'0 issue "{n}.example"' for n in range(30)]})

    assert finding.evidence.endswith("\n… and 10 more")


@given(st.integers(0, 255), st.from_regex(r"[a-z0-9]{1,20}", fullmatch=True), st.binary())
def test_no_octets_make_it_raise(flags: int, tag: str, value: bytes) -> None:
    """Rule I16: whatever stands in a record, it comes to findings."""
    records = [caa_record(flags, each, value) for each in (tag.encode(), b"issue")]

    assert judged({("mx.example.com", "CAA"): records})


def caa_record(flags: int, tag: bytes, value: bytes) -> Rdata:
    wire = bytes([flags, len(tag)]) + tag + value
    return dns.rdata.from_wire(IN, CAA, wire, 0, len(wire))
