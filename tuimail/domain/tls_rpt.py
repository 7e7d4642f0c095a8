"""Who is told when mail could not be encrypted on its way to a domain (TLS-RPT, RFC 8460 §3)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from tuimail.domain.answer import Answer
from tuimail.domain.finding import Finding, Verdict
from tuimail.domain.inquiry import Inquiry, Question
from tuimail.domain.name import is_host_name, shown
from tuimail.domain.tag_list import MOST_TAGS, TagList
from tuimail.domain.txt import evidence, texts

MOST_ADDRESSES = 32
"""Addresses that are read of a list: 64 KiB hold thousands."""
_VERSION = "v=TLSRPTv1;"
_ADDRESS = re.compile(
    r"(?:mailto:[^@\s!]+@|https://)([^@?#/:\s!]{1,253})(?::[0-9]{1,5})?(?:[?#/][^\s!]*)?",
    re.IGNORECASE,
)
_RECORD = "RFC 8460 §3"


@dataclass(frozen=True, slots=True)
class TlsRptReport:
    """`records` are those that say that they are one; only a single one counts."""

    domain: str
    answer: Answer
    records: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    """What is wrong with the single record, in plain words, foreign ones among them."""


def tls_rpt_inquiry(domain: str) -> Inquiry[TlsRptReport]:
    """Rule I12. `domain` in A-labels."""
    (answer,) = yield (Question(f"_smtp._tls.{domain}", "TXT"),)
    records = tuple(text for text in texts(answer) if text.startswith(_VERSION))
    if len(records) != 1:
        return TlsRptReport(domain, answer, records)
    tags = TagList.parse(records[0])
    faults = [f"{shown(tag)} is no “name=value”" for tag in tags.malformed]
    faults += [f"{shown(name)} stands in it more than once" for name in tags.repeated]
    faults += [f"it has more than {MOST_TAGS} tags"] if tags.is_cut else []
    addresses, wrong = _addresses(tags.values.get("rua", ""))
    return TlsRptReport(domain, answer, records, addresses, (*faults, *wrong))


def tls_rpt_findings(report: TlsRptReport) -> tuple[Finding, ...]:
    """Rule I12. Nothing about mail changes with it, so nothing of it is a failure."""
    return tuple(_findings(report))


def _findings(report: TlsRptReport) -> Iterator[Finding]:
    answer, records = report.answer, report.records
    finding = partial(
        Finding,
        "I12",
        "TLS-RPT",
        report.domain,
        evidence=evidence(answer, *records),
        reference=_RECORD,
    )
    if answer.unknown:
        why = f"whether it wants reports about TLS could not be looked up: {answer.why}"
        yield finding(Verdict.UNKNOWN, why, advice="Ask again, or ask another nameserver.")
    elif not records:
        why = "it asks for no reports about mail that could not be encrypted"
        advice = f"Publish “v=TLSRPTv1; rua=mailto:…” at {answer.name} to get them."
        yield finding(Verdict.INFO, why, advice=advice)
    elif len(records) > 1:
        why = f"it has {len(records)} TLS-RPT records, and senders heed none of them"
        yield finding(Verdict.WARN, why, advice="Leave one of them.")
    elif not report.addresses:
        why = "its TLS-RPT record has no address for reports that means anything (rua)"
        yield finding(Verdict.WARN, why, advice="Give it rua=mailto: and an address.")
    else:
        count = len(report.addresses)
        where = "one address" if count == 1 else f"{count} addresses"
        why = f"it gets reports about mail that could not be encrypted, at {where}"
        yield finding(Verdict.PASS, why)
    if report.faults:
        more = f", and {len(report.faults) - 1} more" if len(report.faults) > 1 else ""
        why = f"senders pass over a part of its TLS-RPT record: {report.faults[0]}{more}"
        yield finding(Verdict.WARN, why)


def _addresses(written: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Addresses, and what is wrong with others."""
    uris = [uri.strip() for uri in written.split(",", MOST_ADDRESSES)]
    wrong = []
    if len(uris) > MOST_ADDRESSES:
        uris.pop()
        wrong.append(f"rua lists more than {MOST_ADDRESSES} addresses")
    addresses = []
    for uri in filter(None, uris):
        found = _ADDRESS.fullmatch(uri)
        if uri.isascii() and found and is_host_name(found[1].lower()):
            addresses.append(uri)
        else:
            wrong.append(f"{shown(uri)} in rua is no “mailto:” or “https:” address")
    return tuple(addresses), tuple(wrong)
