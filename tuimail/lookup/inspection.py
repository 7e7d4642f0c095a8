"""Looks at a domain from all sides at once, and tells each thing as soon as it is known."""

import asyncio
import random
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tuimail.domain import (
    Acceptance,
    Exchange,
    Exchanges,
    Finding,
    HostReport,
    Inquiry,
    Report,
    Verdict,
    address_findings,
    exchanges_named,
    explicit,
    host_inquiry,
    implicit,
    mx_findings,
    reverse_inquiry,
    settled_by_mx,
)
from tuimail.lookup.cache import Cache
from tuimail.lookup.conduct import conduct
from tuimail.lookup.resolver import MOST_EXCHANGES

LIFETIME = 10.0
"""Seconds for the whole of it, however many servers are silent."""


@dataclass(frozen=True, slots=True)
class Check:
    """`rule` and `name` are for the finding that it did not come to its end."""

    rule: str
    name: str
    inquiry: Inquiry[tuple[Finding, ...]]


class Inspection:
    """One look at one domain. `observe` gets the report so far whenever something was found."""

    def __init__(
        self,
        cache: Cache,
        domain: str,
        checks: Sequence[Check],
        observe: Callable[[Report], None],
        lifetime: float = LIFETIME,
    ) -> None:
        """`domain` in A-labels."""
        self._cache = cache
        self._checks = checks
        self._observe = observe
        self._lifetime = lifetime
        self._clock = asyncio.get_running_loop().time
        self._started = self._clock()
        self._questions_before = cache.questions
        self._report = Report(domain, due=len(checks) + 1)

    async def run(self) -> Report:
        """The whole report. Takes no longer than its lifetime."""
        parts = [self._part("I1", "MX", self._reception())]
        parts.extend(self._part(each.rule, each.name, self._check(each)) for each in self._checks)
        await asyncio.gather(*parts)
        return self._report

    async def _part(self, rule: str, name: str, work: Coroutine[Any, Any, None]) -> None:
        left = self._lifetime - (self._clock() - self._started)
        try:
            await asyncio.wait_for(work, left)
        except TimeoutError:
            why = f"no answer within {self._lifetime:g} s"
            self._found(Finding(rule, name, self._report.domain, Verdict.UNKNOWN, why))
        self._renew(due=self._report.due - 1)

    async def _check(self, check: Check) -> None:
        self._found(*await conduct(self._cache.ask, check.inquiry))

    # Where mail goes

    async def _reception(self) -> None:
        domain = self._report.domain
        mx = await self._cache.ask(domain, "MX")
        exchanges = settled_by_mx(domain, mx)
        if exchanges is None:
            named = exchanges_named(mx, random.shuffle)[:MOST_EXCHANGES]
            hosts = named or (Exchange(domain, 0),)
            # Their addresses are due: only then is it known whether one can be reached.
            self._renew(exchanges=Exchanges(domain, Acceptance.EXCHANGES, hosts))
            reports = await asyncio.gather(*map(self._host, hosts))
            found = tuple(report.exchange for report in reports)
            exchanges = explicit(domain, found) if named else implicit(domain, found[0])
        self._renew(exchanges=exchanges)
        self._found(*mx_findings(mx, exchanges), *address_findings(exchanges))

    async def _host(self, exchange: Exchange) -> HostReport:
        report = await conduct(self._cache.ask, host_inquiry(exchange))
        self._keep(report)
        self._found(*report.findings)
        named = await conduct(self._cache.ask, reverse_inquiry(report))
        self._keep(replace(report, ptr=named.ptr))
        self._found(*named.findings)
        return report

    def _keep(self, report: HostReport) -> None:
        hosts = {host.exchange.name: host for host in self._report.hosts}
        hosts[report.exchange.name] = report
        ordered = sorted(hosts.values(), key=lambda host: host.exchange.preference)
        self._renew(hosts=tuple(ordered))

    # What is known so far

    def _found(self, *findings: Finding) -> None:
        if findings:
            self._renew(findings=(*self._report.findings, *findings))

    def _renew(self, **changed: object) -> None:
        self._report = replace(
            self._report,
            questions=self._cache.questions - self._questions_before,
            elapsed=self._clock() - self._started,
            **changed,  # type: ignore[arg-type]  # by name
        )
        self._observe(self._report)
