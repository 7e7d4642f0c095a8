"""Which logo a domain wants beside its mail (BIMI, an Internet-Draft)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from tuimail.domain.answer import Answer
from tuimail.domain.dmarc import DmarcRecord, Policy, Trial
from tuimail.domain.finding import Finding, Verdict
from tuimail.domain.inquiry import Inquiry, Question
from tuimail.domain.name import shown
from tuimail.domain.tag_list import TagList, has_version
from tuimail.domain.tree_walk import TreeWalk, by_name, walk_questions
from tuimail.domain.txt import evidence, texts

_DRAFT = "draft-brand-indicators-for-message-identification"
_HTTPS = re.compile(r"https://[^/?#\s]+(?:[/?#]\S*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class BimiReport:
    """`answer` is the domain's own, or its organization's where it has none (§7.2)."""

    domain: str
    walk: TreeWalk
    answer: Answer

    @property
    def records(self) -> tuple[str, ...]:
        """Those that say that they are one; only a single one counts."""
        return tuple(text for text in texts(self.answer) if has_version(text, "BIMI1"))


def bimi_inquiry(domain: str) -> Inquiry[BimiReport]:
    """Rule I15, in one wave, or two where the organization has to stand in. In A-labels."""
    questions = (_question(domain), *walk_questions((domain,)))
    answers = by_name(questions, (yield questions))
    walk = TreeWalk.read(domain, answers)
    report = BimiReport(domain, walk, answers[_question(domain).name])
    if report.records or report.answer.unknown or walk.organizational_domain == domain:
        return report
    (answer,) = yield (_question(walk.organizational_domain),)
    return BimiReport(domain, walk, answer)


def _question(domain: str) -> Question:
    return Question(f"default._bimi.{domain}", "TXT")


def bimi_findings(report: BimiReport) -> tuple[Finding, ...]:
    """Rule I15. A logo is an ornament, so all is said for information."""
    return tuple(_findings(report))


def _findings(report: BimiReport) -> Iterator[Finding]:
    answer, records = report.answer, report.records
    finding = partial(
        Finding,
        "I15",
        "BIMI",
        report.domain,
        evidence=evidence(answer, *records),
        reference=_DRAFT,
    )
    if answer.unknown:
        why = f"whether it has a logo could not be looked up: {answer.why}"
        yield finding(Verdict.UNKNOWN, why, advice="Ask again, or ask another nameserver.")
    elif not records and report.walk.missing:
        why = report.walk.missing[0].why
        yield finding(Verdict.UNKNOWN, f"whether its organization has a logo is not known: {why}")
    elif not records:
        yield finding(Verdict.INFO, "it names no logo to show beside its mail")
    elif len(records) > 1:
        why = f"it has {len(records)} BIMI records, and receivers heed none of them"
        yield finding(Verdict.INFO, why, advice="Leave one of them.")
    else:
        tags = TagList.parse(records[0])
        yield finding(*_logo(report, tags))


def _logo(report: BimiReport, tags: TagList) -> tuple[Verdict, str]:
    location, authority = tags.values.get("l", ""), tags.values.get("a", "")
    if not location and not authority:
        return Verdict.INFO, "it says that it wants no logo beside its mail"
    if not _HTTPS.fullmatch(location):
        return Verdict.INFO, f"its logo {shown(location)} is at no “https:” address"
    if authority and not _HTTPS.fullmatch(authority):
        return Verdict.INFO, f"the proof of its logo, {shown(authority)}, is at no “https:” address"
    record = report.walk.record
    if record is None and report.walk.missing:
        why = report.walk.missing[0].why
        return Verdict.UNKNOWN, f"whether its DMARC policy allows a logo is not known: {why}"
    if record is None or not _allows(record):
        return Verdict.INFO, "its logo is not shown: its DMARC policy keeps no mail away"
    proof = "with a certificate" if authority else "without a certificate, which many ask for"
    return Verdict.INFO, f"it has a logo to show beside its mail, {proof}"


def _allows(record: DmarcRecord) -> bool:
    """Mail of the domain and of those below it has to be kept away (§7.1)."""
    enforced = Policy.NONE not in (record.policy, record.subdomains)
    return enforced and record.is_heeded and record.trial is Trial.NO
