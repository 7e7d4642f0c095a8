"""What a validating resolver says of zones that are signed, not signed, and badly signed."""

from collections.abc import AsyncIterator

import pytest
from dns.rdtypes.ANY.TXT import TXT

from tests.peers.dns_servers import Dns, Signing, Zone, dns_servers
from tuimail.domain import (
    Acceptance,
    Answer,
    AnswerStatus,
    NoTlsa,
    TlsaFound,
    TlsaLookUp,
    TlsaUnknown,
)
from tuimail.lookup import Resolver, find_exchanges, find_tlsa
from tuimail.lookup.resolver import MOST_EXCHANGES

pytestmark = pytest.mark.dns_servers

TLSA = "3 1 1 " + "01" * 32
_EXCHANGE = f"""\
@ MX 10 mx
mx A 192.0.2.1
mx AAAA 2001:db8::1
_25._tcp.mx TLSA {TLSA}
"""
_SIGNED = f"""\
{_EXCHANGE}
nothing TXT "nothing that could take mail"
*.wild A 192.0.2.9

; An alias as exchange, within the zone and out of it.
aliased MX 10 alias
alias CNAME mx
leaving MX 10 exit
exit CNAME mx.unsigned.test.
_25._tcp.exit TLSA {TLSA}

; Exchanges whose zone is not to be believed.
unreachable MX 10 mx.forged.test.
silent MX 10 mx.silent

; Nobody can be reached by these.
loop CNAME pool
pool CNAME loop
looping MX 10 loop
mx.silent A 192.0.2.2
""" + "".join(f"many MX {number} mx{number}.many\n" for number in range(200))
_STRINGS = [f"{number:03}{'x' * 197}" for number in range(300)]
ZONES = (
    Zone(
        "signed.test.",
        _SIGNED
        + f"big TXT {' '.join(_STRINGS)}\n"
        + "".join(f"crowd A 10.0.{number // 250}.{number % 250}\n" for number in range(1000)),
        Signing.GOOD,
    ),
    # The nameserver of an exchange that can't answer for TLSA, as RFC 7672 §2.1.2 tells of.
    Zone("_tcp.mx.silent.signed.test.", f"_25 TLSA {TLSA}\n", Signing.FORGED),
    Zone("unsigned.test.", _EXCHANGE),
    Zone("half.test.", "@ MX 10 mx.signed.test.\n"),
    Zone("forged.test.", _EXCHANGE, Signing.FORGED),
    Zone("expired.test.", _EXCHANGE, Signing.EXPIRED),
    Zone("lost-key.test.", _EXCHANGE, Signing.LOST_KEY),
)


@pytest.fixture(scope="module")
async def servers() -> AsyncIterator[Dns]:
    async with dns_servers(ZONES) as dns:
        yield dns


@pytest.fixture
def resolver(servers: Dns) -> Resolver:
    return Resolver([servers.resolver])


@pytest.mark.parametrize(
    ("name", "rdtype"),
    [
        (".", "NS"),
        ("signed.test", "MX"),
        ("mx.signed.test", "AAAA"),
        ("any.wild.signed.test", "A"),
        ("_25._tcp.mx.signed.test", "TLSA"),
        ("exit.signed.test", "CNAME"),
    ],
)
async def test_signed_answers_are_authentic(resolver: Resolver, name: str, rdtype: str) -> None:
    """Rule I13: secure."""
    answer = await resolver.ask(name, rdtype)
    assert (answer.status, answer.authentic) == (AnswerStatus.FOUND, True)


@pytest.mark.parametrize(
    ("name", "rdtype"), [("unsigned.test", "MX"), ("half.test", "MX"), ("exit.signed.test", "A")]
)
async def test_unsigned_answers_are_not(resolver: Resolver, name: str, rdtype: str) -> None:
    """Rule I13: insecure, be it at the end of a signed alias alone."""
    answer = await resolver.ask(name, rdtype)
    assert (answer.status, answer.authentic) == (AnswerStatus.FOUND, False)


async def test_the_servers_that_are_asked_do_not_vouch_themselves(servers: Dns) -> None:
    """Rule I13: a nameserver that does not validate says nothing about anybody's security."""
    answer = await Resolver([servers.authority]).ask("signed.test", "MX")
    assert (answer.status, answer.authentic) == (AnswerStatus.FOUND, False)


