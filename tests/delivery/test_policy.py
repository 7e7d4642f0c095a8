"""What TLS has to give, exchange by exchange."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
from dns.flags import AD

from tests.lookup.nameserver import SERVFAIL, ScriptedNameserver, records
from tuimail.delivery.demand import Demand, Excluded
from tuimail.delivery.policy import Policies
from tuimail.delivery.settings import Relay, Settings
from tuimail.domain import Exchange, Tlsa
from tuimail.lookup import Resolver
from tuimail.smtp import TlsPolicy, Travel

DOMAIN = "example.net"
HOST = "mx.example.net"
INSECURE = Exchange(HOST, 10, 300, ("192.0.2.1",))
SECURE = replace(INSECURE, authentic_name=True, authentic_addresses=True)
DIGEST = b"\x01" * 32
RECORD = Tlsa(3, 1, 1, DIGEST)
BY_ITSELF = [policy for policy in TlsPolicy if policy is not TlsPolicy.DANE]


@dataclass(frozen=True, slots=True)
class Sts:
    """MTA-STS with one policy for every domain, or with none."""

    mode: str
    names: str = HOST

    async def policy_for(self, domain: str) -> "Sts | None":
        assert domain == DOMAIN
        return self if self.mode != "absent" else None

    def matches(self, exchange: str) -> bool:
        return exchange == self.names


@dataclass(frozen=True, slots=True)
class Asking:
    nameserver: ScriptedNameserver
    resolver: Resolver

    def publish(self, *rdata: str, base: str = HOST) -> None:
        owner = f"_25._tcp.{base}"
        lines = [f"{owner}. 300 TLSA {each}" for each in rdata]
        self.nameserver.say(f"TLSA {owner}", records(*lines, flags=AD))

    async def demand(
        self,
        settings: Settings,
        exchange: Exchange = SECURE,
        sts: Sts | None = None,
        travel: Travel = Travel.ANY,
        domain: str = DOMAIN,
    ) -> Demand | Excluded:
        policies = Policies(settings, self.resolver, sts)
        return await policies.demand(domain, exchange, lambda _answer: None, travel)


@pytest.fixture
async def asking() -> AsyncIterator[Asking]:
    async with ScriptedNameserver.start() as (nameserver, address):
        yield Asking(nameserver, Resolver([address]))


def unproven(why: str) -> Excluded:
    return Excluded(f"can't prove itself as “dane” asks: {why}")


@pytest.mark.parametrize("policy", BY_ITSELF, ids=str)
async def test_what_the_user_says(asking: Asking, policy: TlsPolicy) -> None:
    """Rule R20: such a policy holds whatever the domain asks for, and nothing is looked up."""
    asking.publish(f"3 1 1 {DIGEST.hex()}")
    demand = await asking.demand(Settings(tls=policy), sts=Sts("enforce", "other.example"))
    assert demand == Demand(policy, (HOST,), policy.value)
    assert asking.nameserver.questions == []


async def test_auto_is_opportunistic_for_an_exchange(asking: Asking) -> None:
    """Rule R20: where neither DANE nor MTA-STS asks for more."""
    for sts in (None, Sts("absent"), Sts("none"), Sts("testing", "other.example")):
        demand = await asking.demand(Settings(), sts=sts)
        assert demand == Demand(TlsPolicy.OPPORTUNISTIC, (HOST,), "opportunistic")


@pytest.mark.parametrize(
    ("host", "policy"),
    [
        ("relay.example", TlsPolicy.VERIFY),
        ("192.0.2.1", TlsPolicy.VERIFY),
        ("127.0.0.1", TlsPolicy.OPPORTUNISTIC),
        ("localhost", TlsPolicy.OPPORTUNISTIC),
    ],
)
async def test_auto_verifies_a_relay(asking: Asking, host: str, policy: TlsPolicy) -> None:
    """Rule R20: `verify` for a relay, opportunistic on loopback; MTA-STS is about domains."""
    relay = Exchange(host, 0, authentic_name=True)
    demand = await asking.demand(Settings(Relay(host)), relay, Sts("enforce"), domain=host)
    assert demand == Demand(policy, (host,), policy.value)


async def test_auto_takes_dane_where_tlsa_is_secure(asking: Asking) -> None:
    """Rules R20, R22: before anything else; the base domain goes into SNI."""
    asking.publish(f"3 1 1 {DIGEST.hex()}")
    for sts in (None, Sts("enforce", "other.example"), Sts("testing")):
        demand = await asking.demand(Settings(), sts=sts)
        assert isinstance(demand, Demand)
        assert (demand.policy, demand.source) == (TlsPolicy.DANE, "dane")
        assert (demand.names, demand.tlsa) == ((HOST, DOMAIN), (RECORD,))
        assert "TLSA 3 1 1 0101010101010101…" in demand.why


async def test_auto_takes_dane_for_a_relay(asking: Asking) -> None:
    """Rule R20: asked for at the relay's port."""
    relay = Exchange("relay.example", 0, authentic_name=True, authentic_addresses=True)
    owner = "_587._tcp.relay.example"
    rdata = f"{owner}. 300 TLSA 3 1 1 {DIGEST.hex()}"
    asking.nameserver.say(f"TLSA {owner}", records(rdata, flags=AD))
    demand = await asking.demand(
        Settings(Relay("Relay.Example.", 587)), relay, domain="Relay.Example."
    )
    assert isinstance(demand, Demand)
    assert (demand.policy, demand.names) == (TlsPolicy.DANE, ("relay.example",))


