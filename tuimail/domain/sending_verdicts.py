"""What there is to say about how somebody sends, and what he can do for his mail to arrive."""

from collections.abc import Iterator
from functools import partial

from tuimail.domain.dkim_verdicts import dkim_findings
from tuimail.domain.dmarc import Policy
from tuimail.domain.finding import Finding, Verdict
from tuimail.domain.sending import SendingReport, Vouched, Voucher
from tuimail.domain.spf_result import SpfOutcome, SpfResult

_AGAIN = "Ask again, or ask another nameserver."
_VERDICTS = {
    SpfOutcome.PASS: Verdict.PASS,
    SpfOutcome.NONE: Verdict.WARN,
    SpfOutcome.NEUTRAL: Verdict.WARN,
    SpfOutcome.SOFTFAIL: Verdict.WARN,
    SpfOutcome.FAIL: Verdict.FAIL,
    SpfOutcome.PERMERROR: Verdict.FAIL,
    SpfOutcome.TEMPERROR: Verdict.UNKNOWN,
}
_ASKED = {
    Policy.NONE: "let it pass all the same (p=none)",
    Policy.QUARANTINE: "put it aside (p=quarantine)",
    Policy.REJECT: "reject it (p=reject)",
}


def sending_findings(report: SendingReport) -> tuple[Finding, ...]:
    """Rule I8 for each address, I10 for each selector, and whether DMARC (I9) would pass."""
    return (
        *(_spf(result) for result in report.results),
        *(dkim_findings(report.dkim) if report.sender.selectors else ()),
        *_dmarc(report),
    )


def _spf(result: SpfResult) -> Finding:
    match result.outcome:
        case SpfOutcome.PASS:
            advice = ""
        case SpfOutcome.TEMPERROR:
            advice = _AGAIN
        case SpfOutcome.PERMERROR:
            advice = f"Mend the record of {result.domain}."
        case _:
            term = f"ip6:{result.ip}" if ":" in result.ip else f"ip4:{result.ip}"
            advice = f"Add {term} to the record of {result.domain}, or send through a host in it."
    return Finding(
        "I8",
        "SPF",
        result.ip,
        _VERDICTS[result.outcome],
        f"{result.outcome.value} for mail of {result.domain}: {result.why}",
        result.explanation,
        "RFC 7208 §2.6",
        advice,
    )


def _dmarc(report: SendingReport) -> Iterator[Finding]:
    dkim = report.by_dkim()
    if not report.results:
        nothing = Voucher(Vouched.UNKNOWN, "no sending address is known")
        yield _judged(report, report.sender.domain, "its mail", nothing, dkim)
    for result in report.results:
        yield _judged(report, result.ip, f"mail from {result.ip}", report.by_spf(result), dkim)


def _judged(report: SendingReport, subject: str, mail: str, spf: Voucher, dkim: Voucher) -> Finding:
    finding = partial(
        Finding,
        "I9",
        "DMARC",
        subject,
        evidence=f"SPF {spf.why}\nDKIM {dkim.why}",
        reference="RFC 9989 §4.4",
    )
    if report.dmarc.is_unknown:
        (answer, *_) = report.dmarc.walk.missing
        why = f"whether {mail} would pass is not known: {answer.name}: {answer.why}"
        return finding(Verdict.UNKNOWN, why, advice=_AGAIN)
    if Vouched.YES in (spf.vouched, dkim.vouched):
        return _passing(finding, report, mail, spf, dkim)
    if Vouched.UNKNOWN in (spf.vouched, dkim.vouched):
        missing = spf if spf.vouched is Vouched.UNKNOWN else dkim
        why = f"whether {mail} would pass is not known: {missing.why}"
        advice = _AGAIN if report.results else "Say from which address it is sent."
        return finding(Verdict.UNKNOWN, why, advice=advice)
    return _failing(finding, report, mail, spf, dkim)


def _passing(
    finding: "partial[Finding]", report: SendingReport, mail: str, spf: Voucher, dkim: Voucher
) -> Finding:
    domain = report.sender.domain
    if spf.vouched is dkim.vouched:
        vouched, advice = f"SPF and DKIM vouch for {domain}", ""
    elif dkim.vouched is Vouched.YES:
        vouched, advice = f"DKIM vouches for {domain}", ""
    else:
        vouched = f"SPF alone vouches for {domain}, and no more once the mail is forwarded"
        advice = f"Sign the mail with a key of {domain}."
    if report.dmarc.policy is None:
        why = f"{vouched}; there is no DMARC policy that {mail} would have to pass"
        return finding(Verdict.INFO, why, advice=advice)
    return finding(Verdict.PASS, f"{mail} would pass: {vouched}", advice=advice)


def _failing(
    finding: "partial[Finding]", report: SendingReport, mail: str, spf: Voucher, dkim: Voucher
) -> Finding:
    domain, policy = report.sender.domain, report.dmarc.policy
    why = f"neither SPF nor DKIM vouches for {domain} (SPF {spf.why}; DKIM {dkim.why})"
    advice = f"Sign the mail with a key of {domain}, or let its SPF record name where it is sent."
    if policy is None:
        why = f"{mail} comes from anybody: {why}"
        return finding(Verdict.WARN, why, advice=advice)
    why = f"{mail} would not pass, and receivers are asked to {_ASKED[policy]}: {why}"
    return finding(Verdict.FAIL if report.dmarc.is_enforced else Verdict.WARN, why, advice=advice)
