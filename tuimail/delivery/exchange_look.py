"""What an inspection finds out about one exchange beyond the DNS that leads to it."""

import asyncio
from datetime import UTC, datetime

from tuimail.delivery.probe import Look, Prober, Target
from tuimail.delivery.scope import Probing, Scope
from tuimail.delivery.sts_look import StsLook
from tuimail.domain import (
    DaneReport,
    Finding,
    HostReport,
    Probe,
    TlsaFound,
    Verdict,
    dnsbl_findings,
    dnsbl_inquiry,
    family_findings,
    judged_findings,
    seen_findings,
    to_match,
)
from tuimail.domain.host import MOST_ADDRESSES
from tuimail.lookup.asker import Asker
from tuimail.lookup.conduct import conduct
from tuimail.lookup.growth import Growth

MOST_PROBES = 32
"""Addresses of one domain that are connected to: a hostile one can have hundreds."""


class ExchangeLook:
    """For all exchanges of one domain."""

    def __init__(
        self, asker: Asker, growth: Growth, prober: Prober, sts: StsLook, scope: Scope
    ) -> None:
        self._asker = asker
        self._growth = growth
        self._prober = prober
        self._sts = sts
        self._scope = scope
        self._left = MOST_PROBES

    async def visit(self, host: HostReport, dane: "asyncio.Task[DaneReport]") -> None:
        """Rule I17 where lists are asked, and all that a probe tells where it is asked for."""
        addresses = host.exchange.addresses[:MOST_ADDRESSES]
        listed = addresses if self._scope.dnsbl_zones else ()
        probed = addresses if self._scope.probing is not Probing.NONE else ()
        await asyncio.gather(self._probes(host, probed, dane), *map(self._lists, listed))

    async def _lists(self, ip: str) -> None:
        inquiry = dnsbl_inquiry(ip, self._scope.dnsbl_zones)
        self._growth.found(*dnsbl_findings(await conduct(self._asker.ask, inquiry)))

    async def _probes(
        self, host: HostReport, addresses: tuple[str, ...], dane: "asyncio.Task[DaneReport]"
    ) -> None:
        if not addresses:
            return
        name, now = host.exchange.name, addresses[: self._left]
        self._left -= len(now)
        if passed_over := len(host.exchange.addresses) - len(now):
            why = f"{passed_over} of its addresses are not connected to: they are too many"
            self._growth.found(Finding("I18", "greeting", name, Verdict.UNKNOWN, why))
        probes = await asyncio.gather(*(self._probe(host, ip, dane) for ip in now))
        self._growth.found(*family_findings(name, tuple(probes)))

    async def _probe(self, host: HostReport, ip: str, dane: "asyncio.Task[DaneReport]") -> Probe:
        name, scope = host.exchange.name, self._scope
        target = Target(self._growth.report.domain, name, ip, scope.port, scope.trial, host.elapsed)
        async with self._prober.look(target, self._asker.left) as look:
            self._keep(look.probe)
            self._growth.found(*seen_findings(look.probe))
            # Nobody has to wait for the farewell to learn of it.
            return await self._judged(host, look, dane)

    async def _judged(
        self, host: HostReport, look: Look, dane: "asyncio.Task[DaneReport]"
    ) -> Probe:
        found, policy = (await asyncio.shield(dane)).look_up, await self._sts.policy()
        probe = look.probe
        if isinstance(found, TlsaFound):
            names = (found.base, self._growth.report.domain, host.exchange.named_by)
            probe = look.judged_by(to_match(found.records), tuple(filter(None, names)))
            self._keep(probe)
        self._growth.found(*judged_findings(probe, found, policy, datetime.now(UTC)))
        return probe

    def _keep(self, probe: Probe) -> None:
        (host,) = (
            each for each in self._growth.report.hosts if each.exchange.name == probe.exchange
        )
        self._growth.renew_host(probe.exchange, probes={**host.probes, probe.ip: probe})
