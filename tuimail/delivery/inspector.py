"""Everything about how mail gets to a domain: DNS, MTA-STS, and a look at the exchanges."""

import asyncio
from collections.abc import Callable

from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.internet.interfaces import IReactorTime

from tuimail.delivery.scope import Scope
from tuimail.delivery.settings import Settings
from tuimail.domain import (
    Report,
    a_labels,
    bimi_findings,
    bimi_inquiry,
    caa_findings,
    caa_inquiry,
    dkim_findings,
    dkim_inquiry,
    dmarc_findings,
    dmarc_inquiry,
    domain_meant,
    tls_rpt_findings,
    tls_rpt_inquiry,
)
from tuimail.domain.finding import Finding
from tuimail.domain.inquiry import Inquiry
from tuimail.lookup import Resolver
from tuimail.lookup.cache import Cache
from tuimail.lookup.inspection import Check, Inspection
from tuimail.transcript import Transcript


def _ignore(_report: Report) -> None: ...


class Inspector:
    """What it was told stays known for as long as the DNS says so, until `forget`. Everything
    here runs on the loop that `reactor` runs on."""

    def __init__(
        self,
        reactor: AsyncioSelectorReactor,
        settings: Settings,
        transcript: Transcript,
        clock: IReactorTime | None = None,
    ) -> None:
        """Raises OSError or ValueError for what the settings name and is not there."""
        self._reactor = reactor
        self._clock = clock or reactor
        self._settings = settings
        self._transcript = transcript
        self._cache = Cache(Resolver(settings.nameservers).ask, asyncio.get_running_loop().time)

    async def inspect(
        self,
        domain: str,
        observe: Callable[[Report], None] = _ignore,
        scope: Scope = Scope(),  # noqa: B008 - it is frozen
    ) -> Report:
        """The whole report, after `scope.lifetime` at the latest; `observe` gets it as it grows.

        `domain` is what people type: a domain, an address, a URL. Raises DomainError before
        anything is asked. Cancelling returns once every socket has closed.
        """
        name = a_labels(domain_meant(domain))
        inspection = Inspection(
            self._cache, name, tuple(_checks(name, scope)), observe, scope.lifetime
        )
        return await inspection.run()

    def forget(self) -> None:
        """The next inspection asks everything again."""
        self._cache.forget()

    async def close(self) -> None:
        """Gives up what is under way."""
        await self._cache.close()


def _checks(domain: str, scope: Scope) -> list[Check]:
    def dmarc() -> Inquiry[tuple[Finding, ...]]:
        return dmarc_findings((yield from dmarc_inquiry(domain)))

    def dkim() -> Inquiry[tuple[Finding, ...]]:
        return dkim_findings((yield from dkim_inquiry(domain, scope.dkim_selectors)))

    def tls_rpt() -> Inquiry[tuple[Finding, ...]]:
        return tls_rpt_findings((yield from tls_rpt_inquiry(domain)))

    def bimi() -> Inquiry[tuple[Finding, ...]]:
        return bimi_findings((yield from bimi_inquiry(domain)))

    def caa() -> Inquiry[tuple[Finding, ...]]:
        return caa_findings((yield from caa_inquiry(domain)))

    return [
        Check("I9", "DMARC", dmarc()),
        Check("I10", "DKIM", dkim()),
        Check("I12", "TLS-RPT", tls_rpt()),
        Check("I15", "BIMI", bimi()),
        Check("I16", "CAA", caa()),
    ]
