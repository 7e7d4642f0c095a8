"""What there is to say about a domain's DMARC (RFC 9989)."""

from collections.abc import Iterator
from functools import partial

from tuimail.domain.answer import Answer
from tuimail.domain.dmarc import DmarcRecord, Policy, Trial, is_dmarc
from tuimail.domain.dmarc_report import Destination, DmarcReport, Leave
from tuimail.domain.finding import Finding, Verdict
from tuimail.domain.txt import evidence, texts

MOST_FAULTS = 3
"""Faults of one record that are told one by one."""
_FORMAT = "RFC 9989 §4.7"
_DISCOVERY = "RFC 9989 §4.10.1"
_LEAVE = "RFC 9990 §4"
_REPORTS = "DMARC reports"
_ASKED = {
    Policy.NONE: "to let mail that only pretends to come from it pass",
    Policy.QUARANTINE: "to put mail that only pretends to come from it aside",
    Policy.REJECT: "to reject mail that only pretends to come from it",
}
_ENFORCE = "Read the reports, and ask for quarantine or reject once all own mail passes."


def dmarc_findings(report: DmarcReport) -> tuple[Finding, ...]:
    """Rule I9."""
    return tuple(_findings(report))


def _findings(report: DmarcReport) -> Iterator[Finding]:
    finding = partial(Finding, "I9", "DMARC", report.domain)
    for answer in report.walk.several:
        meant = [text for text in texts(answer) if is_dmarc(text)]
        yield finding(
            Verdict.WARN,
            f"there are {len(meant)} records at {answer.name}, and receivers heed none of them",
            evidence(answer, *meant),
            "RFC 9989 §4.10",
            "Leave one of them.",
        )
    record = report.record
    if report.is_unknown:
        (answer, *_) = report.walk.missing
        why = f"its policy could not be looked up: {answer.name} {answer.why}"
        advice = "Ask again, or ask another nameserver."
        yield finding(Verdict.UNKNOWN, why, reference=_DISCOVERY, advice=advice)
    elif record is None:
        # Less is asked than with p=none, about which nobody is content either.
        yield finding(
            Verdict.WARN,
            "it has no policy: anybody can write mail that pretends to come from it",
            reference=_DISCOVERY,
            advice=f"Publish “v=DMARC1; p=none; rua=mailto:…” at _dmarc.{report.domain} to begin.",
        )
    else:
        yield _policy(report, record)
        yield from _faults(report, record)
        yield from _destinations(report)


def _policy(report: DmarcReport, record: DmarcRecord) -> Finding:
    shown = _shown(report, record)
    finding = partial(Finding, "I9", "DMARC", report.domain, evidence=shown, reference=_FORMAT)
    if not record.is_heeded:
        return finding(
            Verdict.WARN,
            "its record has no policy that means anything, and receivers do not heed it",
            advice="Give it p=none, p=quarantine or p=reject.",
        )
    policy = report.policy or Policy.NONE
    whose = "it asks" if record.domain == report.domain else f"for it, {record.domain} asks"
    why = f"{whose} receivers {_ASKED[policy]}"
    if not record.is_sound:
        why += ", since its policy means nothing"
        return finding(Verdict.WARN, why, advice="Mend p, sp and np.")
    if policy is Policy.NONE:
        return finding(Verdict.WARN, why, advice=_ENFORCE)
    if record.trial is Trial.YES:
        why += ", and to be a step milder for a test (t=y)"
        return finding(Verdict.WARN, why, advice="Remove t=y once the reports look well.")
    return finding(Verdict.PASS, why)


def _faults(report: DmarcReport, record: DmarcRecord) -> Iterator[Finding]:
    finding = partial(
        Finding,
        "I9",
        "DMARC record",
        report.domain,
        evidence=_shown(report, record),
        reference=_FORMAT,
    )
    for fault in record.faults[:MOST_FAULTS]:
        yield finding(Verdict.WARN, f"receivers pass over a part of its record: {fault}")
    more = len(record.faults) - MOST_FAULTS
    if more > 0:
        yield finding(Verdict.WARN, f"receivers pass over {more} more parts of its record")
    if record.outdated:
        tags = " and ".join(record.outdated)
        why = f"its record has {tags}, which today’s receivers do not read any more"
        yield finding(Verdict.INFO, why, reference="RFC 9989 appendix C")


def _destinations(report: DmarcReport) -> Iterator[Finding]:
    for destination in report.destinations:
        if destination.answer is not None:
            yield _leave(report, destination, destination.answer)
    if report.passed_over:
        why = f"whether {report.passed_over} more hosts agree to get reports was not looked up"
        advice = "Name fewer of them."
        yield Finding("I9", _REPORTS, report.domain, Verdict.UNKNOWN, why, "", _LEAVE, advice)


def _leave(report: DmarcReport, destination: Destination, answer: Answer) -> Finding:
    host = destination.host
    finding = partial(Finding, "I9", _REPORTS, report.domain, reference=_LEAVE)
    if destination.leave is Leave.GIVEN:
        agreed = [text for text in texts(answer) if is_dmarc(text)]
        why = f"{host} agrees to get reports about it"
        return finding(Verdict.PASS, why, evidence(answer, *agreed))
    if destination.leave is Leave.UNKNOWN:
        why = f"whether {host} agrees to get reports about it could not be looked up"
        why += f": {answer.why}" if answer.unknown else ""
        return finding(Verdict.UNKNOWN, why, advice="Ask again, or ask another nameserver.")
    return finding(
        Verdict.WARN,
        f"{host} has not agreed to get reports about it, and gets none",
        advice=f"Have “v=DMARC1” published at {answer.name}.",
    )


def _shown(report: DmarcReport, record: DmarcRecord) -> str:
    return evidence(report.walk.asked[record.domain], record.text)
