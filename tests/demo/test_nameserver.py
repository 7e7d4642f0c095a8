"""The world's nameserver, asked by dnspython's resolver and by hand."""

import asyncio
import struct

import dns.asyncquery
import dns.asyncresolver
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdatatype
import dns.resolver
import pytest

from tuimail.demo import DEMO_DOMAINS, Absence, DemoDomain, DemoExchange, DemoWorld
from tuimail.demo.domains import Dnssec
from tuimail.demo.nameserver import answer_datagram
from tuimail.demo.zone import Zones

ZONES = Zones(DEMO_DOMAINS)
VALID = [domain for domain in DEMO_DOMAINS if domain.dnssec is not Dnssec.BOGUS]
PLAIN = [domain for domain in VALID if " MX " not in domain.records]


def answer(query: dns.message.Message, zones: Zones = ZONES) -> dns.message.Message:
    wire = answer_datagram(zones, query.to_wire())
    assert wire is not None
    return dns.message.from_wire(wire)


def ask(name: str, rdtype: str, rdclass: str = "IN") -> dns.message.Message:
    return answer(dns.message.make_query(name, rdtype, rdclass))


def resolver(world: DemoWorld) -> dns.asyncresolver.Resolver:
    made = dns.asyncresolver.Resolver(configure=False)
    made.nameservers = [world.nameserver[0]]
    made.port = world.nameserver[1]
    return made


@pytest.mark.parametrize("domain", PLAIN, ids=lambda domain: domain.name)
async def test_exchanges_and_their_addresses(demo_world: DemoWorld, domain: DemoDomain) -> None:
    """Each exchange with its preference, and an address for IPv4 alone."""
    asked = resolver(demo_world)
    exchanges = await asked.resolve(domain.name, "MX")
    expected = [
        f"{exchange.preference} {exchange.name}."
        for exchange in domain.exchanges
        if exchange.preference is not None
    ]
    assert sorted(mx.to_text() for mx in exchanges) == (expected or ["0 ."])
    for exchange in domain.exchanges:
        addresses = await asked.resolve(exchange.name, "A")
        assert [address.to_text() for address in addresses] == [exchange.address]
        with pytest.raises(dns.resolver.NoAnswer):
            await asked.resolve(exchange.name, "AAAA")


@pytest.mark.parametrize("name", [".", "127.in-addr.arpa", *(domain.name for domain in VALID)])
def test_each_domain_is_a_zone(name: str) -> None:
    for rdtype in ("SOA", "NS"):
        response = ask(name, rdtype)
        assert response.rcode() == dns.rcode.NOERROR
        assert response.flags & dns.flags.AA
        assert not response.flags & dns.flags.RA
        assert [rrset.rdtype for rrset in response.answer] == [dns.rdatatype.from_text(rdtype)]


@pytest.mark.parametrize(
    ("name", "rdtype", "rcode", "soa"),
    [
        ("nobody.test", "MX", dns.rcode.NXDOMAIN, "test."),
        ("mx9.friendly.test", "A", dns.rcode.NXDOMAIN, "friendly.test."),
        ("deep.below.mx1.friendly.test", "A", dns.rcode.NXDOMAIN, "friendly.test."),
        ("FRIENDLY.test", "TLSA", dns.rcode.NOERROR, "friendly.test."),
        ("friendly.test", "TYPE65280", dns.rcode.NOERROR, "friendly.test."),
        ("mx1.friendly.test", "MX", dns.rcode.NOERROR, "friendly.test."),
        ("test", "A", dns.rcode.NOERROR, "test."),
    ],
)
def test_what_is_not_there(name: str, rdtype: str, rcode: dns.rcode.Rcode, soa: str) -> None:
    """RFC 2308: NXDOMAIN and no data both bring the SOA of the zone that says so."""
    response = ask(name, rdtype)
    assert response.rcode() == rcode
    assert response.flags & dns.flags.AA
    assert not response.answer
    assert [(rrset.name, rrset.rdtype) for rrset in response.authority] == [
        (dns.name.from_text(soa), dns.rdatatype.SOA)
    ]


