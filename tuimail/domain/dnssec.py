"""Whether signatures protect what the DNS says of a domain (RFC 4033, RFC 4035 §3.2)."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from tuimail.domain.answer import Answer, AnswerStatus
from tuimail.domain.finding import Finding, Verdict
from tuimail.domain.inquiry import Checking, Inquiry, Question

ROOT = Question(".", "NS")
"""The root is signed: who does not vouch for that does not validate, or is not to be believed."""
_BOGUS = frozenset(range(6, 13))
"""Extended errors from “DNSSEC Bogus” to “NSEC Missing” (RFC 8914 §4.7 to §4.13)."""
_SECURITY = "RFC 4033 §5"
_VALIDATION = "RFC 4035 §5.5"
_AGAIN = "Ask again, or ask another nameserver."
_OTHER = "Ask a nameserver that validates, on this machine or with options trust-ad."


@dataclass(frozen=True, slots=True)
class DnssecReport:
    """`unchecked` is the answer that comes where nobody checks signatures; None where it was not
    asked for."""

    domain: str
    answer: Answer
    root: Answer
    unchecked: Answer | None = None

    @property
    def is_bogus(self) -> bool:
        """Whether its records are there, and do not verify."""
        cured = self.unchecked is not None and not self.unchecked.unknown
        return cured or _is_called_bogus(self.answer)


def dnssec_inquiry(domain: str) -> Inquiry[DnssecReport]:
    """Rule I13, by the domain's MX. `domain` in A-labels."""
    question = Question(domain, "MX")
    answer, root = yield question, ROOT
    if not answer.servfail or _is_called_bogus(answer):
        return DnssecReport(domain, answer, root)
    (unchecked,) = yield (Question(domain, "MX", Checking.DISABLED),)
    return DnssecReport(domain, answer, root, unchecked)


def dnssec_findings(report: DnssecReport) -> tuple[Finding, ...]:
    """Rule I13. Of a name that does not exist there is nothing to say."""
    return tuple(_findings(report))


def _findings(report: DnssecReport) -> Iterator[Finding]:
    finding = partial(Finding, "I13", "DNSSEC", report.domain)
    answer = report.answer
    if answer.authentic:
        shown = f"{answer.name} {answer.rdtype}: authentic (AD)"
        yield finding(Verdict.PASS, "its records are signed, and verify", shown, _SECURITY)
    elif report.is_bogus:
        yield finding(
            Verdict.FAIL,
            "its signatures do not verify: who checks them gets no answer, and sends it no mail",
            answer.why,
            _VALIDATION,
            "Sign the zone anew, and let its DS record be that of the key.",
        )
    elif answer.unknown:
        why = f"whether it is signed could not be looked up: {answer.why}"
        yield finding(Verdict.UNKNOWN, why, advice=_AGAIN)
    elif answer.status is AnswerStatus.NXDOMAIN:
        return
    elif not report.root.authentic:
        yield finding(Verdict.UNKNOWN, _no_validation(report.root), advice=_OTHER)
    else:
        why = "it is not signed: whoever sits between may change what the DNS says of it"
        yield finding(Verdict.INFO, why, reference=_SECURITY)


def _no_validation(root: Answer) -> str:
    if root.unknown:
        return f"whether this resolver checks signatures could not be found out: {root.why}"
    return "this resolver checks no signatures, or its word can be changed on its way"


def _is_called_bogus(answer: Answer) -> bool:
    return not _BOGUS.isdisjoint(answer.extended)
