"""What the inspector knows of a domain."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto

from tuimail.domain import Finding, HostReport, Report
from tuimail.tui.request import Depth, Request
from tuimail.tui.verdict import Verdict


class Stage(Enum):
    BEGUN = auto()
    """Nothing is known yet."""
    GROWING = auto()
    DONE = auto()


@dataclass(frozen=True, slots=True)
class Listing:
    """A report, how far it is, and what was wanted. Its domain is in A-labels."""

    report: Report
    request: Request
    stage: Stage = Stage.BEGUN

    @property
    def domain(self) -> str:
        return self.report.domain

    @property
    def is_new(self) -> bool:
        return self.stage is Stage.BEGUN

    @property
    def is_done(self) -> bool:
        return self.stage is Stage.DONE

    @property
    def verdict(self) -> Verdict:
        """Whether the domain takes mail."""
        exchanges = self.report.exchanges
        if exchanges is None:
            return Verdict.UNKNOWN
        if exchanges.reachable:
            # Exchanges are named before it is known whether they have addresses.
            known = self.is_done or any(host.exchange.addresses for host in self.report.hosts)
            return Verdict.TAKES_MAIL if known else Verdict.UNKNOWN
        # RFC 3463 §2: class 4 may be better next time.
        temporary = (exchanges.enhanced or "").startswith("4")
        return Verdict.UNKNOWN if temporary else Verdict.TAKES_NONE

    @property
    def state(self) -> str:
        """How far the look is, in a few words."""
        if not self.is_done:
            return "probing …" if self.request.depth is Depth.PROBE else "looking it up …"
        if self.request.depth is Depth.PROBE:
            return f"probed in {self.report.elapsed:.2f} s"
        count = self.report.questions
        if not count:
            return "known from before"
        return f"{count} answer{'' if count == 1 else 's'} in {self.report.elapsed:.2f} s"

    def over(self, before: "Listing | None") -> "Listing":
        """With what was known before of the same, for as long as this one may still come to it:
        nothing vanishes that is about to come back."""
        if self.is_done or before is None:
            return self
        report, old = self.report, before.report
        told = {_topic(finding) for finding in report.findings}
        kept = (finding for finding in old.findings if _topic(finding) not in told)
        return replace(
            self,
            report=replace(
                report,
                exchanges=report.exchanges or old.exchanges,
                hosts=tuple(_hosts(report, old)),
                findings=(*report.findings, *kept),
            ),
        )


def _topic(finding: Finding) -> tuple[str, str, str]:
    return finding.rule, finding.check, finding.subject


def _hosts(report: Report, old: Report) -> Iterator[HostReport]:
    before = {host.exchange.name: host for host in old.hosts}
    for host in report.hosts:
        known = before.pop(host.exchange.name, HostReport(host.exchange))
        probes = {ip: probe for ip, probe in known.probes.items() if ip in host.exchange.addresses}
        yield replace(host, ptr={**known.ptr, **host.ptr}, probes={**probes, **host.probes})
    if report.exchanges is None:
        yield from before.values()
    else:
        names = {exchange.name for exchange in report.exchanges.exchanges}
        yield from (host for name, host in before.items() if name in names)
