"""Looks at a domain from all sides at once, and tells each thing as soon as it is known."""

import asyncio
import random
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

from tuimail.domain import (
    Acceptance,
    AnswerStatus,
    DaneReport,
    Exchange,
    Exchanges,
    Finding,
    Horizon,
    HostReport,
    Inquiry,
    NoTlsa,
    Report,
    address_findings,
    dane_findings,
    dane_inquiry,
    exchanges_named,
    explicit,
    given,
    host_inquiry,
    implicit,
    literal,
    literal_address,
    mx_findings,
    reverse_inquiry,
    settled_by_mx,
)
from tuimail.lookup.asker import Asker
from tuimail.lookup.conduct import conduct
from tuimail.lookup.growth import Growth
from tuimail.lookup.resolver import MOST_EXCHANGES

T = TypeVar("T")
Work = Coroutine[Any, Any, T]
Visit = Callable[[HostReport, "asyncio.Task[DaneReport]"], Work[None]]
"""What else there is to find out about a host, once its addresses are known."""


async def _known(report: DaneReport) -> DaneReport:
    return report


async def _stay_away(_host: HostReport, _dane: "asyncio.Task[DaneReport]") -> None: ...


class Inspection:
    """One look at one domain."""

    def __init__(
        self,
        asker: Asker,
        growth: Growth,
        port: int,
        visit: Visit = _stay_away,
        horizon: Horizon = Horizon.WORLD,
    ) -> None:
        """`port` is where the exchanges listen."""
        self._ask = asker.ask
        self._growth = growth
        self._domain = growth.report.domain
        self._port = port
        self._visit = visit
        self._horizon = horizon

    async def run(
        self, checks: Iterable[Inquiry[tuple[Finding, ...]]] = (), *others: Work[None]
    ) -> Report:
        """The whole report: where mail goes, the checks, and whatever else is to be done beside
        them."""
        async with asyncio.TaskGroup() as parts:
            self._parts = parts
            self._begin(self._reception())
            for work in (*map(self._check, checks), *others):
                self._begin(work)
        return self._growth.report

    def _begin(self, work: Work[T]) -> "asyncio.Task[T]":
        self._growth.renew(due=self._growth.report.due + 1)
        return self._parts.create_task(self._part(work))

    async def _part(self, work: Work[T]) -> T:
        result = await work
        self._growth.renew(due=self._growth.report.due - 1)
        return result

    async def _check(self, inquiry: Inquiry[tuple[Finding, ...]]) -> None:
        self._growth.found(*await conduct(self._ask, inquiry))

    # Where mail goes

    async def _reception(self) -> None:
        address = literal_address(self._domain)
        if address is not None:
            exchanges = literal(self._domain, address)
            self._growth.renew(exchanges=exchanges)
            (exchange,) = exchanges.exchanges
            nameless = DaneReport(exchange, NoTlsa("an address is no name"))
            self._look_at(HostReport(exchange), self._begin(_known(nameless)))
            return
        mx = await self._ask(self._domain, "MX")
        if mx.status is AnswerStatus.NXDOMAIN:
            self._growth.find_nobody()
        settled = settled_by_mx(self._domain, mx)
        if settled is None:
            named = exchanges_named(mx, random.shuffle)
            hosts = named[:MOST_EXCHANGES] or (given(self._domain),)
            # Their addresses are due: only then is it known whether one can be reached.
            self._growth.renew(exchanges=Exchanges(self._domain, Acceptance.EXCHANGES, hosts))
            found = tuple(await asyncio.gather(*map(self._host, hosts)))
            domain = self._domain
            left_out = len(named) - len(hosts)
            settled = explicit(domain, found, left_out) if named else implicit(domain, found[0])
        self._growth.renew(exchanges=settled)
        self._growth.found(*mx_findings(mx, settled), *address_findings(settled))

    async def _host(self, exchange: Exchange) -> Exchange:
        dane = self._begin(self._dane(exchange))
        host = await conduct(self._ask, host_inquiry(exchange, self._horizon))
        self._look_at(host, dane)
        return host.exchange

    def _look_at(self, host: HostReport, dane: "asyncio.Task[DaneReport]") -> None:
        """What follows from its addresses."""
        self._growth.keep(host)
        self._growth.found(*host.findings)
        self._begin(self._reverse(host))
        self._begin(self._visit(host, dane))

    async def _reverse(self, host: HostReport) -> None:
        named = await conduct(self._ask, reverse_inquiry(host))
        self._growth.renew_host(host.exchange.name, ptr=named.ptr)
        self._growth.found(*named.findings)

    async def _dane(self, exchange: Exchange) -> DaneReport:
        report = await conduct(self._ask, dane_inquiry(exchange, self._port))
        self._growth.found(*dane_findings(report))
        return report