async def test_names_that_a_certificate_may_bear_under_dane(asking: Asking) -> None:
    """Rule R22: the expanded name as base domain, the recipient domain, and what that is an alias
    for (RFC 7672 §3.2.2)."""
    asking.publish(f"2 1 1 {DIGEST.hex()}", base="host.example.org")
    exchange = replace(SECURE, canonical="host.example.org", named_by="expanded.example")
    demand = await asking.demand(Settings(), exchange)
    assert isinstance(demand, Demand)
    assert demand.names == ("host.example.org", DOMAIN, "expanded.example")


async def test_the_stronger_records_are_matched(asking: Asking) -> None:
    """Rule R21: what is unusable is left out (RFC 7671 §9)."""
    strong = Tlsa(3, 1, 2, b"\x02" * 64)
    asking.publish(f"3 1 1 {DIGEST.hex()}", f"3 1 2 {'02' * 64}", f"1 1 1 {DIGEST.hex()}")
    demand = await asking.demand(Settings())
    assert isinstance(demand, Demand)
    assert demand.tlsa == (strong,)


@pytest.mark.parametrize(
    "rdata", [f"0 1 1 {DIGEST.hex()}", f"1 1 1 {DIGEST.hex()}", "3 2 9 00ff", "3 1 9 00ff"]
)
async def test_unusable_records_alone(asking: Asking, rdata: str) -> None:
    """Rule R21: encryption is required, unauthenticated; who asks for DANE alone gets no less."""
    asking.publish(rdata)
    demand = await asking.demand(Settings(), sts=Sts("enforce", "other.example"))
    assert isinstance(demand, Demand)
    assert (demand.policy, demand.source, demand.tlsa) == (TlsPolicy.ENCRYPT, "dane", ())
    assert "is of no use for mail" in demand.why
    excluded = await asking.demand(Settings(tls=TlsPolicy.DANE))
    assert isinstance(excluded, Excluded)
    assert "is of no use for mail" in excluded.why


@pytest.mark.parametrize("tls", [None, TlsPolicy.DANE])
async def test_a_look_up_that_fails_excludes_the_exchange(
    asking: Asking, tls: TlsPolicy | None
) -> None:
    """Rule R21: neither opportunistic nor MTA-STS takes its place."""
    asking.nameserver.say(f"TLSA _25._tcp.{HOST}", SERVFAIL)
    excluded = await asking.demand(Settings(tls=tls), sts=Sts("enforce"))
    assert isinstance(excluded, Excluded)
    assert excluded.enhanced == "4.7.5"
    assert excluded.why.startswith("may have TLSA records, which could not be looked up: ")
    assert "SERVFAIL" in excluded.why


async def test_dane_alone_without_secure_records(asking: Asking) -> None:
    """Rule R21: policy `dane` without a secure TLSA is deferred, half-DANE included."""
    settings = Settings(tls=TlsPolicy.DANE)
    assert await asking.demand(settings) == unproven(
        "it has no TLSA record that DNSSEC vouches for"
    )
    asking.publish(f"3 1 1 {DIGEST.hex()}")
    assert await asking.demand(settings, INSECURE) == unproven(
        "DNSSEC does not vouch for the record that names it"
    )
    unsigned = replace(SECURE, authentic_addresses=False)
    assert await asking.demand(settings, unsigned) == unproven(
        "DNSSEC does not vouch for its addresses"
    )


