"""What lists say about an address, and when they say nothing."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.answers import BROKEN, NO_SUCH_NAME, SILENCE
from tests.domain.inquiring import Known, Zone, answer_from, text, waves_from
from tuimail.domain import Finding, Verdict
from tuimail.domain.dnsbl import MOST_ZONES, dnsbl_findings, dnsbl_inquiry, listed_name

IP = "192.0.2.99"
NAME = "99.2.0.192.list.example"
WORKS: Zone = {("2.0.0.127.list.example", "A"): "127.0.0.2"}


def judged(zone: Zone, ip: str = IP) -> Finding:
    reports, _ = answer_from(zone, dnsbl_inquiry(ip, ("list.example",)))
    findings: Sequence[Finding] = dnsbl_findings(reports)
    (finding,) = findings
    assert (finding.rule, finding.subject) == ("I17", ip)
    return finding


@pytest.mark.parametrize(
    ("known", "verdict", "said"),
    [
        ("127.0.0.2", Verdict.WARN, "lists it (127.0.0.2)"),
        (("127.0.0.4", "127.0.0.10"), Verdict.WARN, "(127.0.0.4, 127.0.0.10)"),
        ("127.255.255.254", Verdict.UNKNOWN, "refuses"),
        (("127.0.0.2", "127.255.255.252"), Verdict.UNKNOWN, "refuses"),
        ("203.0.113.1", Verdict.UNKNOWN, "means nothing"),
        (NO_SUCH_NAME, Verdict.PASS, "does not list it"),
        ((), Verdict.PASS, "does not list it"),
        (SILENCE, Verdict.UNKNOWN, "no answer"),
        (BROKEN, Verdict.UNKNOWN, "SERVFAIL"),
    ],
)
def test_answers(known: Known, verdict: Verdict, said: str) -> None:
    """Rule I17: 127.0.0.0/8 is listed, 127.255.255.x a refused query (RFC 5782 §2.1)."""
    finding = judged({**WORKS, (NAME, "A"): known})

    assert finding.verdict is verdict
    assert said in finding.why


@pytest.mark.parametrize("test", [NO_SUCH_NAME, SILENCE, "127.255.255.254", "203.0.113.1"])
def test_a_list_that_does_not_work_clears_nobody(test: Known) -> None:
    """Rule I17: each list holds 127.0.0.2; one that does not is none (RFC 5782 §5)."""
    assert judged({("2.0.0.127.list.example", "A"): test}).verdict is Verdict.UNKNOWN


def test_reason() -> None:
    """Rule I17: a list says why, in words of its own."""
    zone: Zone = {**WORKS, (NAME, "A"): "127.0.0.2", (NAME, "TXT"): text("sent \x1b[2J spam")}
    finding = judged(zone)

    assert finding.why == "list.example lists it (127.0.0.2): sent \x1b[2J spam"
    assert finding.evidence.splitlines() == [
        f"{NAME} 300 A 127.0.0.2",
        f"{NAME} 300 TXT sent \x1b[2J spam",
    ]


def test_a_reason_without_end_is_cut() -> None:
    """Rule I17: a list cannot fill the pane."""
    zone: Zone = {**WORKS, (NAME, "A"): "127.0.0.2", (NAME, "TXT"): text("a" * 60_000)}

    assert len(judged(zone).why) < 300
    assert len(judged(zone).evidence) < 1_200


def test_ipv6() -> None:
    """Rule I17: 32 nibbles, and a test entry of its own (RFC 5782 §2.4, §5)."""
    name = listed_name("2001:db8::1", "list.example")
    nibbles = ".".join(reversed("20010db8" + "0" * 23 + "1"))
    assert name == f"{nibbles}.list.example"
    zone: Zone = {(listed_name("::ffff:7f00:2", "list.example"), "A"): "127.0.0.2"}

    assert judged(zone, "2001:db8::1").verdict is Verdict.PASS
    assert judged(WORKS, "2001:db8::1").verdict is Verdict.UNKNOWN


def test_lists_are_bounded_and_asked_side_by_side() -> None:
    """Rule I17: each list once, all in one wave, and only those that list it are asked why."""
    zones = ["list.example", "list.example", *(f"l{number}.example" for number in range(50))]
    zone: Zone = {**WORKS, (NAME, "A"): "127.0.0.2"}
    reports, waves = waves_from(zone, dnsbl_inquiry(IP, zones))

    assert [len(wave) for wave in waves] == [2 * MOST_ZONES, 1]
    assert len(reports) == 51
    assert {finding.verdict for finding in dnsbl_findings(reports)[1:]} == {Verdict.UNKNOWN}


def test_no_list_is_asked_unless_it_was_named() -> None:
    """Rule I17: opt-in."""
    assert answer_from({}, dnsbl_inquiry(IP, ())) == ((), ())


def test_a_name_too_long_to_be_asked() -> None:
    """Rule I17: an address of 64 characters before a long zone is no name any more."""
    reports, questions = answer_from({}, dnsbl_inquiry("2001:db8::1", (".".join(["a" * 60] * 4),)))

    assert questions == ()
    assert dnsbl_findings(reports)[0].verdict is Verdict.UNKNOWN


@given(st.ip_addresses().map(str), st.ip_addresses(v=4).map(str), st.binary(max_size=600))
def test_no_answer_makes_it_raise(ip: str, code: str, reason: bytes) -> None:
    """Rule I17: whatever a list answers, it comes to a finding."""
    name = listed_name(ip, "list.example")

    assert judged({(name, "A"): code, (name, "TXT"): text(reason)}, ip)