@pytest.mark.parametrize(
    ("domain", "why"),
    [
        ("forged.test", "signature crypto failed"),
        ("expired.test", "signature expired"),
        ("lost-key.test", "no keys have a DS"),
    ],
)
@pytest.mark.parametrize("host", ["", "mx.", "nobody."])
async def test_what_can_not_be_validated_is_not_absent(
    resolver: Resolver, domain: str, why: str, host: str
) -> None:
    """Rule I13: the resolver's extended error says why (RFC 8914)."""
    answer = await resolver.ask(f"{host}{domain}", "MX")
    assert answer.status is AnswerStatus.FAILED
    assert "SERVFAIL" in answer.why
    assert why in answer.why


@pytest.mark.parametrize("zone", ["signed.test", "unsigned.test"])
@pytest.mark.parametrize(
    ("host", "status"), [("mx", AnswerStatus.NO_DATA), ("nobody", AnswerStatus.NXDOMAIN)]
)
async def test_absence(resolver: Resolver, zone: str, host: str, status: AnswerStatus) -> None:
    """Rule I1: proven or not, it is told from a failure."""
    assert (await resolver.ask(f"{host}.{zone}", "MX")).status is status


async def look_up(resolver: Resolver, domain: str) -> TlsaLookUp:
    (exchange,) = (await find_exchanges(resolver, domain)).exchanges
    return await find_tlsa(resolver, exchange, 25, lambda _answer: None)


@pytest.mark.parametrize(
    ("domain", "base"),
    [
        ("signed.test", "mx.signed.test"),
        ("aliased.signed.test", "mx.signed.test"),
        ("leaving.signed.test", "exit.signed.test"),
    ],
)
async def test_secure_records_of_an_exchange(resolver: Resolver, domain: str, base: str) -> None:
    """Rule R21; RFC 7672 §2.2.2 where its name is an alias, whose end may be unsigned."""
    found = await look_up(resolver, domain)
    assert isinstance(found, TlsaFound)
    assert (found.base, [str(each) for each in found.records]) == (
        base,
        ["3 1 1 0101010101010101…"],
    )


@pytest.mark.parametrize("domain", ["unsigned.test", "half.test"])
async def test_records_without_a_secure_way_to_them(resolver: Resolver, domain: str) -> None:
    """Rule R21: secure TLSA records under an insecure MX record bind nobody."""
    assert isinstance(await look_up(resolver, domain), NoTlsa)


async def test_records_that_can_not_be_validated(resolver: Resolver) -> None:
    """Rule R21: the address is secure, and its TLSA records may be what somebody hides."""
    found = await look_up(resolver, "silent.signed.test")
    assert isinstance(found, TlsaUnknown)
    assert "signature crypto failed" in found.why


@pytest.mark.parametrize(
    ("domain", "acceptance", "enhanced"),
    [
        ("nobody.signed.test", Acceptance.NONE, "5.1.2"),
        ("nothing.signed.test", Acceptance.NONE, "5.4.4"),
        ("forged.test", Acceptance.UNKNOWN, "4.4.3"),
        ("unreachable.signed.test", Acceptance.EXCHANGES, "4.4.3"),
        ("looping.signed.test", Acceptance.EXCHANGES, "4.4.3"),
        ("loop.signed.test", Acceptance.UNKNOWN, "4.4.3"),
    ],
)
async def test_domains_that_can_not_be_reached(
    resolver: Resolver, domain: str, acceptance: Acceptance, enhanced: str
) -> None:
    """Rules R1, R4: what can't be validated, or never ends, is deferred; what is absent fails."""
    exchanges = await find_exchanges(resolver, domain)
    assert (exchanges.acceptance, exchanges.enhanced) == (acceptance, enhanced)


async def test_three_hundred_strings(resolver: Resolver) -> None:
    """They come over TCP, whole."""
    answer = await resolver.ask("big.signed.test", "TXT")
    (record,) = answer.records
    assert isinstance(record, TXT)
    assert [each.decode() for each in record.strings] == _STRINGS
    assert answer.authentic


async def test_two_hundred_exchanges(resolver: Resolver) -> None:
    asked: list[Answer] = []
    exchanges = await find_exchanges(resolver, "many.signed.test", asked.append)
    assert [each.preference for each in exchanges.exchanges] == list(range(MOST_EXCHANGES))
    assert len(asked) == 1 + 2 * MOST_EXCHANGES


async def test_a_thousand_addresses(resolver: Resolver) -> None:
    answer = await resolver.ask("crowd.signed.test", "A")
    assert len(answer.records) == 1000