def test_a_name_exists_where_names_below_it_do() -> None:
    """RFC 8020: an empty non-terminal has no data, and is no NXDOMAIN."""
    host = DemoExchange("mx.deep.friendly.test", 10, "127.0.0.11", Absence.CLOSED)
    zones = Zones([DemoDomain("friendly.test", "", (), (host,))])
    empty = zones.answer(dns.name.from_text("deep.friendly.test"), dns.rdatatype.A)
    assert empty is not None
    assert empty.exists
    assert empty.records is None


@pytest.mark.parametrize(
    ("name", "rdtype", "rdclass"),
    [
        ("example.com", "MX", "IN"),
        ("com", "NS", "IN"),
        ("friendly.test", "ANY", "IN"),
        ("friendly.test", "AXFR", "IN"),
        ("friendly.test", "TXT", "CH"),
    ],
)
def test_what_is_refused(name: str, rdtype: str, rdclass: str) -> None:
    response = ask(name, rdtype, rdclass)
    assert response.rcode() == dns.rcode.REFUSED
    assert not response.flags & dns.flags.AA
    assert not response.answer
    assert not response.authority


@pytest.mark.parametrize(
    ("name", "flags", "edns_flags", "seen"),
    [
        ("secure.test", dns.flags.AD, 0, dns.flags.AD),
        ("secure.test", 0, dns.flags.DO, dns.flags.AD),
        ("secure.test", 0, 0, 0),
        ("friendly.test", dns.flags.AD, dns.flags.DO, 0),
    ],
)
@pytest.mark.parametrize("rdtype", ["MX", "TXT"])
def test_a_signed_zone(name: str, flags: int, edns_flags: int, seen: int, rdtype: str) -> None:
    """Rule I13: AD for whoever shows that he wants to know (RFC 6840 §5.8), absence included."""
    query = dns.message.make_query(name, rdtype, use_edns=0, ednsflags=edns_flags)
    query.flags |= flags
    assert answer(query).flags & dns.flags.AD == seen


def test_the_root_is_signed() -> None:
    """Rule I13: a resolver that vouches for it is one that validates."""
    query = dns.message.make_query(".", "NS")
    query.flags |= dns.flags.AD
    response = answer(query)
    assert response.answer
    assert response.flags & dns.flags.AD


@pytest.mark.parametrize("name", ["bogus.test", "mx.bogus.test", "nobody.bogus.test"])
def test_bogus_signatures(name: str) -> None:
    """Rule I13: SERVFAIL that CD cures, and an extended error that says why."""
    query = dns.message.make_query(name, "A", use_edns=0)
    refused = answer(query)
    assert refused.rcode() == dns.rcode.SERVFAIL
    assert [option.to_text() for option in refused.options] == [
        "EDE 6 (DNSSEC Bogus): signatures do not fit"
    ]
    query.flags |= dns.flags.CD
    cured = answer(query)
    assert cured.rcode() in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN)
    assert not cured.flags & dns.flags.AD


def test_bogus_signatures_without_edns() -> None:
    response = ask("bogus.test", "MX")
    assert (response.rcode(), response.edns) == (dns.rcode.SERVFAIL, -1)


@pytest.mark.parametrize(
    ("rdtype", "found"), [("A", ["CNAME", "A"]), ("AAAA", ["CNAME"]), ("CNAME", ["CNAME"])]
)
def test_an_alias(rdtype: str, found: list[str]) -> None:
    """RFC 1034 §3.6.2: the alias, and what the name at its end has."""
    response = ask("mx.alias.test", rdtype)
    assert response.rcode() == dns.rcode.NOERROR
    assert [dns.rdatatype.to_text(rrset.rdtype) for rrset in response.answer] == found


