from dataclasses import replace
from datetime import UTC, datetime

from tests.tui.reports import exchange, finding, host, listing, probe, report
from tuimail.domain import Verdict
from tuimail.smtp import CertificateFacts
from tuimail.tui.details import details_of, report_details
from tuimail.tui.report_rows import rows_of

IP = "192.0.2.1"
MX = exchange("mx.a.test", 10, IP)
TREE = "a.test     11\n  include:b  4"


def test_a_finding_says_why_on_what_grounds_and_what_to_do() -> None:
    shown = listing(report(findings=(replace(finding(Verdict.FAIL), evidence=TREE),)))
    row = next(row for row in rows_of(shown) if row.label)
    details = details_of(shown, row.key)
    assert details.title == "✗ SPF · a.test"
    assert [(passage.heading, passage.lines) for passage in details.passages] == [
        ("", ("it is so",)),
        ("What to do", ("Mend it.",)),
        ("What it rests on", ("a.test     11", "  include:b  4")),
        ("Where it says so", ("RFC 7208, rule I8",)),
    ]
    assert details.text.startswith("✗ SPF · a.test\n\nit is so\n\nWhat to do:\nMend it.\n\n")


def test_an_exchange_says_all_that_a_probe_showed() -> None:
    leaf = CertificateFacts(
        "CN=mx.a.test",
        "CN=ca",
        ("mx.a.test", "*.a.test"),
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2027, 1, 1, tzinfo=UTC),
        "EC secp256r1",
        b"",
    )
    seen = probe("mx.a.test", IP)
    assert seen.tls is not None
    seen = replace(seen, tls=replace(seen.tls, chain=(leaf,), distrust="nobody knows its issuer"))
    found = finding(Verdict.INFO, "certificate", subject=seen.subject)
    shown = listing(replace(report(MX, findings=(found,)), hosts=(host(MX, {IP: seen}),)))
    details = details_of(shown, ("exchange", "mx.a.test"))
    assert details.title == "mx.a.test"
    for line in (
        "← 220 mx.a.test ESMTP",
        "DNS 100 ms, connect 4 ms, TLS 8 ms",
        "STARTTLS",
        "SIZE 1000",
        "TLS 1.3, TLS_AES_256_GCM_SHA384",
        "not verified: nobody knows its issuer",
        "names mx.a.test, *.a.test",
        "EC secp256r1, 2026-01-01 to 2027-01-01",
        "i certificate it is so",
    ):
        assert line in details.text.splitlines()


def test_one_address_of_several_is_told_alone() -> None:
    two = exchange("mx.a.test", 10, IP, "192.0.2.2")
    probes = {ip: probe("mx.a.test", ip) for ip in two.addresses}
    shown = listing(replace(report(two), hosts=(host(two, probes),)))
    details = details_of(shown, ("exchange", "mx.a.test", IP))
    assert details.title == f"mx.a.test [{IP}]"
    assert "Probed at 192.0.2.2" not in details.text
    assert "Probed at 192.0.2.2" in details_of(shown, ("exchange", "mx.a.test")).text


def test_the_first_line_stands_for_the_whole_report() -> None:
    shown = listing(report(MX, findings=(finding(Verdict.FAIL), finding(Verdict.PASS, "MX"))))
    details = details_of(shown, ("summary",))
    assert details == report_details(shown)
    assert "✗ SPF         it is so" in details.text
    assert "  What it rests on: the record" in details.text


def test_foreign_lines_stay_lines_and_harmless() -> None:
    """Rule R15."""
    rude = replace(finding(Verdict.FAIL), evidence="one\n\x1b[31mtwo", advice="\u202e")
    shown = listing(report(findings=(rude,)))
    text = report_details(shown).text
    assert r"\x1b[31mtwo" in text
    assert all(line.isprintable() for line in text.split("\n"))
