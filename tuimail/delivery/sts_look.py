"""A domain's MTA-STS policy, for an inspection (RFC 8461)."""

import asyncio
from collections.abc import Awaitable, Callable

from tuimail.domain import (
    Answer,
    Finding,
    StsPolicy,
    StsRecord,
    StsStatus,
    Unfetched,
    exchange_names,
    sts_findings,
)
from tuimail.lookup import Ask
from tuimail.store.policies import KeptPolicy
from tuimail.transcript import Event, NoPolicy, PolicyFound

Fetched = StsPolicy | Unfetched | None
"""None where no record announces a policy, or nobody was to be asked for it."""


class KeptPolicies:
    """Policies for as long as they hold, by domain. `clock` is monotonic."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self._kept: dict[str, KeptPolicy] = {}

    def recall(self, domain: str, version: str) -> KeptPolicy | None:
        """The one that the record of this id announces."""
        kept = self._kept.get(domain)
        holds = kept is not None and kept.id == version and kept.holds(self.clock())
        return kept if holds else None

    def keep(self, domain: str, version: str, policy: StsPolicy) -> KeptPolicy:
        kept = self._kept[domain] = KeptPolicy(version, self.clock(), policy)
        return kept

    def forget(self) -> None:
        self._kept.clear()


class StsLook:
    """Looks once, for all who want to know."""

    def __init__(
        self,
        domain: str,
        ask: Ask,
        fetch: Callable[[str], Awaitable[Fetched]],
        kept: KeptPolicies,
        watch: Callable[[Event], None],
    ) -> None:
        self._domain = domain
        self._ask = ask
        self._fetch = fetch
        self._kept = kept
        self._watch = watch
        self._policy: StsPolicy | None = None
        self._known = asyncio.Event()

    async def policy(self) -> StsPolicy | None:
        """None where there is none, or it could not be had. Returns once `findings` knows."""
        await self._known.wait()
        return self._policy

    def pass_over(self) -> None:
        """What has no name has no policy."""
        self._known.set()

    async def findings(self) -> tuple[Finding, ...]:
        """Rule I11."""
        host = f"mta-sts.{self._domain}"
        (answer, fetched), mx, *_ = await asyncio.gather(
            self._find(),
            self._ask(self._domain, "MX"),
            # Where the policy host is takes no round trip of its own.
            self._ask(host, "AAAA"),
            self._ask(host, "A"),
        )
        return sts_findings(self._domain, answer, fetched, exchange_names(mx))

    async def _find(self) -> tuple[Answer, Fetched]:
        answer = await self._ask(f"_mta-sts.{self._domain}", "TXT")
        record = StsRecord.read(answer)
        fetched: Fetched = None
        if record.status is StsStatus.FOUND:
            fetched = await self._announced(record.id)
        elif record.status is not StsStatus.ABSENT:
            self._watch(NoPolicy(self._kept.clock(), self._domain, record.why))
        self._known.set()
        return answer, fetched

    async def _announced(self, version: str) -> Fetched:
        kept = self._kept.recall(self._domain, version)
        if kept is None:
            fetched = await self._fetch(self._domain)
            if isinstance(fetched, Unfetched):
                self._watch(NoPolicy(self._kept.clock(), self._domain, fetched.why))
            if not isinstance(fetched, StsPolicy):
                return fetched
            kept = self._kept.keep(self._domain, version, fetched)
        now = self._kept.clock()
        self._watch(PolicyFound(now, self._domain, kept.policy, now - kept.fetched))
        self._policy = kept.policy
        return kept.policy
