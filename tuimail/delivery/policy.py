"""Which TLS policy holds for one exchange of one domain (RFC 7672 §2, RFC 8461, RFC 8689)."""

from collections.abc import Callable
from typing import Protocol

from tuimail.delivery.demand import Demand, Excluded
from tuimail.delivery.settings import Direct, Settings
from tuimail.domain import (
    Answer,
    Exchange,
    NoTlsa,
    Tlsa,
    TlsaFound,
    TlsaUnknown,
    to_match,
)
from tuimail.lookup import Resolver, find_tlsa
from tuimail.smtp import TlsPolicy, Travel


class StsPolicy(Protocol):
    """A domain's MTA-STS policy (RFC 8461 §3.2)."""

    @property
    def mode(self) -> str:
        """`enforce`, `testing` or `none`."""

    def matches(self, exchange: str) -> bool:
        """Whether it names this exchange, given in A-labels."""


class StsPolicies(Protocol):
    async def policy_for(self, domain: str) -> StsPolicy | None:
        """The policy that holds now, None where there is none."""


class Policies:
    """Asks the DNS, and MTA-STS where it is given, only where the answer can matter."""

    def __init__(
        self, settings: Settings, resolver: Resolver, sts: StsPolicies | None = None
    ) -> None:
        self._settings = settings
        self._resolver = resolver
        self._sts = sts

    async def demand(
        self,
        domain: str,
        exchange: Exchange,
        observe: Callable[[Answer], None],
        travel: Travel = Travel.ANY,
    ) -> Demand | Excluded:
        """What TLS with `exchange` has to give for mail to `domain`; with a relay, that is its
        host. `observe` gets each answer of the DNS as it comes."""
        match self._settings.tls:
            case None:
                demand = await self._automatic(domain, exchange, observe)
            case TlsPolicy.DANE:
                found = await self._dane(domain, exchange, observe)
                demand = _unproven(found.why) if isinstance(found, NoTlsa) else found
            case policy:
                demand = Demand(policy, (exchange.name,), policy.value)
        if isinstance(demand, Excluded) or travel is Travel.ANY:
            return demand
        return await self._raised(demand, domain, exchange)

    async def _automatic(
        self, domain: str, exchange: Exchange, observe: Callable[[Answer], None]
    ) -> Demand | Excluded:
        demand = await self._dane(domain, exchange, observe)
        if not isinstance(demand, NoTlsa):
            return demand  # It wins over MTA-STS (RFC 8461 §2).
        sts = await self._sts_policy(domain)
        if sts is None or sts.mode != "enforce":
            policy = self._settings.policy
            return Demand(policy, (exchange.name,), policy.value)
        if not sts.matches(exchange.name):
            return Excluded(f"is not named by the MTA-STS policy of {domain}")
        why = f"the MTA-STS policy of {domain} asks for a certificate that verifies"
        return Demand(TlsPolicy.VERIFY, (exchange.name,), "mta-sts", why=why)

    async def _dane(
        self, domain: str, exchange: Exchange, observe: Callable[[Answer], None]
    ) -> Demand | Excluded | NoTlsa:
        match await find_tlsa(self._resolver, exchange, self._settings.port, observe):
            case NoTlsa() as none:
                return none
            case TlsaUnknown(why=why):
                return Excluded(f"may have TLSA records, which could not be looked up: {why}")
            case TlsaFound(base=base, records=records):
                hop = domain if isinstance(self._settings.route, Direct) else exchange.name
                names = tuple(dict.fromkeys(filter(None, (base, hop, exchange.named_by))))
                return self._by_records(records, names)

    def _by_records(self, records: tuple[Tlsa, ...], names: tuple[str, ...]) -> Demand | Excluded:
        usable = to_match(records)
        shown = ", ".join(map(str, usable or records))
        if usable:
            why = f"DANE asks for a certificate that matches TLSA {shown}"
            return Demand(TlsPolicy.DANE, names, "dane", usable, why)
        if self._settings.tls is TlsPolicy.DANE:
            # Who asks for DANE alone asks for proof (RFC 7672 §6), and these can't give it.
            return Excluded(
                f"can't prove itself as “dane” asks: TLSA {shown} is of no use for mail"
            )
        why = f"TLSA {shown} is of no use for mail: TLS is required, whatever the certificate"
        return Demand(TlsPolicy.ENCRYPT, names, "dane", why=why)

    async def _raised(self, demand: Demand, domain: str, exchange: Exchange) -> Demand | Excluded:
        """What a mail asks for that is to travel over proven TLS alone (RFC 8689 §4.2.1): a
        certificate that verifies, of an exchange that nobody can have forged."""
        if demand.policy is TlsPolicy.DANE or demand.source == "mta-sts":
            return demand
        if not exchange.authentic_name:
            sts = await self._sts_policy(domain)
            if sts is None or not sts.matches(exchange.name):
                return Excluded(
                    "is vouched for neither by DNSSEC nor by MTA-STS, and the message asks for"
                    " TLS that proves each server (REQUIRETLS)"
                )
        why = "the message asks for TLS that proves each server (REQUIRETLS)"
        return Demand(TlsPolicy.VERIFY, demand.names, "requiretls", why=why)

    async def _sts_policy(self, domain: str) -> StsPolicy | None:
        """None for what can't have one: a relay, an address literal."""
        named = isinstance(self._settings.route, Direct) and not domain.startswith("[")
        return await self._sts.policy_for(domain) if self._sts is not None and named else None


def _unproven(why: str) -> Excluded:
    return Excluded(f"can't prove itself as “dane” asks: {why}")
