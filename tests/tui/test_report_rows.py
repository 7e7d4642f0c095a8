"""What a report reads like, without a screen."""

from dataclasses import replace

import pytest

from tests.tui.reports import DOMAIN, exchange, finding, host, listing, probe, report
from tuimail.domain import Probe, Reached, Report, Sender, Verdict
from tuimail.smtp import Reply
from tuimail.tui.listing import Listing, Stage
from tuimail.tui.report_rows import rows_of
from tuimail.tui.request import Depth, Request
from tuimail.tui.rows import Kind, Row, Shade

IP, IP6 = "192.0.2.1", "2001:db8::1"


def texts(shown: Listing) -> list[str]:
    return [row.plain.strip() for row in rows_of(shown)]


def of(kind: Kind, shown: Listing) -> list[Row]:
    return [row for row in rows_of(shown) if row.kind is kind]


def test_the_summary_comes_first_then_exchanges_then_findings() -> None:
    shown = report(
        exchange("mx1.a.test", 10, IP),
        exchange("mx2.a.test", 20, "192.0.2.2", IP6),
        findings=(finding(Verdict.PASS), finding(Verdict.FAIL, "MX")),
    )
    assert texts(listing(shown)) == [
        "✓ a.test takes mail at 2 exchanges.",
        "✗ 1 failed · 1 passed",
        "",
        "·  10 mx1.a.test",
        "·     192.0.2.1",
        "·  20 mx2.a.test",
        "·     192.0.2.2",
        "·     2001:db8::1",
        "",
        "a.test",
        "✗ MX          it is so",
        "✓ SPF         it is so",
    ]


def test_findings_are_grouped_by_subject_the_worst_first() -> None:
    """Else the domain comes before its exchanges, and those before what nobody has named."""
    shown = report(
        exchange("mx1.a.test", 10, IP),
        exchange("mx2.a.test", 20, "192.0.2.2"),
        findings=(
            finding(Verdict.INFO, "CAA", subject="elsewhere.test"),
            finding(Verdict.WARN, "IPv6", subject="mx2.a.test"),
            finding(Verdict.INFO, "addresses", subject="mx1.a.test"),
            finding(Verdict.PASS, "DMARC"),
            finding(Verdict.UNKNOWN, "PTR", subject="192.0.2.2"),
            finding(Verdict.INFO, "TTL"),
        ),
    )
    headings = [row.text for row in of(Kind.HEADING, listing(shown))]
    assert headings == ["mx2.a.test", "a.test", "mx1.a.test", "elsewhere.test"]
    labels = [row.label for row in of(Kind.FINDING, listing(shown))]
    assert labels == ["IPv6", "PTR", "TTL", "DMARC", "addresses", "CAA"]


def test_an_exchange_and_its_only_address_are_one_thing() -> None:
    one, two = exchange("mx1.a.test", 10, IP), exchange("mx2.a.test", 20, "192.0.2.2", IP6)
    subjects = (IP, f"mx1.a.test [{IP}]", IP6, f"mx2.a.test [{IP6}]", "192.0.2.2")
    shown = report(one, two, findings=tuple(finding(Verdict.PASS, subject=s) for s in subjects))
    headings = [row.text for row in of(Kind.HEADING, listing(shown))]
    assert headings == ["mx1.a.test", "mx2.a.test [192.0.2.2]", f"mx2.a.test [{IP6}]"]


def test_answers_are_listed_as_they_come() -> None:
    nothing = listing(Report(DOMAIN), Stage.BEGUN)
    assert texts(nothing) == ["… a.test is being looked up.", "… waiting for its turn"]
    named = exchange("mx.a.test", 10)
    growing = listing(report(named, due=7), Stage.GROWING)
    assert texts(growing)[1:4] == ["… 7 checks still due", "", "…  10 mx.a.test"]


def test_an_address_says_what_the_probe_came_to() -> None:
    one = exchange("mx.a.test", 10, IP, IP6)
    lost = Probe("mx.a.test", IP6, Reached.NOT_CONNECTED, "it can't be reached: refused")
    probed = replace(
        report(one, findings=(finding(Verdict.UNKNOWN, subject=lost.subject, rule="I18"),)),
        hosts=(host(one, {IP: probe("mx.a.test", IP), IP6: lost}),),
    )
    assert texts(listing(probed))[3:6] == [
        "✓  10 mx.a.test",
        f"✓     {IP}  TLS 1.3, 12 ms",
        f"?     {IP6}  it can't be reached: refused",
    ]


