from tuimail.domain import Acceptance, Exchange, Exchanges, Finding, HostReport, Report, Verdict

MX1 = Exchange("mx1.a.test", 10, addresses=("192.0.2.1",))
MX2 = Exchange("mx2.a.test", 10, addresses=("192.0.2.2",))


def finding(rule: str, verdict: Verdict, subject: str = "a.test") -> Finding:
    return Finding(rule, "", subject, verdict, "it is so")


def summary(*findings: Finding) -> str:
    return Report(
        "a.test", Exchanges("a.test", Acceptance.EXCHANGES, (MX1,)), findings=findings
    ).summary


def test_the_summary_says_what_a_postmaster_asks_for_first() -> None:
    assert summary() == "a.test takes mail at 1 exchange"
    assert summary(
        finding("I9", Verdict.PASS), finding("I8", Verdict.FAIL), finding("I14", Verdict.PASS)
    ) == ("a.test takes mail at 1 exchange; DANE-verified; SPF broken; sender policy strict")


def test_the_summary_is_about_the_domain_and_not_about_who_sends_from_elsewhere() -> None:
    """An exchange's part in MTA-STS is one of the domain's traits, an address's SPF is none."""
    assert summary(finding("I8", Verdict.FAIL, "192.0.2.9"), finding("I9", Verdict.FAIL, "x")) == (
        "a.test takes mail at 1 exchange"
    )
    assert "MTA-STS broken" in summary(finding("I11", Verdict.FAIL, "mx1.a.test"))


def test_exchanges_stand_still_whatever_is_known_of_them() -> None:
    """Equal preferences are drawn anew for each mail."""
    named = Exchanges("a.test", Acceptance.EXCHANGES, (MX2, MX1))
    known = HostReport(MX1, ptr={"192.0.2.1": "mx1.a.test"})
    report = Report("a.test", named, (known,))
    assert report.known_hosts == (known, HostReport(MX2))
    assert Report("a.test").known_hosts == ()
