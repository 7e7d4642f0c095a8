"""From a domain to its exchanges, by the answers of a real nameserver."""

import asyncio
from dataclasses import replace

import pytest

from tests.lookup.nameserver import (
    NO_DATA,
    NXDOMAIN,
    SERVFAIL,
    TRUNCATED,
    Reply,
    ScriptedNameserver,
    records,
    silence,
)
from tuimail.domain import Acceptance, Answer, DomainError, Exchange, given
from tuimail.lookup import Resolver, find_exchanges, find_relay
from tuimail.lookup.resolver import MOST_EXCHANGES


@pytest.fixture
def two_exchanges(nameserver: ScriptedNameserver) -> ScriptedNameserver:
    nameserver.say(
        "MX example.net",
        records(
            "example.net. 300 MX 20 mx2.example.net.", "example.net. 300 MX 10 mx1.example.net."
        ),
    )
    nameserver.say("A mx1.example.net", records("mx1.example.net. 60 A 192.0.2.10"))
    nameserver.say("AAAA mx1.example.net", records("mx1.example.net. 60 AAAA 2001:db8::10"))
    nameserver.say("A mx2.example.net", records("mx2.example.net. 60 A 192.0.2.20"))
    nameserver.say("AAAA mx2.example.net", NO_DATA)
    return nameserver


async def test_exchanges_and_their_addresses(
    two_exchanges: ScriptedNameserver, resolver: Resolver
) -> None:
    """Rule R3."""
    exchanges = await find_exchanges(resolver, "Example.NET.")

    assert exchanges.domain == "example.net"
    assert exchanges.acceptance is Acceptance.EXCHANGES
    assert exchanges.exchanges == (
        Exchange("mx1.example.net", 10, 300, ("2001:db8::10", "192.0.2.10")),
        Exchange("mx2.example.net", 20, 300, ("192.0.2.20",)),
    )
    assert len(two_exchanges.questions) == 5


async def test_each_answer_is_seen_as_it_comes(
    two_exchanges: ScriptedNameserver, resolver: Resolver
) -> None:
    """Though one is still missing."""
    two_exchanges.say("A mx1.example.net", silence)
    seen: asyncio.Queue[Answer] = asyncio.Queue()

    finding = asyncio.create_task(find_exchanges(resolver, "example.net", seen.put_nowait))
    answers = [await seen.get() for _ in range(4)]
    finding.cancel()
    await asyncio.wait({finding})

    assert (answers[0].rdtype, answers[0].name) == ("MX", "example.net")
    assert {(answer.rdtype, answer.name) for answer in answers[1:]} == {
        ("AAAA", "mx1.example.net"),
        ("AAAA", "mx2.example.net"),
        ("A", "mx2.example.net"),
    }


async def test_addresses_are_asked_for_side_by_side(
    two_exchanges: ScriptedNameserver, resolver: Resolver
) -> None:
    """All four questions come though none is answered."""
    for host in ("mx1", "mx2"):
        two_exchanges.say(f"A {host}.example.net", silence)
        two_exchanges.say(f"AAAA {host}.example.net", silence)

    finding = asyncio.create_task(find_exchanges(resolver, "example.net"))
    await asyncio.wait_for(two_exchanges.until_asked(times=5), 2)

    finding.cancel()
    await asyncio.wait({finding})
    assert finding.cancelled()


async def test_implicit_exchange(nameserver: ScriptedNameserver, resolver: Resolver) -> None:
    """Rule R1."""
    nameserver.say("MX example.net", NO_DATA)
    nameserver.say("AAAA example.net", NO_DATA)
    nameserver.say("A example.net", records("example.net. 60 A 192.0.2.1"))

    exchanges = await find_exchanges(resolver, "example.net")

    assert exchanges.acceptance is Acceptance.IMPLICIT
    (exchange,) = exchanges.exchanges
    assert exchange == replace(given("example.net", ("192.0.2.1",)), ttl=60)


async def test_null_mx_asks_for_no_address(
    nameserver: ScriptedNameserver, resolver: Resolver
) -> None:
    """Rule R2."""
    nameserver.say("MX example.net", records("example.net. 300 MX 0 ."))

    exchanges = await find_exchanges(resolver, "example.net")

    assert exchanges.acceptance is Acceptance.NULL_MX
    assert nameserver.questions == ["MX example.net"]


async def test_no_such_domain(nameserver: ScriptedNameserver, resolver: Resolver) -> None:
    """Rule R1."""
    exchanges = await find_exchanges(resolver, "example.net")

    assert exchanges.acceptance is Acceptance.NONE
    assert exchanges.enhanced == "5.1.2"
    assert nameserver.questions == ["MX example.net"]


