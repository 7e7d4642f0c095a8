"""Which MTA-STS policy applies to a domain (RFC 8461 §3.3, §5.1): looked up, fetched, or kept."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.internet.interfaces import IReactorTime

from tuimail.delivery.dialing import Dialer
from tuimail.delivery.patience import undisturbed
from tuimail.delivery.settings import Settings
from tuimail.delivery.tls import Tls
from tuimail.domain import (
    DomainError,
    StsMode,
    StsPolicy,
    StsRecord,
    StsStatus,
    Unfetched,
    a_labels,
)
from tuimail.lookup import Resolver
from tuimail.store.policies import KeptPolicy, PolicyCache
from tuimail.transcript import Event, NoPolicy, PolicyFound

REFRESH = 86_400.0
"""Seconds after which a policy is fetched again though nothing has changed (RFC 8461 §3.3):
whoever keeps us from fetching has to do so for all of `max_age` before it is forgotten."""
RETRY = 300.0
"""Seconds before a policy that could not be fetched is tried again (RFC 8461 §3.3)."""

Fetch = Callable[[str], Awaitable[StsPolicy | Unfetched]]
"""Gets a domain's policy from its policy host."""
Observe = Callable[[Event], None]


def _ignore(_event: Event) -> None: ...


@dataclass(frozen=True, slots=True)
class _Found:
    """What applies, if anything does, and what there is to tell."""

    policy: StsPolicy | None
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class _Failure:
    """A fetch of the policy that `id` announces failed; monotonic seconds."""

    id: str
    at: float
    unfetched: Unfetched


@dataclass(slots=True)
class _Search:
    """For everybody who asks for the same domain meanwhile."""

    task: asyncio.Task[_Found]
    asking: int = field(default=0)


class StsPolicies:
    """`clock` is monotonic; `wall` tells the seconds of the epoch, which outlive a process."""

    def __init__(
        self,
        resolver: Resolver,
        fetch: Fetch,
        cache: PolicyCache,
        clock: IReactorTime,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._resolver = resolver
        self._fetch = fetch
        self._cache = cache
        self._clock = clock
        self._wall = wall
        self._failures: dict[str, _Failure] = {}
        self._searches: dict[str, _Search] = {}

    async def policy_for(self, domain: str, observe: Observe = _ignore) -> StsPolicy | None:
        """The policy that applies now; None where there is none, or where its mode is `none`.

        Never raises for what a domain says. Whoever is the last to be cancelled returns when
        nothing is asked any more.
        """
        try:
            name = a_labels(domain)
        except DomainError:
            return None
        found = await self._search(name)
        for event in found.events:
            observe(event)
        return found.policy

    def watched(self, observe: Observe) -> "WatchedPolicies":
        return WatchedPolicies(self, observe)

    async def _search(self, domain: str) -> _Found:
        search = self._searches.get(domain)
        if search is None:
            search = _Search(asyncio.create_task(self._find(domain)))
            self._searches[domain] = search
        search.asking += 1
        try:
            return await asyncio.shield(search.task)
        finally:
            search.asking -= 1
            if not search.asking:
                # Whoever asks from now on begins a search of his own.
                del self._searches[domain]
                search.task.cancel()
                await undisturbed(search.task)

    async def _find(self, domain: str) -> _Found:
        record = StsRecord.read(await self._resolver.ask(f"_mta-sts.{domain}", "TXT"))
        kept = self._cache.read(domain)
        if kept is not None and not kept.holds(self._wall()):
            kept = None
        why = record.why
        if record.status is StsStatus.FOUND:
            if kept is not None and kept.id == record.id and self._age(kept) < REFRESH:
                return self._applying(domain, kept)
            match await self._fetched(domain, record.id):
                case StsPolicy() as policy:
                    fetched = KeptPolicy(record.id, self._wall(), policy)
                    self._cache.write(domain, fetched)
                    return self._applying(domain, fetched)
                case Unfetched(why=why):
                    pass
        if kept is not None:
            return self._applying(domain, kept, why)
        if record.status is StsStatus.ABSENT:
            return _Found(None, ())  # As most domains are.
        return _Found(None, (NoPolicy(self._clock.seconds(), domain, why),))

    async def _fetched(self, domain: str, version: str) -> StsPolicy | Unfetched:
        """From the policy host, unless the same policy could not be had a short while ago."""
        failure = self._failures.pop(domain, None)
        now = self._clock.seconds()
        if failure is None or failure.id != version or now - failure.at >= RETRY:
            fetched = await self._fetch(domain)
            if isinstance(fetched, StsPolicy):
                return fetched
            failure = _Failure(version, self._clock.seconds(), fetched)
        self._failures[domain] = failure
        return failure.unfetched

    def _applying(self, domain: str, kept: KeptPolicy, why: str = "") -> _Found:
        """`why` says what keeps us from a newer one."""

        def events() -> Iterator[Event]:
            now = self._clock.seconds()
            # RFC 8461 §3.3: nobody needs to know where the policy asks for nothing anyway.
            if why and kept.policy.mode is not StsMode.NONE:
                yield NoPolicy(now, domain, why)
            yield PolicyFound(now, domain, kept.policy, self._age(kept))

        applies = kept.policy.mode is not StsMode.NONE
        return _Found(kept.policy if applies else None, tuple(events()))

    def _age(self, kept: KeptPolicy) -> float:
        return self._wall() - kept.fetched


class WatchedPolicies:
    """For one mail to one domain: its policy is asked for once, and told once."""

    def __init__(self, policies: StsPolicies, observe: Observe) -> None:
        self._policies = policies
        self._observe = observe
        self._found: dict[str, StsPolicy | None] = {}

    async def policy_for(self, domain: str) -> StsPolicy | None:
        """See StsPolicies."""
        if domain not in self._found:
            self._found[domain] = await self._policies.policy_for(domain, self._observe)
        return self._found[domain]


def sts_policies(
    reactor: AsyncioSelectorReactor, clock: IReactorTime, resolver: Resolver, settings: Settings
) -> StsPolicies:
    """Fetched over HTTPS, kept in the user's cache. Raises OSError or ValueError for what the
    settings name and is not there."""
    dialer = Dialer(reactor, clock, settings, resolver)
    # Without the client certificate: policy hosts need not know who asks.
    tls = Tls(settings.ca_file)

    async def fetch(domain: str) -> StsPolicy | Unfetched:
        # An HTTP client takes 40 ms to import, and few domains need one.
        from tuimail.delivery.policy_host import PolicyHosts

        return await PolicyHosts(dialer, tls, resolver, clock, settings).fetch(domain)

    return StsPolicies(resolver, fetch, PolicyCache(), clock)
