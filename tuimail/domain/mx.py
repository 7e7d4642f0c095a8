"""Whether a domain says where it takes mail (RFC 5321 §5.1, RFC 7505)."""

from collections.abc import Iterator
from functools import partial
from heapq import nsmallest
from operator import attrgetter

from dns.rdtypes.ANY.MX import MX

from tuimail.domain.answer import Answer, AnswerStatus
from tuimail.domain.evidence import record_lines
from tuimail.domain.exchanges import Acceptance, Exchanges
from tuimail.domain.finding import Finding, Verdict
from tuimail.domain.span import span

MOST_RECORDS = 100
"""MX records that are evidence, the most preferred."""
_FIND = "RFC 5321 §5.1"
_NULL = "RFC 7505 §3"


def mx_findings(mx: Answer, exchanges: Exchanges) -> Iterator[Finding]:
    """Rules I1, I2, I3, I5, I6. `exchanges` are what the MX answer and its addresses come to."""
    evidence = _evidence(mx)
    mx_finding = partial(Finding, "I1", "MX", exchanges.domain, evidence=evidence)
    match mx.status:
        case AnswerStatus.NXDOMAIN:
            yield mx_finding(
                Verdict.FAIL,
                f"{exchanges.domain} does not exist",
                reference=_FIND,
                advice="Look for a typing error, or register the domain.",
            )
        case AnswerStatus.FAILED | AnswerStatus.TIMED_OUT:
            yield mx_finding(
                Verdict.UNKNOWN,
                f"its exchanges could not be looked up: {mx.why}",
                reference=_FIND,
                advice="Ask again, or ask another nameserver.",
            )
        case _:
            yield from _known(mx, exchanges, evidence)


def _known(mx: Answer, exchanges: Exchanges, evidence: str) -> Iterator[Finding]:
    domain = exchanges.domain
    match exchanges.acceptance:
        case Acceptance.NULL_MX:
            yield Finding(
                "I2",
                "null MX",
                domain,
                Verdict.INFO,
                "it says that it accepts no mail",
                evidence,
                _NULL,
            )
        case Acceptance.NULL_MX_BESIDE_OTHERS:
            yield Finding(
                "I2",
                "null MX",
                domain,
                Verdict.FAIL,
                "it says that it accepts no mail, and names exchanges all the same",
                evidence,
                _NULL,
                "Remove either the record “0 .” or all others.",
            )
        case _ if mx.records:
            count = len(mx.records)
            names = "one exchange" if count == 1 else f"{count} exchanges"
            yield Finding("I1", "MX", domain, Verdict.PASS, f"it names {names}", evidence, _FIND)
            if exchanges.left_out:
                why = f"{exchanges.left_out} of its exchanges are not looked at: they are too many"
                advice = "Name fewer: senders try a few, and give up."
                yield Finding("I1", "MX", domain, Verdict.WARN, why, "", _FIND, advice)
        case _:
            yield _implicit(exchanges)
    if mx.ttl is not None:
        why = f"resolvers keep its MX records for {span(mx.ttl)}"
        yield Finding("I5", "TTL", domain, Verdict.INFO, why, evidence, "RFC 1035 §3.2.1")


def _implicit(exchanges: Exchanges) -> Finding:
    finding = partial(Finding, "I3", "implicit MX", exchanges.domain, reference=_FIND)
    advice = "Add an MX record, or “0 .” where it is to take no mail."
    if exchanges.acceptance is Acceptance.IMPLICIT:
        why = "it has no MX record: its own address has to take the mail"
        return finding(Verdict.WARN, why, advice=advice)
    if exchanges.acceptance is Acceptance.UNKNOWN:
        why = f"it has no MX record, and its own address could not be looked up: {exchanges.why}"
        return finding(Verdict.UNKNOWN, why)
    return finding(Verdict.FAIL, "it has neither an MX record nor an address", advice=advice)


def address_findings(exchanges: Exchanges) -> Iterator[Finding]:
    """Rule I6, over all exchanges that have been looked up."""
    hosts = exchanges.exchanges
    if not hosts or exchanges.acceptance is Acceptance.LITERAL:
        return
    finding = partial(Finding, "I6", "addresses", reference=_FIND)
    lost = [host for host in hosts if not host.addresses]
    for host in lost:
        if host.unknown:
            yield finding(host.name, Verdict.UNKNOWN, host.why)
        elif len(lost) < len(hosts):
            yield finding(
                host.name, Verdict.WARN, host.why, advice="Give it an address, or remove its MX."
            )
    if len(lost) == len(hosts) and not any(host.unknown for host in lost):
        yield finding(
            exchanges.domain,
            Verdict.FAIL,
            "no exchange has an address, and the domain's own stands in for none",
            advice="Give an exchange an address.",
        )
    for host in hosts:
        if host.addresses and not any(":" in ip for ip in host.addresses):
            yield finding(host.name, Verdict.INFO, "it has no IPv6 address")


def _evidence(mx: Answer) -> str:
    records = [record for record in mx.records if isinstance(record, MX)]
    preferred = nsmallest(MOST_RECORDS, records, key=attrgetter("preference"))
    return record_lines(mx, sorted(map(str, preferred)), len(records))
