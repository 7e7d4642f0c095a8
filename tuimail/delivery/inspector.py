"""Everything about how mail gets to a domain: DNS, MTA-STS, and a look at the exchanges."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from ipaddress import ip_address

from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.internet.interfaces import IReactorTime

from tuimail.delivery.dialing import Dialer
from tuimail.delivery.exchange_look import ExchangeLook
from tuimail.delivery.probe import Prober
from tuimail.delivery.scope import Fetching, Scope, Telling
from tuimail.delivery.settings import Settings
from tuimail.delivery.signpost import looked_up
from tuimail.delivery.sts_look import Fetched, KeptPolicies, StsLook
from tuimail.delivery.tls import Tls
from tuimail.domain import (
    Answer,
    Horizon,
    Report,
    inspectable,
    literal_address,
)
from tuimail.domain.checks import checks
from tuimail.lookup import Resolver
from tuimail.lookup.asker import Asker
from tuimail.lookup.cache import Cache
from tuimail.lookup.growth import Growth
from tuimail.lookup.inspection import Inspection
from tuimail.transcript import Event, Recorder


def _ignore(_told: object) -> None: ...


class Inspector:
    """What it was told stays known for as long as it holds, until `forget`. Everything here runs
    on the loop that `reactor` runs on."""

    def __init__(
        self,
        reactor: AsyncioSelectorReactor,
        settings: Settings,
        transcript: Recorder,
        clock: IReactorTime | None = None,
    ) -> None:
        """Raises OSError or ValueError for what the settings name and is not there."""
        self._clock = clock or reactor
        self._settings = settings
        near = [ip_address(each.address).is_loopback for each in settings.nameservers]
        self._transcript = transcript
        self._horizon = Horizon.THIS_MACHINE if near and all(near) else Horizon.WORLD
        resolver = Resolver(settings.nameservers)
        self._cache = Cache(resolver.ask, asyncio.get_running_loop().time)
        self._policies = KeptPolicies(self._clock.seconds)
        self._dialer = Dialer(reactor, self._clock, settings, resolver)
        self._prober = Prober(reactor, self._clock, settings, resolver, transcript)
        # Without the client certificate: policy hosts need not know who asks.
        self._tls = Tls(settings.ca_file)

    async def inspect(
        self,
        domain: str,
        observe: Callable[[Report], None] = _ignore,
        scope: Scope = Scope(),  # noqa: B008 - it is frozen
    ) -> Report:
        """The whole report, after `scope.lifetime` at the latest, but for the moment that sockets
        take to close; `observe` gets it as it grows.

        `domain` is what people type: a domain, an address, a URL, an address literal. Raises
        DomainError before anything is asked. Cancelling returns once every socket has closed.
        """
        name = inspectable(domain)
        watch, heed = self._observers(name, scope)
        asker = Asker(self._cache, scope.lifetime, heed)
        growth = Growth(name, asker, observe)
        sts = StsLook(name, asker.ask, self._fetching(asker, scope), self._policies, watch)
        look = ExchangeLook(asker, growth, self._prober, sts, scope)
        inspection = Inspection(asker, growth, scope.port, look.visit, self._horizon)
        if literal_address(name) is not None:
            sts.pass_over()
            return await inspection.run()

        async def mta_sts() -> None:
            growth.found(*await sts.findings())

        asked = checks(name, scope.dkim_selectors, scope.sender)
        return await inspection.run(asked, mta_sts())

    def forget(self) -> None:
        """The next inspection asks everything again."""
        self._cache.forget()
        self._policies.forget()

    async def close(self) -> None:
        """Gives up what is under way."""
        await self._cache.close()

    def _observers(
        self, domain: str, scope: Scope
    ) -> tuple[Callable[[Event], None], Callable[[Answer], None]]:
        """Who is told what happens before any session, and what the DNS answers."""
        if scope.telling is Telling.DIALOGUES:
            return _ignore, _ignore
        watch = self._transcript.observer(self._transcript.open_lane(domain))
        return watch, lambda answer: watch(looked_up(answer, self._clock.seconds()))

    def _fetching(self, asker: Asker, scope: Scope) -> Callable[[str], Awaitable[Fetched]]:
        async def fetch(domain: str) -> Fetched:
            if scope.fetching is Fetching.NOTHING:
                return None
            # An HTTP client takes 40 ms to import, and few domains need one.
            from tuimail.delivery.policy_host import PolicyHosts

            timeout = min(asker.left, self._settings.timeout or asker.left)
            settings = replace(self._settings, timeout=timeout)
            hosts = PolicyHosts(self._dialer, self._tls, asker, self._clock, settings)
            return await hosts.fetch(domain)

        return fetch
