"""Who may issue certificates for a domain (CAA, RFC 8659)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from dns.rdtypes.ANY.CAA import CAA

from tuimail.domain.answer import Answer
from tuimail.domain.evidence import record_lines
from tuimail.domain.finding import Finding, Verdict
from tuimail.domain.inquiry import Inquiry, Question
from tuimail.domain.name import shown
from tuimail.domain.txt import cut

MOST_NAMES = 8
"""Names that are asked for of a tree, the nearest first."""
MOST_RECORDS = 20
"""Records that are evidence."""
MOST_ISSUERS = 5
"""Issuers that are told by name."""
_CRITICAL = 0x80  # RFC 8659 §4.1
_KNOWN = frozenset(
    {"issue", "issuewild", "iodef", "issuemail", "issuevmc", "contactemail", "contactphone"}
)
"""Tags that issuers know, by the registry of RFC 8659 §5."""
_CLIMB = "RFC 8659 §3"
_NAME_THEM = 'Publish a record for each issuer you use, as “0 issue "ca.example"”.'


@dataclass(frozen=True, slots=True)
class CaaReport:
    """`answer` is the nearest one with records, or one that could not be had before there was
    any; None where every name that was asked for has none."""

    domain: str
    answer: Answer | None
    passed_over: int = 0
    """Names above that were not asked for, being too many."""

    @property
    def records(self) -> tuple[CAA, ...]:
        records = self.answer.records if self.answer else ()
        return tuple(record for record in records if isinstance(record, CAA))


def caa_inquiry(domain: str) -> Inquiry[CaaReport]:
    """Rule I16: the domain and those above it, in one wave. `domain` in A-labels."""
    labels = domain.split(".")
    names = [".".join(labels[start:]) for start in range(len(labels))]
    answers = yield tuple(Question(name, "CAA") for name in names[:MOST_NAMES])
    decisive = (answer for answer in answers if answer.unknown or answer.records)
    return CaaReport(domain, next(decisive, None), max(len(names) - MOST_NAMES, 0))


def caa_findings(report: CaaReport) -> tuple[Finding, ...]:
    """Rule I16."""
    return tuple(_findings(report))


def _findings(report: CaaReport) -> Iterator[Finding]:
    finding = partial(Finding, "I16", "CAA", report.domain, reference=_CLIMB)
    answer, records = report.answer, report.records
    if answer is not None and answer.unknown:
        why = f"who may issue certificates for it could not be looked up: {answer.why}"
        advice = "Ask again; if it stays so, mend its nameservers, or issuers will refuse you."
        yield finding(Verdict.UNKNOWN, why, advice=advice)
    elif answer is None and report.passed_over:
        why = f"{report.passed_over} names above it were not asked who may issue certificates"
        yield finding(Verdict.UNKNOWN, why)
    elif answer is None:
        why = "it has no CAA record: any issuer may issue certificates for it"
        yield finding(Verdict.INFO, why, advice=_NAME_THEM)
    else:
        told = partial(finding, evidence=_evidence(answer, records))
        where = "" if answer.name == report.domain else f", says {answer.name}"
        issue = [record for record in records if _tag(record) == "issue"]
        if issue:
            yield told(Verdict.PASS, f"{_allowed(issue)} may issue certificates for it{where}")
        else:
            why = f"its CAA records leave open who may issue certificates for it{where}"
            yield told(Verdict.INFO, why, reference="RFC 8659 §4.2", advice=_NAME_THEM)
        obstacle = _obstacle(records)
        if obstacle:
            why = f"no issuer may issue for it who does not know {obstacle}, which is critical"
            advice = "Remove that record, or write 0 for its flags in place of 128."
            yield told(Verdict.WARN, why, reference="RFC 8659 §4.1", advice=advice)


def _allowed(issue: Sequence[CAA]) -> str:
    issuers = tuple(dict.fromkeys(filter(None, map(_issuer, issue))))
    if not issuers:
        return "nobody"
    names = ", ".join(issuers[:MOST_ISSUERS])
    more = f" and {len(issuers) - MOST_ISSUERS} more" if len(issuers) > MOST_ISSUERS else ""
    return f"only {names}{more}"


def _obstacle(records: tuple[CAA, ...]) -> str:
    """The first critical tag that issuers do not know."""
    critical = (_tag(record) for record in records if record.flags & _CRITICAL)
    return next((shown(tag) for tag in critical if tag not in _KNOWN), "")


def _tag(record: CAA) -> str:
    return record.tag.decode("ascii", "backslashreplace").lower()


def _issuer(record: CAA) -> str:
    """Empty for “nobody” (§4.2), before any parameters."""
    value = record.value.decode("utf-8", "backslashreplace")
    return cut(value.partition(";")[0].strip(), 253)


def _evidence(answer: Answer, records: tuple[CAA, ...]) -> str:
    some = sorted(record.to_text() for record in records[:MOST_RECORDS])
    return cut(record_lines(answer, some, len(records)))
