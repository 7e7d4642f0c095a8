from dataclasses import replace

from tests.tui.reports import DOMAIN, exchange, finding, host, listing, probe, report
from tuimail.domain import Acceptance, Exchanges, Report, Verdict
from tuimail.tui import verdict
from tuimail.tui.listing import Stage
from tuimail.tui.request import Depth

MX = exchange("mx.a.test", 10, "192.0.2.1")


def test_a_domain_takes_mail_once_one_address_is_known() -> None:
    """Exchanges are named before their addresses are known."""
    named = replace(report(), exchanges=Exchanges(DOMAIN, Acceptance.EXCHANGES, (MX,)))
    assert listing(Report(DOMAIN), Stage.BEGUN).verdict is verdict.Verdict.UNKNOWN
    assert listing(named, Stage.GROWING).verdict is verdict.Verdict.UNKNOWN
    assert listing(report(MX), Stage.GROWING).verdict is verdict.Verdict.TAKES_MAIL
    assert listing(report(MX)).verdict is verdict.Verdict.TAKES_MAIL


def test_what_could_not_be_had_is_unknown_and_no_refusal() -> None:
    unknown = Exchanges(DOMAIN, Acceptance.UNKNOWN, (), "no answer", "4.4.3")
    refusal = Exchanges(DOMAIN, Acceptance.NULL_MX, (), "it takes none", "5.1.10")
    assert listing(Report(DOMAIN, unknown)).verdict is verdict.Verdict.UNKNOWN
    assert listing(Report(DOMAIN, refusal)).verdict is verdict.Verdict.TAKES_NONE


def test_the_state_says_what_is_done() -> None:
    assert listing(Report(DOMAIN), Stage.BEGUN).state == "looking it up …"
    assert listing(report(), Stage.GROWING, Depth.PROBE).state == "probing …"
    assert listing(report(), depth=Depth.PROBE).state == "probed in 0.20 s"
    assert listing(report()).state == "20 answers in 0.20 s"
    assert listing(replace(report(), questions=1)).state == "1 answer in 0.20 s"
    assert listing(replace(report(), questions=0)).state == "known from before"


def test_what_is_asked_anew_stays_until_its_answer_comes() -> None:
    """Nothing vanishes that is about to come back."""
    spf, dmarc = finding(Verdict.FAIL), finding(Verdict.WARN, "DMARC", rule="I9")
    before = listing(report(MX, findings=(spf, dmarc)))
    assert listing(Report(DOMAIN), Stage.BEGUN).over(before).report.exchanges is not None

    better = finding(Verdict.PASS, why="it is mended")
    growing = listing(replace(report(), exchanges=None, findings=(better,)), Stage.GROWING)
    shown = growing.over(before)
    assert shown.report.findings == (better, dmarc)
    assert [each.exchange for each in shown.report.places] == [MX]
    assert shown.state == "looking it up …"

    done = listing(report(MX, findings=(better,)))
    assert done.over(before) is done


def test_probes_stay_until_others_come() -> None:
    probed = replace(report(MX), hosts=(host(MX, {"192.0.2.1": probe("mx.a.test", "192.0.2.1")}),))
    again = listing(report(MX), Stage.GROWING, Depth.PROBE).over(listing(probed))
    assert again.report.hosts[0].probes.keys() == {"192.0.2.1"}


def test_an_exchange_that_is_gone_goes() -> None:
    other = exchange("other.a.test", 10, "192.0.2.2")
    shown = listing(report(other), Stage.GROWING).over(listing(report(MX)))
    assert [each.exchange for each in shown.report.places] == [other]