async def test_addresses_have_names(demo_world: DemoWorld) -> None:
    """Rule I7."""
    for domain in DEMO_DOMAINS:
        for exchange in domain.exchanges:
            found = await resolver(demo_world).resolve_address(exchange.address)
            assert [each.to_text() for each in found] == [f"{exchange.name}."]


def test_tlsa_records_belong_to_a_port() -> None:
    """RFC 6698 §3: and to an exchange that has a certificate."""
    zones = Zones(DEMO_DOMAINS, {"mx.secure.test": f"3 1 1 {'00' * 32}"}, 2525)
    for owner, count in (("_2525._tcp.mx.secure.test", 1), ("_25._tcp.mx.secure.test", 0)):
        response = answer(dns.message.make_query(owner, "TLSA"), zones)
        assert len(response.answer) == count


def test_edns_is_answered_with_edns() -> None:
    query = dns.message.make_query("friendly.test", "MX", use_edns=0, payload=4096)
    assert answer(query).payload == 1232


def test_without_edns_none_comes_back() -> None:
    assert ask("friendly.test", "MX").edns == -1


def test_an_edns_version_of_the_future() -> None:
    """RFC 6891 §6.1.3."""
    query = dns.message.make_query("friendly.test", "MX", use_edns=1)
    assert answer(query).rcode() == dns.rcode.BADVERS


def test_more_than_fits_is_truncated() -> None:
    """RFC 1035 §4.2.1: 512 octets where the client said nothing, and TC when they are few."""
    many = tuple(
        DemoExchange(f"{'x' * 60}{n}.friendly.test", n, f"127.1.0.{n}", Absence.CLOSED)
        for n in range(20)
    )
    zones = Zones([DemoDomain("friendly.test", "", (), many)])
    query = dns.message.make_query("friendly.test", "MX", use_edns=False)
    wire = answer_datagram(zones, query.to_wire())
    assert wire is not None
    assert len(wire) <= 512
    assert dns.message.from_wire(wire).flags & dns.flags.TC


def test_what_is_no_question() -> None:
    notify = dns.message.make_query("friendly.test", "SOA")
    notify.set_opcode(dns.opcode.NOTIFY)
    assert answer(notify).rcode() == dns.rcode.NOTIMP
    assert answer_datagram(ZONES, notify.to_wire()[:11]) is None


def test_a_broken_query_is_answered_and_a_response_is_not() -> None:
    query = dns.message.make_query("friendly.test", "MX").to_wire()
    broken = answer_datagram(ZONES, query + b"junk")
    assert broken is not None
    assert broken[:2] == query[:2]
    assert dns.message.from_wire(broken).rcode() == dns.rcode.FORMERR
    response = answer_datagram(ZONES, query)
    assert response is not None
    assert answer_datagram(ZONES, response) is None


async def test_over_tcp_one_query_behind_the_other(demo_world: DemoWorld) -> None:
    reader, writer = await asyncio.open_connection(*demo_world.nameserver)
    queries = [dns.message.make_query(domain.name, "MX") for domain in DEMO_DOMAINS]
    wires = [query.to_wire() for query in queries]
    writer.write(b"".join(struct.pack("!H", len(wire)) + wire for wire in wires))
    for query in queries:
        (length,) = struct.unpack("!H", await reader.readexactly(2))
        assert query.is_response(dns.message.from_wire(await reader.readexactly(length)))
    writer.write(b"\x00\x03bad")
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()


async def test_over_tcp_as_dnspython_asks(demo_world: DemoWorld) -> None:
    query = dns.message.make_query("friendly.test", "MX")
    address, port = demo_world.nameserver
    over_udp = await dns.asyncquery.udp(query, address, port=port, timeout=5)
    over_tcp = await dns.asyncquery.tcp(query, address, port=port, timeout=5)
    assert over_udp == over_tcp
    assert {rrset.ttl for rrset in over_tcp.answer} == {300}
