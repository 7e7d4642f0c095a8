"""What there is to say about the keys that a domain signs with (RFC 6376, RFC 8301)."""

from collections.abc import Iterator
from functools import partial

from tuimail.domain.dkim import (
    SHORT_RSA,
    SHORTEST_RSA,
    DkimKey,
    DkimReport,
    KeyStatus,
    is_nothing_below,
)
from tuimail.domain.finding import Finding, Verdict
from tuimail.domain.txt import evidence

_KEY = "RFC 6376 §3.6.1"
_LENGTH = "RFC 8301 §3.2"


def dkim_findings(report: DkimReport) -> tuple[Finding, ...]:
    """Rule I10. That no selector is known is nobody's fault: nothing in the DNS tells them."""
    return tuple(_findings(report))


def _findings(report: DkimReport) -> Iterator[Finding]:
    yield from _below(report)
    for key in report.keys:
        yield _key(report.domain, key)
        if len(key.texts) > 1:
            yield Finding(
                "I10",
                "DKIM",
                report.domain,
                Verdict.WARN,
                f"there are {len(key.texts)} records for the selector {key.selector}, "
                "and a verifier takes any of them",
                evidence(key.answer, *key.texts),
                "RFC 6376 §3.6.2.2",
                "Leave one of them.",
            )
    if report.passed_over:
        why = f"{report.passed_over} more selectors were not looked at"
        yield Finding("I10", "DKIM", report.domain, Verdict.UNKNOWN, why)


def _below(report: DkimReport) -> Iterator[Finding]:
    finding = partial(Finding, "I10", "DKIM", report.domain, reference="RFC 6376 §3.6.2.1")
    if is_nothing_below(report):
        why = "it has no selectors: it signs no mail in its own name"
        yield finding(Verdict.INFO, why, f"{report.below.name} does not exist")
    elif report.keys:
        return
    elif report.below.unknown:
        why = f"whether it may have selectors could not be looked up: {report.below.why}"
        yield finding(Verdict.UNKNOWN, why, advice="Ask again, or ask another nameserver.")
    else:
        why = "it may have selectors, which only its mail names"
        advice = "Name a selector to see its key: it is s= in the DKIM-Signature of a mail."
        yield finding(Verdict.INFO, why, f"{report.below.name} exists", advice=advice)


def _key(domain: str, key: DkimKey) -> Finding:
    shown = evidence(key.answer, *key.texts)
    finding = partial(Finding, "I10", "DKIM", domain, evidence=shown, reference=_KEY)
    match key.status:
        case KeyStatus.UNKNOWN:
            why = f"the key of {key.selector} could not be looked up: {key.why}"
            return finding(Verdict.UNKNOWN, why, advice="Ask again, or ask another nameserver.")
        case KeyStatus.ABSENT:
            # Perhaps nothing is signed with it: whoever named it may have been mistaken.
            why = f"there is no key for the selector {key.selector}: its signatures mean nothing"
            return finding(Verdict.WARN, why, advice=f"Publish the key at {key.answer.name}.")
        case KeyStatus.REVOKED:
            why = f"the key of {key.selector} is revoked: its signatures mean nothing any more"
            return finding(Verdict.WARN, why, advice="Sign with another selector.")
        case KeyStatus.INVALID:
            why = f"no verifier takes the key of {key.selector}: {key.why}"
            return finding(Verdict.FAIL, why, advice="Publish the key again.")
        case KeyStatus.FOUND:
            return _found(finding, key)


def _found(finding: "partial[Finding]", key: DkimKey) -> Finding:
    if key.algorithm == "rsa" and key.bits < SHORTEST_RSA:
        why = f"the RSA key of {key.selector} has {key.bits} bits, and verifiers refuse it"
        return finding(
            Verdict.FAIL, why, reference=_LENGTH, advice="Make one of 2048 bits or more."
        )
    if key.algorithm == "rsa" and key.bits < SHORT_RSA:
        why = f"the RSA key of {key.selector} has {key.bits} bits, fewer than 2048"
        return finding(
            Verdict.WARN, why, reference=_LENGTH, advice="Make one of 2048 bits or more."
        )
    if key.is_trial:
        why = f"the key of {key.selector} is marked as a test (t=y): its signatures count for less"
        return finding(Verdict.WARN, why, advice="Remove t=y once signing works.")
    if key.algorithm == "rsa":
        why = f"the RSA key of {key.selector} has {key.bits} bits"
        return finding(Verdict.PASS, why, reference=_LENGTH)
    return finding(Verdict.PASS, f"{key.selector} has an Ed25519 key", reference="RFC 8463 §4")
