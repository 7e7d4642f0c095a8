"""The exchanges of a domain, with their addresses and what those showed."""

from collections.abc import Iterator, Sequence

import click

from tuimail.cli.report_style import marked, wrapped
from tuimail.domain import Exchange, Finding, HostReport, Probe, Reached, Report, Verdict
from tuimail.domain.host import MOST_ADDRESSES
from tuimail.safetext import visible

_GOOD_ENOUGH = (Verdict.PASS, Verdict.INFO)


def exchange_lines(report: Report, width: int) -> Iterator[str]:
    """`width` in columns. Safe to show, and coloured."""
    places = report.places
    figures = max((len(str(host.exchange.preference)) for host in places), default=0)
    indent = " " * (figures + 1)
    for host in places:
        yield f"{host.exchange.preference:>{figures}} {_named(host.exchange)}"
        for line in _below(host, report.findings, width - len(indent)):
            yield indent + line


def _named(exchange: Exchange) -> str:
    ttl = "" if exchange.ttl is None else f"  ttl {exchange.ttl}"
    return click.style(visible(exchange.name), bold=True) + ttl


def _below(host: HostReport, findings: Sequence[Finding], width: int) -> Iterator[str]:
    exchange = host.exchange
    if exchange.why:
        verdict = Verdict.UNKNOWN if exchange.unknown else Verdict.FAIL
        first, *rest = wrapped(visible(exchange.why), width - 2)
        yield marked(verdict, first)
        yield from (f"  {line}" for line in rest)
    shown = exchange.addresses[:MOST_ADDRESSES]
    columns = max(map(len, shown), default=0)
    for ip in shown:
        told = [f"{ip:<{columns}}", visible(host.ptr.get(ip, ""))]
        probe = host.probes.get(ip)
        if probe is None:
            yield from wrapped("  ".join(told).rstrip(), width, hanging=2)
            continue
        verdict = _verdict(probe, findings)
        said = "  ".join((*filter(None, told), _state(probe)))
        # The mark is all that is coloured, and comes first: lines may break anywhere behind it.
        first, *rest = wrapped(said, width - 2, hanging=2)
        yield f"{marked(verdict)} {first}"
        yield from (f"  {line}" for line in rest)
    if len(exchange.addresses) > len(shown):
        yield f"… and {len(exchange.addresses) - len(shown)} more"


def _verdict(probe: Probe, findings: Sequence[Finding]) -> Verdict:
    """The gravest about this address."""
    verdicts = [each.verdict for each in findings if each.subject == probe.subject]
    gravest = max(verdicts, key=lambda verdict: verdict.gravity, default=Verdict.UNKNOWN)
    return Verdict.PASS if gravest in _GOOD_ENOUGH else gravest


def _state(probe: Probe) -> str:
    """Safe to show."""
    if probe.reached is not Reached.CONNECTED:
        return visible(probe.why)
    if probe.tls is None:
        return "no TLS" if probe.before is not None else "no EHLO"
    dane = ", DANE" if probe.proof else ""
    return visible(f"{probe.tls.protocol}{dane}")
