"""All that is known of one thing in the inspector."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tuimail.domain import Finding, HostReport, Probe, worst_first
from tuimail.safetext import visible
from tuimail.smtp import Capabilities, CertificateFacts
from tuimail.tui.listing import Listing
from tuimail.tui.report_rows import (
    MARKS,
    Groups,
    address_key,
    exchange_key,
    finding_key,
    rows_of,
    shown,
)
from tuimail.tui.rows import Key


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines that are safe to show, under a heading."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Details:
    title: str
    passages: tuple[Passage, ...]

    @property
    def text(self) -> str:
        """For a clipboard or a file."""
        parts = [self.title]
        for passage in self.passages:
            heading = [f"{passage.heading}:"] if passage.heading else []
            parts.append("\n".join((*heading, *passage.lines)))
        return "\n\n".join(parts)


def details_of(listing: Listing, key: Key) -> Details:
    """Of what a row is about; of the whole report where there is no such thing any more."""
    for finding in listing.report.findings:
        if finding_key(finding) == key:
            return _of_finding(finding)
    for host in listing.report.places:
        addresses = host.exchange.addresses
        if key == exchange_key(host):
            return _of_host(listing, host, addresses)
        for ip in addresses:
            if key == address_key(host, ip):
                return _of_host(listing, host, (ip,))
    return report_details(listing)


def report_details(listing: Listing) -> Details:
    """The whole report, each finding with what it rests on."""
    summary, *rows = rows_of(listing)
    lines = [summary.plain, *(row.plain for row in rows)]
    told = (_of_finding(finding) for finding in _trouble(listing))
    passages = [Passage("", tuple(lines))]
    passages += [Passage(each.title, tuple(_flat(each))) for each in told]
    return Details(visible(listing.domain), tuple(passages))


def _trouble(listing: Listing) -> Iterator[Finding]:
    for group in Groups(listing).by_heading.values():
        yield from (finding for finding in group if finding.evidence or finding.advice)


def _flat(details: Details) -> Iterator[str]:
    for passage in details.passages:
        heading = f"{passage.heading}: " if passage.heading else ""
        if len(passage.lines) == 1:
            yield f"  {heading}{passage.lines[0]}"
        else:
            yield from ([f"  {heading.rstrip()}"] if heading else [])
            yield from (f"    {line}" for line in passage.lines)


def _of_finding(finding: Finding) -> Details:
    mark, _ = MARKS[finding.verdict]
    passages = [Passage("", (visible(finding.why),))]
    if finding.advice:
        passages.append(Passage("What to do", (visible(finding.advice),)))
    if finding.evidence:
        passages.append(Passage("What it rests on", _lines(finding.evidence)))
    source = ", ".join(filter(None, (visible(finding.reference), f"rule {finding.rule}")))
    passages.append(Passage("Where it says so", (source,)))
    title = f"{mark} {visible(finding.check)} · {visible(finding.subject)}"
    return Details(title, tuple(passages))


def _lines(text: str) -> tuple[str, ...]:
    return tuple(visible(line) for line in text.split("\n"))


def _of_host(listing: Listing, host: HostReport, addresses: Sequence[str]) -> Details:
    exchange = host.exchange
    passages = [Passage("", tuple(_way(host)))]
    for ip in addresses:
        probe = host.probes.get(ip)
        if probe is not None:
            passages += _of_probe(probe)
    subjects = [exchange.name, *addresses, *(f"{exchange.name} [{ip}]" for ip in addresses)]
    groups = Groups(listing)
    found = worst_first([finding for subject in subjects for finding in groups.about(subject)])
    if found:
        lines = (
            f"{MARKS[finding.verdict][0]} {finding.check:<11} {finding.why}" for finding in found
        )
        passages.append(Passage("What there is to say", tuple(map(visible, lines))))
    name = visible(exchange.name)
    alone = len(addresses) == 1 and len(exchange.addresses) > 1
    return Details(f"{name} [{addresses[0]}]" if alone else name, tuple(passages))


def _way(host: HostReport) -> Iterator[str]:
    exchange = host.exchange
    yield f"preference {exchange.preference}: the lowest number is tried first"
    if exchange.why:
        yield visible(exchange.why)
    if exchange.canonical:
        yield f"an alias of {visible(exchange.canonical)}"
    for ip in exchange.addresses:
        name = host.ptr.get(ip)
        yield visible(f"{ip}, named {name}" if name else ip)


def _of_probe(probe: Probe) -> Iterator[Passage]:
    lines = [shown(probe)]
    if probe.greeting is not None:
        lines += (f"← {probe.greeting.code:03d} {line}" for line in probe.greeting.lines)
    if probe.timings:
        lines.append(", ".join(f"{name} {s * 1000:.0f} ms" for name, s in probe.timings.items()))
    yield Passage(f"Probed at {probe.ip}", tuple(map(visible, lines)))
    for offered, when in ((probe.before, "in plaintext"), (probe.after, "under TLS")):
        if offered is not None:
            yield Passage(f"Extensions {when}", _extensions(offered))
    if probe.tls is not None:
        facts = probe.tls
        how = ", ".join(filter(None, (facts.protocol, facts.cipher)))
        how += f", key exchange {facts.key_exchange}" if facts.key_exchange else ""
        trust = f"not verified: {facts.distrust}" if facts.distrust else "verified"
        yield Passage("TLS", (visible(how), visible(trust)))
        for number, certificate in enumerate(facts.chain):
            heading = "Certificate" if not number else f"Certificate {number + 1} of its chain"
            yield Passage(heading, tuple(map(visible, _certificate(certificate))))


def _extensions(offered: Capabilities) -> tuple[str, ...]:
    words = (visible(" ".join((word, *more))) for word, more in offered.keywords.items())
    return tuple(words) or ("none",)


def _certificate(certificate: CertificateFacts) -> Iterator[str]:
    yield certificate.subject
    if certificate.names:
        yield f"names {', '.join(certificate.names)}"
    yield f"issued by {certificate.issuer}"
    begins, ends = certificate.not_before, certificate.not_after
    yield f"{certificate.key}, {begins:%Y-%m-%d} to {ends:%Y-%m-%d}"