async def test_servfail_is_not_followed_by_the_implicit_exchange(
    nameserver: ScriptedNameserver, resolver: Resolver
) -> None:
    """Rule R1."""
    nameserver.say("MX example.net", SERVFAIL)
    nameserver.say("A example.net", records("example.net. 60 A 192.0.2.1"))

    exchanges = await find_exchanges(resolver, "example.net")

    assert exchanges.acceptance is Acceptance.UNKNOWN
    assert exchanges.enhanced == "4.4.3"
    assert "could not find out (SERVFAIL)" in exchanges.why
    assert nameserver.questions == ["MX example.net"]


async def test_dead_exchanges(nameserver: ScriptedNameserver, resolver: Resolver) -> None:
    """Rule R4: the domain's own address is not asked for."""
    nameserver.say("MX example.net", records("example.net. 300 MX 10 mx.example.net."))

    exchanges = await find_exchanges(resolver, "example.net")

    assert exchanges.enhanced == "5.4.4"
    assert exchanges.why == (
        "no exchange of example.net has an address (mx.example.net: there is no such host)"
    )
    assert "A example.net" not in nameserver.questions


async def test_exchange_that_is_no_host_is_not_asked_for(
    nameserver: ScriptedNameserver, resolver: Resolver
) -> None:
    """Rule I4."""
    nameserver.say("MX example.net", records("example.net. 300 MX 10 192.0.2.1."))

    exchanges = await find_exchanges(resolver, "example.net")

    assert exchanges.enhanced == "5.4.4"
    assert nameserver.questions == ["MX example.net"]


async def test_no_thousand_look_ups(nameserver: ScriptedNameserver, resolver: Resolver) -> None:
    """A domain's owner does not get to say how many questions we ask."""
    named = [f"example.net. 300 MX 10 {number}.example.net." for number in range(500)]
    nameserver.say("MX example.net", TRUNCATED, over_tcp=records(*named))

    exchanges = await find_exchanges(resolver, "example.net")

    assert len(nameserver.questions) == 2 + 2 * MOST_EXCHANGES
    assert exchanges.left_out == 500 - MOST_EXCHANGES


async def test_international_domain(nameserver: ScriptedNameserver, resolver: Resolver) -> None:
    """Rule R5."""
    exchanges = await find_exchanges(resolver, "BÜCHER.example")

    assert exchanges.domain == "xn--bcher-kva.example"
    assert nameserver.questions == ["MX xn--bcher-kva.example"]


@pytest.mark.parametrize(
    ("literal", "ip"), [("[192.0.2.1]", "192.0.2.1"), ("[IPv6:2001:db8::1]", "2001:db8::1")]
)
async def test_literal_asks_nothing(
    nameserver: ScriptedNameserver, resolver: Resolver, literal: str, ip: str
) -> None:
    """Rule R5."""
    exchanges = await find_exchanges(resolver, literal)

    assert exchanges.acceptance is Acceptance.LITERAL
    assert exchanges.exchanges[0].addresses == (ip,)
    assert nameserver.questions == []


@pytest.mark.parametrize("domain", ["", "a..b", "x" * 64, "[192.0.2]", "192.0.2.1"])
async def test_no_domain_asks_nothing(
    nameserver: ScriptedNameserver, resolver: Resolver, domain: str
) -> None:
    """Rule R5."""
    with pytest.raises(DomainError):
        await find_exchanges(resolver, domain)
    assert nameserver.questions == []


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "localhost"])
async def test_relay_that_needs_no_look_up(
    nameserver: ScriptedNameserver, resolver: Resolver, host: str
) -> None:
    relay = await find_relay(resolver, host)

    assert relay.reachable
    assert nameserver.questions == []


@pytest.mark.parametrize(
    ("reply", "enhanced", "why"),
    [
        (NXDOMAIN, "4.3.5", "relay.example: there is no such host"),
        (NO_DATA, "4.3.5", "relay.example: it has no address"),
        (SERVFAIL, "4.4.3", "relay.example: its address could not be looked up: "),
    ],
)
async def test_relay_without_an_address(
    nameserver: ScriptedNameserver, resolver: Resolver, reply: Reply, enhanced: str, why: str
) -> None:
    nameserver.say("A relay.example", reply)
    nameserver.say("AAAA relay.example", reply)

    relay = await find_relay(resolver, "relay.example")

    assert not relay.reachable
    assert relay.enhanced == enhanced
    assert relay.why.startswith(why)


async def test_relay_is_no_domain_with_exchanges(
    nameserver: ScriptedNameserver, resolver: Resolver
) -> None:
    nameserver.say("A relay.example", records("relay.example. 60 A 192.0.2.1"))
    nameserver.say("AAAA relay.example", NO_DATA)

    relay = await find_relay(resolver, "relay.example")

    assert relay.exchanges[0].addresses == ("192.0.2.1",)
    assert sorted(nameserver.questions) == ["A relay.example", "AAAA relay.example"]
