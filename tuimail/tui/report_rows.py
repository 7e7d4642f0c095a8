"""A report as rows: the summary, the exchanges, and the findings by what they are about."""

from collections.abc import Iterator, Mapping, Sequence

from tuimail.domain import Finding, HostReport, Probe, Reached, Verdict, worst_first
from tuimail.safetext import visible
from tuimail.smtp import Severity
from tuimail.tui.listing import Listing
from tuimail.tui.request import Depth
from tuimail.tui.rows import BLANK, Key, Kind, Row, Shade

MARKS = {
    Verdict.PASS: ("✓", Shade.PASS),
    Verdict.INFO: ("i", Shade.MUTED),
    Verdict.UNKNOWN: ("?", Shade.WARN),
    Verdict.WARN: ("!", Shade.WARN),
    Verdict.FAIL: ("✗", Shade.FAIL),
}
DUE = "…"
FACT = "·"
_TROUBLE = (Verdict.UNKNOWN, Verdict.WARN, Verdict.FAIL)
_SHADES = {"✓": Shade.PASS, "✗": Shade.FAIL, "?": Shade.WARN}


def rows_of(listing: Listing) -> tuple[Row, ...]:
    return tuple(_Rows(listing).all())


def finding_key(finding: Finding) -> Key:
    return "finding", finding.subject, finding.rule, finding.check, finding.why


def exchange_key(host: HostReport) -> Key:
    return "exchange", host.exchange.name


def address_key(host: HostReport, ip: str) -> Key:
    return "exchange", host.exchange.name, ip


def verdict_of(findings: Sequence[Finding]) -> Verdict | None:
    """The gravest that asks for attention; None where nothing does."""
    found = (finding.verdict for finding in findings if finding.verdict in _TROUBLE)
    return max(found, key=_gravity, default=None)


def _gravity(verdict: Verdict) -> int:
    return verdict.gravity


class Groups:
    """Findings by what they are about, under the name that people know it by."""

    def __init__(self, listing: Listing) -> None:
        self._headings = _headings(listing)
        places = {
            heading: place for place, heading in enumerate(dict.fromkeys(self._headings.values()))
        }
        groups: dict[str, list[Finding]] = {}
        self._by_subject: dict[str, list[Finding]] = {}
        for finding in worst_first(listing.report.findings):
            groups.setdefault(self.heading(finding.subject), []).append(finding)
            self._by_subject.setdefault(finding.subject, []).append(finding)
        last = len(places)

        sender = listing.request.sender
        mine = {_mine(ip) for ip in sender.addresses} if sender is not None else set()

        def place(group: tuple[str, list[Finding]]) -> tuple[bool, int, int, str]:
            gravest = verdict_of(group[1])
            gravity = gravest.gravity if gravest is not None else 0
            return group[0] not in mine, -gravity, places.get(group[0], last), group[0]

        self.by_heading = dict(sorted(groups.items(), key=place))
        """The sender's mail first, where it is about that; then the worst first, else in the order
        of the domain, its exchanges and their addresses."""

    def heading(self, subject: str) -> str:
        return self._headings.get(subject, subject)

    def about(self, subject: str) -> Sequence[Finding]:
        """The worst first."""
        return self._by_subject.get(subject, ())


def _headings(listing: Listing) -> Mapping[str, str]:
    """By subject. An exchange and its only address are one thing to people."""
    headings = {listing.domain: listing.domain}
    for host in listing.report.places:
        name, addresses = host.exchange.name, host.exchange.addresses
        headings.setdefault(name, name)
        for ip in addresses:
            subject = f"{name} [{ip}]"
            heading = name if len(addresses) == 1 else subject
            headings.setdefault(ip, heading)
            headings.setdefault(subject, heading)
    sender = listing.request.sender
    headings.update((ip, _mine(ip)) for ip in (sender.addresses if sender else ()))
    return headings


def _mine(ip: str) -> str:
    return f"your mail from {ip}"


