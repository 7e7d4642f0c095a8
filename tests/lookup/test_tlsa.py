"""Asking for TLSA records, where asking makes sense, by the answers of a real nameserver."""

import dns.message
import dns.rcode
import pytest
from dns.flags import AD, Flag

from tests.lookup.nameserver import (
    NXDOMAIN,
    SERVFAIL,
    Reply,
    ScriptedNameserver,
    records,
    refusal,
    silence,
)
from tuimail.domain import Answer, Exchange, NoTlsa, Tlsa, TlsaFound, TlsaLookUp, TlsaUnknown
from tuimail.lookup import Resolver, find_exchanges, find_relay, find_tlsa

DIGEST = b"\x01" * 32
RECORD = Tlsa(3, 1, 1, DIGEST)
NO_DATA = records(flags=AD)
INSECURE = Flag(0)


def tlsa(base: str, flags: Flag = AD, digest: bytes = DIGEST) -> Reply:
    return records(f"_25._tcp.{base}. 300 TLSA 3 1 1 {digest.hex()}", flags=flags)


def say(nameserver: ScriptedNameserver, mx: Flag = AD, a: Flag = AD, aaaa: Flag = AD) -> None:
    """An exchange with addresses of both kinds, and what the nameserver vouches for."""
    nameserver.say("MX example.net", records("example.net. 300 MX 10 mx.example.net.", flags=mx))
    nameserver.say("A mx.example.net", records("mx.example.net. 60 A 192.0.2.1", flags=a))
    nameserver.say(
        "AAAA mx.example.net", records("mx.example.net. 60 AAAA 2001:db8::1", flags=aaaa)
    )


def say_alias(nameserver: ScriptedNameserver, end: Flag = AD) -> None:
    """The exchange's name is an alias of host.example.org."""
    alias = "mx.example.net. 60 CNAME host.example.org."
    nameserver.say("MX example.net", records("example.net. 300 MX 10 mx.example.net.", flags=AD))
    nameserver.say(
        "A mx.example.net", records(alias, "host.example.org. 60 A 192.0.2.1", flags=end)
    )
    nameserver.say("AAAA mx.example.net", records(alias, flags=end))
    nameserver.say("CNAME mx.example.net", records(alias, flags=AD))


async def look_up(
    resolver: Resolver, domain: str = "example.net", asked: list[Answer] | None = None
) -> TlsaLookUp:
    (exchange,) = (await find_exchanges(resolver, domain)).exchanges
    return await find_tlsa(resolver, exchange, 25, (asked if asked is not None else []).append)


async def test_records_of_an_exchange(nameserver: ScriptedNameserver, resolver: Resolver) -> None:
    """Rule R21: everything on the way is secure."""
    say(nameserver)
    nameserver.say("TLSA _25._tcp.mx.example.net", tlsa("mx.example.net"))
    asked: list[Answer] = []

    assert await look_up(resolver, asked=asked) == TlsaFound("mx.example.net", (RECORD,))
    assert [answer.name for answer in asked] == ["_25._tcp.mx.example.net"]


async def test_the_port_is_that_of_the_connection(
    nameserver: ScriptedNameserver, resolver: Resolver
) -> None:
    """RFC 7672 §2.2.3."""
    nameserver.say("A relay.example", records("relay.example. 60 A 192.0.2.1", flags=AD))
    (relay,) = (await find_relay(resolver, "relay.example")).exchanges

    await find_tlsa(resolver, relay, 465, lambda _answer: None)

    assert nameserver.questions[-1] == "TLSA _465._tcp.relay.example"


@pytest.mark.parametrize(
    ("mx", "a", "aaaa"), [(INSECURE, AD, AD), (AD, INSECURE, AD), (AD, AD, INSECURE)]
)
async def test_no_question_where_the_way_is_not_secure(
    nameserver: ScriptedNameserver, resolver: Resolver, mx: Flag, a: Flag, aaaa: Flag
) -> None:
    """Rule R21: asked for only where the MX and address answers are secure."""
    say(nameserver, mx, a, aaaa)
    nameserver.say("TLSA _25._tcp.mx.example.net", tlsa("mx.example.net"))

    assert isinstance(await look_up(resolver), NoTlsa)
    assert not any(question.startswith("TLSA") for question in nameserver.questions)


async def test_an_implicit_exchange(nameserver: ScriptedNameserver, resolver: Resolver) -> None:
    """Rule R21: no record has to name it."""
    nameserver.say("MX example.net", records())
    nameserver.say("A example.net", records("example.net. 60 A 192.0.2.1", flags=AD))
    nameserver.say("AAAA example.net", records())
    nameserver.say("TLSA _25._tcp.example.net", tlsa("example.net"))

    assert await look_up(resolver) == TlsaFound("example.net", (RECORD,))


async def test_an_address_has_none(nameserver: ScriptedNameserver, resolver: Resolver) -> None:
    assert isinstance(await look_up(resolver, "[192.0.2.1]"), NoTlsa)
    assert nameserver.questions == []


