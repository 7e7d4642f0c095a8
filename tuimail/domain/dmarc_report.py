"""What receivers do with mail that only pretends to come from a domain, and whom they tell."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from tuimail.domain.answer import Answer, AnswerStatus
from tuimail.domain.dmarc import Alignment, DmarcRecord, Policy, Trial, is_dmarc
from tuimail.domain.inquiry import Inquiry, Question
from tuimail.domain.tree_walk import TreeWalk, by_name, walk, walk_questions
from tuimail.domain.txt import texts

MOST_HOSTS = 8
"""Hosts whose leave to send them reports is looked up: a record can name hundreds."""


class Leave(Enum):
    """Whether reports about a domain may go to a host (RFC 9990 §4)."""

    OWN = "own"
    """The host is of the same organization."""
    GIVEN = "given"
    LACKING = "lacking"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Destination:
    """`answer` is what the host's domain said about it; None where it did not have to."""

    host: str
    leave: Leave
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class DmarcReport:
    """`policy` is what is asked for mail of this domain; None where nobody heeds a record, or it
    could not be found out, which `is_unknown` tells apart."""

    domain: str
    walk: TreeWalk
    policy: Policy | None = None
    destinations: tuple[Destination, ...] = ()
    passed_over: int = 0
    """Hosts for reports that were not looked at, being too many."""

    @property
    def record(self) -> DmarcRecord | None:
        return self.walk.record

    @property
    def is_unknown(self) -> bool:
        return self.record is None and bool(self.walk.missing)

    @property
    def organizational_domain(self) -> str:
        return self.walk.organizational_domain

    @property
    def dkim(self) -> Alignment:
        return self.record.dkim if self.record else Alignment.RELAXED

    @property
    def spf(self) -> Alignment:
        return self.record.spf if self.record else Alignment.RELAXED

    @property
    def is_enforced(self) -> bool:
        """Whether receivers are asked to keep such mail away, and not for a test."""
        record = self.record
        enforcing = self.policy in (Policy.QUARANTINE, Policy.REJECT)
        return enforcing and record is not None and record.trial is Trial.NO


def dmarc_inquiry(domain: str) -> Inquiry[DmarcReport]:
    """Rule I9, in two waves. `domain` in A-labels."""
    found = yield from walk(domain)
    record = found.record
    if record is None or not record.is_heeded:
        return DmarcReport(domain, found)
    hosts = _hosts(record)
    asked = hosts[:MOST_HOSTS]
    strangers = [host for host in asked if not _is_own(host, found, record)]
    # One below may belong to another organization, which the records between say.
    below = [host for host in strangers if _is_below(host, found.organizational_domain)]
    questions = (
        *((Question(domain, "MX"),) if _depends_on_existence(record, domain) else ()),
        *(Question(_leave_name(record.domain, host), "TXT") for host in strangers),
        *walk_questions(below),
    )
    answers = by_name(questions, (yield questions) if questions else ())
    destinations = tuple(_destination(host, found, record, answers) for host in asked)
    policy = _policy(record, domain, answers.get(domain))
    return DmarcReport(domain, found, policy, destinations, len(hosts) - len(asked))


def aligned(report: DmarcReport, mode: Alignment, identifier: str) -> Inquiry[bool | None]:
    """Whether a domain that SPF or DKIM has authenticated vouches for the report's (§4.10.2).

    `mode` is `report.spf` or `report.dkim`, `identifier` in A-labels; None is “could not be found
    out”. Without a record DMARC does not apply, and it does not matter.
    """
    if identifier == report.domain:
        return True
    if mode is Alignment.STRICT:
        return False
    other = yield from walk(identifier)
    if report.walk.missing or other.missing:
        return None
    return other.organizational_domain == report.organizational_domain


def _hosts(record: DmarcRecord) -> tuple[str, ...]:
    addresses = (*record.aggregate, *record.failure)
    return tuple({address.host: None for address in addresses})


def _is_own(host: str, found: TreeWalk, record: DmarcRecord) -> bool:
    return host in (record.domain, found.organizational_domain)


def _is_below(host: str, domain: str) -> bool:
    return f".{host}".endswith(f".{domain}")


def _leave_name(domain: str, host: str) -> str:
    return f"{domain}._report._dmarc.{host}"


def _depends_on_existence(record: DmarcRecord, domain: str) -> bool:
    return record.domain != domain and record.subdomains is not record.nonexistent


def _policy(record: DmarcRecord, domain: str, existence: Answer | None) -> Policy:
    if record.domain == domain:
        return record.policy
    if existence is not None and existence.status is AnswerStatus.NXDOMAIN:
        return record.nonexistent
    return record.subdomains


def _destination(
    host: str, found: TreeWalk, record: DmarcRecord, answers: Mapping[str, Answer]
) -> Destination:
    if _is_own(host, found, record):
        return Destination(host, Leave.OWN)
    missing = found.missing
    if _is_below(host, found.organizational_domain):
        other = TreeWalk.read(host, answers)
        missing = (*missing, *other.missing)
        if other.organizational_domain == found.organizational_domain:
            return Destination(host, Leave.OWN)
    answer = answers[_leave_name(record.domain, host)]
    if any(map(is_dmarc, texts(answer))):
        return Destination(host, Leave.GIVEN, answer)
    # With a part of the way up unknown, it may be the same organization after all.
    unknown = answer.unknown or _could_be_own(host, missing)
    return Destination(host, Leave.UNKNOWN if unknown else Leave.LACKING, answer)


def _could_be_own(host: str, missing: Iterable[Answer]) -> bool:
    return any(_is_below(host, answer.name.removeprefix("_dmarc.")) for answer in missing)
