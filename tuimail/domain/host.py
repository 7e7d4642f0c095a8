"""An exchange's name and addresses (RFC 2181 §10.3, RFC 5321 §5.1, RFC 1912 §2.1)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from ipaddress import ip_address
from types import MappingProxyType

import dns.reversename

from tuimail.domain.answer import Answer, AnswerStatus
from tuimail.domain.exchanges import Exchange, with_addresses
from tuimail.domain.finding import Finding, Verdict
from tuimail.domain.inquiry import Inquiry, Question
from tuimail.domain.probe import Probe

MOST_ADDRESSES = 8
"""Addresses of one exchange that are looked at one by one: a hostile answer can hold hundreds."""
_MX = "RFC 5321 §5.1"


class Horizon(Enum):
    """Where mail to a domain may come from."""

    WORLD = "world"
    THIS_MACHINE = "this machine"
    """Its nameserver is on loopback, and was named by the user: it is for trying things out."""


@dataclass(frozen=True, slots=True)
class HostReport:
    """`ptr` holds the names of those addresses that have one, `probes` what those addresses showed
    that were probed; `elapsed` is how long the DNS took for the addresses, in seconds."""

    exchange: Exchange
    findings: tuple[Finding, ...] = ()
    ptr: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    probes: Mapping[str, Probe] = field(default_factory=lambda: MappingProxyType({}))
    elapsed: float = 0.0


def host_inquiry(exchange: Exchange, horizon: Horizon = Horizon.WORLD) -> Inquiry[HostReport]:
    """Rule I4, and the addresses that rule I6 is about."""
    if exchange.why:
        advice = "Name a host there, which has its address in records of its own."
        finding = Finding(
            "I4", "MX target", exchange.name, Verdict.FAIL, exchange.why, "", _MX, advice
        )
        return HostReport(exchange, (finding,))
    name = exchange.name
    # A domain that stands in for its exchanges may be an alias: no record names it.
    rdtypes = ("AAAA", "A") if exchange.ttl is None else ("AAAA", "A", "CNAME")
    aaaa, a, *cname = yield tuple(Question(name, rdtype) for rdtype in rdtypes)
    resolved = with_addresses(exchange, (aaaa, a))
    elapsed = max(aaaa.elapsed, a.elapsed)
    findings = (*_aliases(name, cname), *_hidden(resolved, horizon))
    return HostReport(resolved, findings, elapsed=elapsed)


def _aliases(name: str, answers: Sequence[Answer]) -> Iterator[Finding]:
    finding = partial(Finding, "I4", "MX target", name)
    for cname in answers:
        if cname.status is AnswerStatus.FOUND:
            yield finding(
                Verdict.WARN,
                f"it is an alias of {str(cname.records[0]).rstrip('.')}",
                f"{cname.name} {cname.ttl} CNAME {cname.records[0]}",
                "RFC 2181 §10.3",
                "Name the host itself in the MX record.",
            )
        elif cname.unknown:
            yield finding(
                Verdict.UNKNOWN, f"whether it is an alias could not be looked up: {cname.why}"
            )


def _hidden(exchange: Exchange, horizon: Horizon) -> Iterator[Finding]:
    finding = partial(Finding, "I4", "MX target", exchange.name)
    hidden = [ip for ip in exchange.addresses if not _in_reach(ip, horizon)]
    for ip in hidden[:MOST_ADDRESSES]:
        yield finding(
            Verdict.WARN,
            f"{ip} is no public address: nobody outside can reach it",
            f"{exchange.name} {ip}",
            "RFC 6890",
            "Give it a public address.",
        )
    if len(hidden) > MOST_ADDRESSES:
        why = f"{len(hidden) - MOST_ADDRESSES} more of its addresses are not public"
        yield finding(Verdict.WARN, why, reference="RFC 6890")


def _in_reach(ip: str, horizon: Horizon) -> bool:
    """Of those who send mail."""
    address = ip_address(ip)
    return address.is_global or (horizon is Horizon.THIS_MACHINE and address.is_loopback)


def reverse_inquiry(report: HostReport) -> Inquiry[HostReport]:
    """Rule I7: the names of its addresses, and whether they lead back."""
    addresses = report.exchange.addresses[:MOST_ADDRESSES]
    if not addresses:
        return HostReport(report.exchange)
    answers = yield tuple(Question(reverse_name(ip), "PTR") for ip in addresses)
    names = {
        ip: str(answer.records[0]).rstrip(".").lower()
        for ip, answer in zip(addresses, answers, strict=True)
        if answer.records
    }
    forward = yield tuple(Question(name, _kind(ip)) for ip, name in names.items())
    confirmed = dict(zip(names, forward, strict=True))
    findings = (
        _reverse(ip, answer, names.get(ip, ""), confirmed.get(ip))
        for ip, answer in zip(addresses, answers, strict=True)
    )
    return HostReport(report.exchange, tuple(findings), names)


def _reverse(ip: str, answer: Answer, name: str, forward: Answer | None) -> Finding:
    finding = partial(Finding, "I7", "PTR", ip, reference="RFC 1912 §2.1")
    evidence = f"{answer.name} {answer.ttl} PTR {name}." if name else ""
    if answer.unknown:
        return finding(Verdict.UNKNOWN, f"its name could not be looked up: {answer.why}")
    if forward is None:
        return finding(Verdict.INFO, "it has no name of its own")
    if forward.unknown:
        why = f"whether its name {name} leads back could not be looked up: {forward.why}"
        return finding(Verdict.UNKNOWN, why, evidence)
    if ip_address(ip) in {ip_address(str(record)) for record in forward.records}:
        return finding(Verdict.PASS, f"its name is {name}, which leads back to it", evidence)
    return finding(Verdict.INFO, f"its name is {name}, which does not lead back to it", evidence)


def reverse_name(ip: str) -> str:
    """Where its PTR record is: `10.2.0.192.in-addr.arpa`."""
    name: str = dns.reversename.from_address(ip).to_text(omit_final_dot=True)
    return name


def _kind(ip: str) -> str:
    return "AAAA" if ":" in ip else "A"