class _Rows:
    def __init__(self, listing: Listing) -> None:
        self._listing = listing
        self._report = listing.report
        self._groups = Groups(listing)

    def all(self) -> Iterator[Row]:
        mark = self._listing.verdict.value if self._report.exchanges is not None else DUE
        shade = _SHADES.get(mark, Shade.PLAIN)
        yield Row(Kind.SUMMARY, f"{visible(self._report.summary)}.", ("summary",), mark, shade)
        yield self._progress()
        hosts = self._report.places
        if hosts:
            yield BLANK
        for host in hosts:
            yield from self._exchange(host)
        for heading, findings in self._groups.by_heading.items():
            yield BLANK
            yield Row(Kind.HEADING, visible(heading))
            yield from map(_finding, findings)

    def _progress(self) -> Row:
        findings, due = self._report.findings, self._report.due
        if not self._listing.is_done and due:
            return Row(Kind.PROGRESS, f"{due} check{'' if due == 1 else 's'} still due", mark=DUE)
        if not self._listing.is_done:
            return Row(Kind.PROGRESS, "waiting for its turn", mark=DUE)
        if self._listing.request.depth is Depth.EXCHANGES:
            return Row(Kind.PROGRESS, "only its exchanges have been looked up")
        # The summary's mark says whether the domain takes mail, this one whether all is well.
        trouble = verdict_of(findings)
        mark, shade = MARKS[trouble] if trouble is not None else ("", Shade.PLAIN)
        return Row(Kind.PROGRESS, " · ".join(self._report.counts), mark=mark, shade=shade)

    def _exchange(self, host: HostReport) -> Iterator[Row]:
        exchange = host.exchange
        mark, shade = self._exchange_mark(host)
        text = f"{exchange.preference:>3} {visible(exchange.name)}"
        if exchange.why:
            text += f"  {visible(exchange.why)}"
        yield Row(Kind.EXCHANGE, text, exchange_key(host), mark, shade)
        for ip in exchange.addresses:
            yield self._address(host, ip)

    def _exchange_mark(self, host: HostReport) -> tuple[str, Shade]:
        exchange = host.exchange
        if exchange.why:
            return MARKS[Verdict.UNKNOWN if exchange.unknown else Verdict.FAIL]
        if not exchange.addresses:
            return DUE, Shade.MUTED
        probed = [self._verdict(host, ip) for ip in exchange.addresses if ip in host.probes]
        # One good way is enough for mail to get through.
        best = [min(probed, key=_gravity)] if probed else []
        own = verdict_of(self._groups.about(exchange.name))
        verdicts = best if own is None else [*best, own]
        return MARKS[max(verdicts, key=_gravity)] if verdicts else (FACT, Shade.MUTED)

    def _address(self, host: HostReport, ip: str) -> Row:
        probe = host.probes.get(ip)
        mark, shade, state = FACT, Shade.MUTED, ""
        if probe is not None:
            (mark, shade), state = MARKS[self._verdict(host, ip)], f"  {visible(shown(probe))}"
        elif self._listing.request.depth is Depth.PROBE and not self._listing.is_done:
            mark, state = DUE, "  connecting"
        return Row(Kind.ADDRESS, f"    {visible(ip)}{state}", address_key(host, ip), mark, shade)

    def _verdict(self, host: HostReport, ip: str) -> Verdict:
        """Of an address that was probed."""
        about = self._groups.about(f"{host.exchange.name} [{ip}]")
        return verdict_of(about) or Verdict.PASS


def shown(probe: Probe) -> str:
    """What a probe came to, in a few words."""
    if probe.reached is not Reached.CONNECTED:
        return probe.why
    greeting = probe.greeting
    if greeting is None:
        return f"it {probe.failure.why}" if probe.failure is not None else "it says nothing"
    words = []
    if greeting.severity is not Severity.COMPLETED:
        words.append(f"it says {greeting.code:03d}")
    words.append(probe.tls.protocol if probe.tls is not None else "no TLS")
    if probe.distrust:
        words.append("not what DANE says")
    elif probe.proof:
        words.append("DANE")
    took = sum(seconds for phase, seconds in probe.timings.items() if phase != "DNS")
    words.append(f"{took * 1000:.0f} ms")
    return ", ".join(words)


def _finding(finding: Finding) -> Row:
    mark, shade = MARKS[finding.verdict]
    return Row(
        Kind.FINDING,
        visible(finding.why),
        finding_key(finding),
        mark,
        shade,
        visible(finding.check),
    )
