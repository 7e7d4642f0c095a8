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
    exchanges_named,
    sts_findings,
)
from tuimail.lookup import Ask

Fetched = StsPolicy | Unfetched | None
"""None where no record announces a policy."""


class KeptPolicies:
    """Policies for as long as they hold, by domain and by the id that announces them."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._kept: dict[str, tuple[str, float, StsPolicy]] = {}

    def recall(self, domain: str, version: str) -> StsPolicy | None:
        known, until, policy = self._kept.get(domain, ("", 0.0, None))
        return policy if known == version and self._clock() < until else None

    def keep(self, domain: str, version: str, policy: StsPolicy) -> None:
        self._kept[domain] = version, self._clock() + policy.max_age, policy

    def forget(self) -> None:
        self._kept.clear()


class StsLook:
    """Looks once, for all who want to know."""

    def __init__(
        self,
        domain: str,
        ask: Ask,
        fetch: Callable[[str], Awaitable[StsPolicy | Unfetched]],
        kept: KeptPolicies,
    ) -> None:
        self._domain = domain
        self._ask = ask
        self._fetch = fetch
        self._kept = kept
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
        names = [exchange.name for exchange in exchanges_named(mx, _in_order)]
        return sts_findings(self._domain, answer, fetched, names)

    async def _find(self) -> tuple[Answer, Fetched]:
        answer = await self._ask(f"_mta-sts.{self._domain}", "TXT")
        record = StsRecord.read(answer)
        fetched: Fetched = None
        if record.status is StsStatus.FOUND:
            fetched = self._kept.recall(self._domain, record.id) or await self._fetch(self._domain)
        if isinstance(fetched, StsPolicy):
            self._kept.keep(self._domain, record.id, fetched)
            self._policy = fetched
        self._known.set()
        return answer, fetched


def _in_order(_exchanges: object) -> None: ...