@pytest.mark.parametrize(
    "reply", [NO_DATA, NXDOMAIN, tlsa("mx.example.net", INSECURE)], ids=["data", "name", "secure"]
)
async def test_no_secure_records(
    nameserver: ScriptedNameserver, resolver: Resolver, reply: Reply
) -> None:
    """Rule R21: what DNSSEC does not vouch for is as good as nothing."""
    say(nameserver)
    nameserver.say("TLSA _25._tcp.mx.example.net", reply)

    assert isinstance(await look_up(resolver), NoTlsa)


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (SERVFAIL, "could not find out (SERVFAIL)"),
        (refusal(dns.rcode.REFUSED), "refuses to answer (REFUSED)"),
        (silence, "no answer within"),
    ],
)
async def test_a_look_up_that_fails_is_not_absence(
    nameserver: ScriptedNameserver, impatient: Resolver, reply: Reply, why: str
) -> None:
    """Rule R21."""
    say(nameserver)
    nameserver.say("TLSA _25._tcp.mx.example.net", reply)

    found = await look_up(impatient)

    assert isinstance(found, TlsaUnknown)
    assert why in found.why


async def test_a_record_that_dnspython_can_not_read(
    nameserver: ScriptedNameserver, impatient: Resolver
) -> None:
    """Rule R21: it takes the whole answer with it, and that is not absence either."""
    readable = records("_25._tcp.mx.example.net. 300 TLSA 3 1 9 00ff", flags=AD)

    def cut_digest(query: dns.message.Message) -> bytes | None:
        wire = readable(query)
        return wire and wire.replace(b"\x03\x01\x09\x00\xff", b"\x03\x01\x01\x00\xff")

    say(nameserver)
    nameserver.say("TLSA _25._tcp.mx.example.net", readable)
    assert isinstance(await look_up(impatient), TlsaFound)
    nameserver.say("TLSA _25._tcp.mx.example.net", cut_digest)
    found = await look_up(impatient)

    # Not every release of dnspython minds the length.
    assert not isinstance(found, NoTlsa)


async def test_the_end_of_an_alias_comes_first(
    nameserver: ScriptedNameserver, resolver: Resolver
) -> None:
    """RFC 7672 §2.2.3: the expanded name is the base domain."""
    say_alias(nameserver)
    nameserver.say("TLSA _25._tcp.host.example.org", tlsa("host.example.org"))
    nameserver.say("TLSA _25._tcp.mx.example.net", tlsa("mx.example.net", digest=b"\xff" * 32))

    assert await look_up(resolver) == TlsaFound("host.example.org", (RECORD,))
    assert "CNAME mx.example.net" not in nameserver.questions


async def test_an_alias_with_records_of_its_own(
    nameserver: ScriptedNameserver, resolver: Resolver
) -> None:
    """RFC 7672 §2.2.3: the initial name, where the expanded one has none."""
    say_alias(nameserver)
    nameserver.say("TLSA _25._tcp.mx.example.net", tlsa("mx.example.net"))

    assert await look_up(resolver) == TlsaFound("mx.example.net", (RECORD,))
    assert nameserver.questions[-2:] == [
        "TLSA _25._tcp.host.example.org",
        "TLSA _25._tcp.mx.example.net",
    ]


async def test_a_secure_alias_into_an_unsigned_zone(
    nameserver: ScriptedNameserver, resolver: Resolver
) -> None:
    """RFC 7672 §2.2.2: AD covers the whole chain, so the alias is asked for by itself, and the
    unsigned name never is a base domain."""
    say_alias(nameserver, end=INSECURE)
    nameserver.say("TLSA _25._tcp.host.example.org", tlsa("host.example.org", digest=b"\xff" * 32))
    nameserver.say("TLSA _25._tcp.mx.example.net", tlsa("mx.example.net"))

    assert await look_up(resolver) == TlsaFound("mx.example.net", (RECORD,))
    assert "TLSA _25._tcp.host.example.org" not in nameserver.questions


async def test_an_insecure_alias(nameserver: ScriptedNameserver, resolver: Resolver) -> None:
    """Rule R21."""
    say_alias(nameserver, end=INSECURE)
    alias = records("mx.example.net. 60 CNAME host.example.org.")
    nameserver.say("CNAME mx.example.net", alias)

    assert isinstance(await look_up(resolver), NoTlsa)
    assert not any(question.startswith("TLSA") for question in nameserver.questions)


async def test_an_alias_that_can_not_be_looked_up(
    nameserver: ScriptedNameserver, resolver: Resolver
) -> None:
    """Rule R21: nor is that absence."""
    say_alias(nameserver, end=INSECURE)
    nameserver.say("CNAME mx.example.net", SERVFAIL)

    assert isinstance(await look_up(resolver), TlsaUnknown)


async def test_failing_at_the_end_of_an_alias_asks_no_further(
    nameserver: ScriptedNameserver, resolver: Resolver
) -> None:
    """Rule R21: who can make a look-up fail must not choose the records."""
    say_alias(nameserver)
    nameserver.say("TLSA _25._tcp.host.example.org", SERVFAIL)
    nameserver.say("TLSA _25._tcp.mx.example.net", tlsa("mx.example.net"))

    assert isinstance(await look_up(resolver), TlsaUnknown)


async def test_a_domain_that_is_an_alias(
    nameserver: ScriptedNameserver, resolver: Resolver
) -> None:
    """RFC 7672 §3.2.2: the name that names the exchange is one that a certificate may bear."""
    alias = "alias.example. 300 CNAME example.net."
    mx = "example.net. 300 MX 10 mx.example.net."
    say(nameserver)
    nameserver.say("MX alias.example", records(alias, mx, flags=AD))

    (exchange,) = (await find_exchanges(resolver, "alias.example")).exchanges

    assert exchange == Exchange(
        "mx.example.net",
        10,
        300,
        ("2001:db8::1", "192.0.2.1"),
        authentic_name=True,
        authentic_addresses=True,
        named_by="example.net",
    )