async def test_half_dane_is_no_dane(asking: Asking) -> None:
    """Rule R21: secure records under an insecure MX are not even asked for."""
    asking.publish(f"3 1 1 {DIGEST.hex()}")
    demand = await asking.demand(Settings(), INSECURE)
    assert demand == Demand(TlsPolicy.OPPORTUNISTIC, (HOST,), "opportunistic")
    assert asking.nameserver.questions == []


async def test_mta_sts_enforced(asking: Asking) -> None:
    """Rules R20, R23: a certificate that verifies for a name that the policy has."""
    demand = await asking.demand(Settings(), INSECURE, Sts("enforce"))
    assert isinstance(demand, Demand)
    assert (demand.policy, demand.names, demand.source) == (TlsPolicy.VERIFY, (HOST,), "mta-sts")
    excluded = await asking.demand(Settings(), INSECURE, Sts("enforce", "other.example"))
    assert excluded == Excluded(f"is not named by the MTA-STS policy of {DOMAIN}", "4.7.5")


async def test_an_address_literal_has_no_mta_sts(asking: Asking) -> None:
    literal = Exchange("192.0.2.1", 0, authentic_name=True)
    demand = await asking.demand(Settings(), literal, Sts("enforce"), domain="[192.0.2.1]")
    assert isinstance(demand, Demand)
    assert demand.policy is TlsPolicy.OPPORTUNISTIC


# REQUIRETLS


@pytest.mark.parametrize("tls", [None, *BY_ITSELF], ids=str)
async def test_requiretls_asks_for_proof(asking: Asking, tls: TlsPolicy | None) -> None:
    """RFC 8689 §4.2.1: whatever the policy, a certificate that verifies, of an exchange whose
    name DNSSEC or MTA-STS vouches for."""
    settings = Settings(tls=tls)
    why = "the message asks for TLS that proves each server (REQUIRETLS)"
    raised = Demand(TlsPolicy.VERIFY, (HOST,), "requiretls", why=why)
    required = Travel.REQUIRETLS
    assert await asking.demand(settings, SECURE, travel=required) == raised
    assert await asking.demand(settings, INSECURE, Sts("testing"), required) == raised
    for sts in (None, Sts("absent"), Sts("testing", "other.example")):
        excluded = await asking.demand(settings, INSECURE, sts, required)
        assert isinstance(excluded, Excluded)
        assert "vouched for neither by DNSSEC nor by MTA-STS" in excluded.why


async def test_requiretls_is_met_by_dane_and_by_mta_sts(asking: Asking) -> None:
    """RFC 8689 §4.2.1."""
    required = Travel.REQUIRETLS
    demand = await asking.demand(Settings(), INSECURE, Sts("enforce"), required)
    assert isinstance(demand, Demand)
    assert demand.source == "mta-sts"
    asking.publish(f"3 1 1 {DIGEST.hex()}")
    demand = await asking.demand(Settings(), travel=required)
    assert isinstance(demand, Demand)
    assert demand.policy is TlsPolicy.DANE


async def test_requiretls_is_not_met_by_unusable_records(asking: Asking) -> None:
    """RFC 8689 §4.2.1: encryption alone proves nothing."""
    asking.publish(f"1 1 1 {DIGEST.hex()}")
    demand = await asking.demand(Settings(), travel=Travel.REQUIRETLS)
    assert isinstance(demand, Demand)
    assert (demand.policy, demand.names) == (TlsPolicy.VERIFY, (HOST, DOMAIN))


async def test_requiretls_through_a_relay(asking: Asking) -> None:
    """RFC 8689 §4.2.1: the user vouches for its name."""
    relay = Exchange("relay.example", 0, authentic_name=True)
    demand = await asking.demand(
        Settings(Relay("relay.example"), TlsPolicy.NONE),
        relay,
        travel=Travel.REQUIRETLS,
        domain="relay.example",
    )
    assert isinstance(demand, Demand)
    assert demand.policy is TlsPolicy.VERIFY