def test_a_probe_in_words() -> None:
    def said(shown: Probe) -> str:
        one = exchange("mx.a.test", 10, IP)
        probed = replace(report(one), hosts=(host(one, {IP: shown}),))
        return texts(listing(probed))[4].removeprefix(f"✓     {IP}  ")

    good = probe("mx.a.test", IP)
    assert said(replace(good, proof="3 1 1 00")) == "TLS 1.3, DANE, 12 ms"
    assert said(replace(good, distrust="another key")) == "TLS 1.3, not what DANE says, 12 ms"
    assert said(replace(good, tls=None)) == "no TLS, 12 ms"
    assert said(replace(good, greeting=Reply(421, ("busy",)), tls=None)) == (
        "it says 421, no TLS, 12 ms"
    )
    assert said(replace(good, greeting=None)) == "it says nothing"


def test_an_address_is_being_connected_to_while_it_is_probed() -> None:
    shown = listing(report(exchange("mx.a.test", 10, IP), due=1), Stage.GROWING, Depth.PROBE)
    assert texts(shown)[4] == f"…     {IP}  connecting"


def test_an_exchange_that_can_take_nothing_says_why() -> None:
    dead = exchange("mx.a.test", 10, why="it has no address")
    asked = replace(dead, name="other.a.test", why="no answer", unknown=True)
    rows = of(Kind.EXCHANGE, listing(report(dead, asked)))
    assert [row.plain for row in rows] == [
        "✗  10 mx.a.test  it has no address",
        "?  10 other.a.test  no answer",
    ]


def test_an_exchange_is_as_good_as_its_best_address_and_no_better_than_what_is_said_of_it() -> None:
    one = exchange("mx.a.test", 10, IP, IP6)

    def mark(*found: tuple[Verdict, str]) -> str:
        findings = tuple(finding(verdict, subject=subject) for verdict, subject in found)
        probes = {ip: probe("mx.a.test", ip) for ip in one.addresses}
        probed = replace(report(one, findings=findings), hosts=(host(one, probes),))
        return of(Kind.EXCHANGE, listing(probed))[0].mark

    assert mark() == "✓"
    assert mark((Verdict.WARN, f"mx.a.test [{IP}]")) == "✓"
    assert mark((Verdict.WARN, f"mx.a.test [{IP}]"), (Verdict.FAIL, f"mx.a.test [{IP6}]")) == "!"
    assert mark((Verdict.FAIL, "mx.a.test"), (Verdict.PASS, f"mx.a.test [{IP}]")) == "✗"


def test_exchanges_of_equal_preference_stand_still() -> None:
    """Their order is drawn for each mail."""
    shown = report(*(exchange(f"mx{n}.a.test", 10, f"192.0.2.{n}") for n in (2, 1, 3)))
    names = [row.key[1] for row in of(Kind.EXCHANGE, listing(shown))]
    assert names == ["mx1.a.test", "mx2.a.test", "mx3.a.test"]


def test_what_receivers_make_of_my_mail_comes_first() -> None:
    shown = Listing(
        report(
            findings=(finding(Verdict.FAIL), finding(Verdict.PASS, subject="203.0.113.5")),
        ),
        Request(DOMAIN, sender=Sender(DOMAIN, ("203.0.113.5",))),
        Stage.DONE,
    )
    headings = [row.text for row in of(Kind.HEADING, shown)]
    assert headings == ["your mail from 203.0.113.5", "a.test"]


def test_what_servers_and_records_say_is_made_harmless() -> None:
    """Rule R15."""
    one = exchange("mx\x1b[31m.test", 10, IP)
    rude = finding(Verdict.FAIL, why="\x9b\u202eevil\n", subject="mx\x1b[31m.test")
    for text in texts(listing(report(one, findings=(rude,)))):
        assert text.isprintable()
    assert any(r"\x1b[31m" in text for text in texts(listing(report(one, findings=(rude,)))))


@pytest.mark.parametrize(
    ("verdicts", "mark", "shade"),
    [
        ((Verdict.PASS, Verdict.INFO), "", Shade.PLAIN),
        ((Verdict.PASS, Verdict.UNKNOWN), "?", Shade.WARN),
        ((Verdict.UNKNOWN, Verdict.WARN), "!", Shade.WARN),
        ((Verdict.FAIL, Verdict.WARN), "✗", Shade.FAIL),
    ],
)
def test_the_counts_say_whether_all_is_well(
    verdicts: tuple[Verdict, ...], mark: str, shade: Shade
) -> None:
    """Above them stands whether the domain takes mail."""
    shown = report(exchange("mx.a.test", 10, IP), findings=tuple(map(finding, verdicts)))
    summary, counts, *_ = rows_of(listing(shown))
    assert (summary.mark, counts.kind) == ("✓", Kind.PROGRESS)
    assert (counts.mark, counts.shade) == (mark, shade)
