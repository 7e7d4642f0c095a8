"""A report as people read it, at every width."""

import click
import pytest

from tuimail.cli.report_text import report_lines
from tuimail.domain import (
    Acceptance,
    Exchange,
    Exchanges,
    Finding,
    HostReport,
    Probe,
    Reached,
    Report,
    Verdict,
)
from tuimail.smtp import Capabilities, TlsFacts

DOMAIN, NAME = "example.net", "mx1.example.net"
LONG = "it needs 11 DNS look-ups, 10 are allowed: include:e.example, in the record of d.example"
TREE = "example.net              11\n  include:d.example       3\n    include:e.example     1  loop"


def _report(*findings: Finding, hosts: tuple[HostReport, ...] = ()) -> Report:
    exchanges = Exchanges(DOMAIN, Acceptance.EXCHANGES, tuple(host.exchange for host in hosts))
    return Report(DOMAIN, exchanges, hosts, findings, questions=1, elapsed=0.2)


def _shown(report: Report, width: int = 80) -> list[str]:
    return [click.unstyle(line) for line in report_lines(report, width)]


def test_worst_first_with_evidence_and_advice() -> None:
    findings = (
        Finding("I9", "DMARC", DOMAIN, Verdict.PASS, "strict", "v=DMARC1; p=reject", "RFC 9989"),
        Finding("I4", "MX target", NAME, Verdict.WARN, "it is an alias", "record", "RFC 2181"),
        Finding("I8", "SPF", DOMAIN, Verdict.FAIL, LONG, TREE, "RFC 7208 §4.6.4", "Include less."),
    )

    assert _shown(_report(*findings)) == [
        "✗ example.net takes mail at 0 exchanges; SPF broken; sender policy strict.",
        "",
        "✗ SPF        it needs 11 DNS look-ups, 10 are allowed: include:e.example, in the",
        "             record of d.example",
        "             │ example.net              11",
        "             │   include:d.example       3",
        "             │     include:e.example     1  loop",
        "             Include less. (RFC 7208 §4.6.4)",
        "! MX target  mx1.example.net: it is an alias",
        "             │ record",
        "             (RFC 2181)",
        "✓ DMARC      strict",
        "             │ v=DMARC1; p=reject",
        "",
        "1 failed, 1 warning, 1 passed; 1 question to the DNS, 200 ms",
    ]


@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    key = "p=" + "MIIBIjANBgkqhkiG9w0BAQ" * 20
    address = "2001:db8:ffff:ffff:ffff:ffff:ffff:fff1"
    exchange = Exchange("mx." + "long." * 12 + "example", 10, 300, (address,))
    probe = Probe(exchange.name, address, Reached.NOT_CONNECTED, LONG)
    host = HostReport(exchange, ptr={address: exchange.name}, probes={address: probe})
    lost = HostReport(Exchange("mx9.example.net", 20, why=LONG))
    finding = Finding("I8", "SPF", DOMAIN, Verdict.FAIL, LONG, f"{TREE}\n{key}", "RFC 7208", LONG)
    several = Finding("I10", "DKIM", DOMAIN, Verdict.PASS, "good", key)

    lines = _shown(_report(finding, several, hosts=(host, lost)), width)

    # A name can't be broken where it is to be copied.
    assert max(len(line) for line in lines if exchange.name not in line) <= width
    evidence = "".join(line.partition("│ ")[2].strip() for line in lines)
    assert evidence.endswith(key * 2), "nothing of a record gets lost where it is broken"


def test_exchanges_with_what_their_addresses_showed() -> None:
    """Rule I23's unknown is no fault of the exchange's."""
    v4, v6, silent = "192.0.2.10", "2001:db8::10", "192.0.2.11"
    tls = TlsFacts("TLSv1.3", "TLS_AES_256_GCM_SHA384", "CN=a", "CN=b", "")
    probes = {
        v4: Probe(NAME, v4, Reached.CONNECTED, before=Capabilities(), tls=tls, proof="DANE-EE"),
        v6: Probe(NAME, v6, Reached.NO_ROUTE, "this machine has no way to it"),
        silent: Probe(NAME, silent, Reached.CONNECTED, before=Capabilities()),
    }
    host = HostReport(Exchange(NAME, 5, 300, (v4, v6, silent)), ptr={v4: NAME}, probes=probes)
    lost = HostReport(Exchange("mx2.example.net", 20, 60, why="there is no such host"))
    findings = (
        Finding("I18", "greeting", f"{NAME} [{v4}]", Verdict.PASS, "it greets"),
        Finding("I24", "latency", f"{NAME} [{v4}]", Verdict.INFO, "DNS 1 ms"),
        Finding("I18", "greeting", f"{NAME} [{v6}]", Verdict.UNKNOWN, "no way"),
        Finding("I20", "STARTTLS", f"{NAME} [{silent}]", Verdict.WARN, "it offers none"),
    )

    assert _shown(_report(*findings, hosts=(host, lost)))[2:8] == [
        " 5 mx1.example.net  ttl 300",
        "   ✓ 192.0.2.10    mx1.example.net  TLS 1.3, DANE",
        "   ? 2001:db8::10  this machine has no way to it",
        "   ! 192.0.2.11    no TLS",
        "20 mx2.example.net  ttl 60",
        "   ✗ there is no such host",
    ]


def test_addresses_that_are_too_many_are_counted() -> None:
    host = HostReport(Exchange(NAME, 10, 300, tuple(f"192.0.2.{n}" for n in range(1, 201))))
    assert _shown(_report(hosts=(host,)))[10:13] == ["   192.0.2.8", "   … and 192 more", ""]


def test_what_is_the_same_of_several_subjects_is_told_once() -> None:
    findings = [
        Finding("I20", "STARTTLS", name, Verdict.PASS, "it encrypts") for name in ("a", "b", "c")
    ] + [
        Finding("I18", "greeting", name, Verdict.PASS, "it greets", f"220 {name}") for name in "ab"
    ]
    assert _shown(_report(*findings))[2:-2] == [
        "✓ greeting  a: it greets",
        "            │ 220 a",
        "✓ greeting  b: it greets",
        "            │ 220 b",
        "✓ STARTTLS  a, b, c: it encrypts",
    ]


def test_extensions_stand_in_a_row() -> None:
    """Rule I19."""
    finding = Finding("I19", "EHLO", NAME, Verdict.INFO, "2 extensions", "SIZE 1000\nDSN")
    assert _shown(_report(finding))[3] == "        │ SIZE 1000, DSN"


def test_foreign_text_is_shown_and_not_obeyed() -> None:
    """Rule R36, of whatever a record or a reply holds: one line stays one line."""
    evil = "\x1b]0;pwned\x07\x9b2J\u202e\x85\u2028x"
    finding = Finding("I8", "SPF", evil, Verdict.FAIL, evil, evil, advice=evil)
    host = HostReport(Exchange(evil, 1, 1, ("192.0.2.1",), why=evil), ptr={"192.0.2.1": evil})
    report = Report(evil, Exchanges(evil, Acceptance.NONE, (), evil, "5.1.2"), (host,), (finding,))
    text = "".join(_shown(report))
    assert text.isprintable()
    assert text.count("\\x1b]0;pwned\\x07\\x9b2J\\u202e") >= 7


def test_a_domain_with_nothing_amiss_is_fine() -> None:
    note = Finding("I6", "addresses", NAME, Verdict.INFO, "it has no IPv6 address")
    host = HostReport(Exchange(NAME, 10, 300, ("192.0.2.1",)))
    assert _shown(_report(note, hosts=(host,)))[0].startswith("✓ ")
