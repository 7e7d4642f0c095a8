"""Debian's Knot and unbound as peers: zones of every kind, and a resolver that validates them.

Knot serves a whole tree of its own, from the root down, and signs what is to be signed; unbound
asks nobody else, and believes that root's key alone. Both end with the test that started them.
"""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator, Container, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

import dns.dnssec
import dns.name
import dns.zone
from cryptography.hazmat.primitives.asymmetric import ec
from dns.dnssectypes import Algorithm, DSDigest
from dns.rdatatype import DNSKEY
from dns.rrset import RRset
from dns.transaction import Transaction

from tests.peers.site import Site, free_port, listening, running, site
from tuimail.lookup import Nameserver

ROOT = "."
TEST = "test."
AUTHORITY = "127.0.0.1"
_NAMESERVER = "ns.test."


class Signing(Enum):
    """How far a zone can be believed, as real ones can and can't."""

    NONE = "none"
    GOOD = "good"
    FORGED = "forged"
    """Its parent vouches for its key, which has not made the signatures under its records."""
    EXPIRED = "expired"
    """Its signatures were good until last week."""
    LOST_KEY = "lost key"
    """Its parent vouches for a key that it no longer has."""


@dataclass(frozen=True, slots=True)
class Zone:
    """`name` with its final dot; `text` holds its records but those of its apex (SOA, NS)."""

    name: str
    text: str
    signing: Signing = Signing.NONE


@dataclass(frozen=True, slots=True)
class Dns:
    """`resolver` validates, `authority` is where it asks; `system` is the resolver again, where
    programs ask that know of no other port, and empty where this machine lets nobody listen."""

    resolver: Nameserver
    authority: Nameserver
    system: str


def missing() -> str:
    """Why they can't be peers on this machine; empty where they can."""
    if all(map(shutil.which, ("knotd", "keymgr", "unbound"))):
        return ""
    return "needs Debian's knot and unbound: apt-get install knot unbound"


@asynccontextmanager
async def dns_servers(zones: Iterable[Zone]) -> AsyncIterator[Dns]:
    """The zones below `test.`, with the two above them."""
    with site("knot") as knot, site("unbound") as unbound:
        authority, resolver = free_port(), free_port()
        anchor = await _write_zones(knot, tuple(zones), authority)
        unbound.write("anchor", anchor)
        system = _system_address(resolver)
        unbound.write(
            "unbound.conf",
            _UNBOUND.format(
                root=unbound.root,
                port=resolver,
                authority=authority,
                more=f"interface: {system}@53" if system else "",
            ),
        )
        async with running(knot, "knotd", "-c", str(knot.root / "knot.conf")) as serving:
            await listening(knot, serving, authority)
            configuration = str(unbound.root / "unbound.conf")
            async with running(unbound, "unbound", "-d", "-c", configuration) as asking:
                await listening(unbound, asking, resolver)
                yield Dns(
                    Nameserver("127.0.0.1", resolver), Nameserver("127.0.0.1", authority), system
                )


_KNOT = """\
server:
    listen: 127.0.0.1@{port}
    rundir: {root}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
log:
  - target: stderr
    any: warning
database:
    storage: {root}/keys
policy:
  - id: one-key
    algorithm: ecdsap256sha256
    single-type-signing: on
template:
  - id: default
    storage: {root}/zones
    zonefile-sync: -1
    zonefile-load: whole
    journal-content: none
    dnssec-policy: one-key
zone:
"""
_UNBOUND = """\
server:
    interface: 127.0.0.1@{port}
    {more}
    do-ip6: no
    username: ""
    chroot: ""
    directory: "{root}"
    pidfile: ""
    use-syslog: no
    module-config: "validator iterator"
    trust-anchor-file: "{root}/anchor"
    do-not-query-localhost: no
    local-zone: "test." nodefault
    local-zone: "127.in-addr.arpa." nodefault
    ede: yes
    val-log-level: 2
remote-control:
    control-enable: no
forward-zone:
    name: "."
    forward-addr: 127.0.0.1@{authority}
"""


async def _write_zones(knot: Site, zones: tuple[Zone, ...], port: int) -> str:
    """Knot's configuration and its files; returns the root's DS record."""
    every = (
        Zone(ROOT, "", Signing.GOOD),
        Zone(TEST, f"ns 3600 A {AUTHORITY}\n", Signing.GOOD),
        *zones,
    )
    by_knot = [zone.name for zone in every if zone.signing in _BY_KNOT]
    configuration = _KNOT.format(root=knot.root, port=port) + "".join(
        f"  - domain: {zone.name}\n"
        f"    file: {zone.name}zone\n"
        f"    dnssec-signing: {'on' if zone.name in by_knot else 'off'}\n"
        for zone in every
    )
    knot.write("knot.conf", configuration)
    (knot.root / "keys").mkdir()
    vouched = {name: await _new_key(knot, name) for name in by_knot}
    texts = {zone.name: _apex(zone.name) + zone.text for zone in every}
    # From the leaves to the root: each hands up what its parent says of it.
    for zone in sorted(every, key=lambda zone: -len(dns.name.from_text(zone.name))):
        name = zone.name
        match zone.signing:
            case Signing.FORGED | Signing.EXPIRED:
                texts[name], vouched[name] = _signed_badly(name, texts[name], zone.signing)
            case Signing.LOST_KEY:
                _, vouched[name] = _signed_badly(name, texts[name], zone.signing)
        knot.write(f"zones/{name}zone", texts[name])
        if name != ROOT:
            delegation = f"{name} 3600 NS {_NAMESERVER}\n{vouched.get(name, '')}"
            texts[_parent(name, texts)] += delegation
    return vouched[ROOT]


_BY_KNOT = (Signing.GOOD, Signing.LOST_KEY)


def _parent(name: str, zones: Container[str]) -> str:
    """The zone that delegates this one."""
    above = dns.name.from_text(name).parent()
    while above.to_text() not in zones:
        above = above.parent()
    return above.to_text()


def _apex(name: str) -> str:
    return (
        f"$ORIGIN {name}\n$TTL 300\n"
        f"@ 3600 SOA {_NAMESERVER} hostmaster.test. 1 7200 900 1209600 60\n"
        f"@ 3600 NS {_NAMESERVER}\n"
    )


async def _new_key(knot: Site, zone: str) -> str:
    """Makes Knot a key for this zone; returns the DS record that vouches for it."""
    await _keymgr(knot, zone, "generate", "algorithm=ecdsap256sha256", "ksk=yes", "zsk=yes")
    record, *_ = (await _keymgr(knot, zone, "ds")).splitlines()
    return record.replace(" DS ", " 3600 IN DS ") + "\n"


async def _keymgr(knot: Site, *arguments: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *("keymgr", "-c", str(knot.root / "knot.conf"), *arguments), stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"keymgr {' '.join(arguments)} ended with {process.returncode}")
    return said.decode()


def _signed_badly(name: str, text: str, signing: Signing) -> tuple[str, str]:
    """The zone with signatures that can't be believed, and the DS record of their key."""
    key = ec.generate_private_key(ec.SECP256R1())
    public = dns.dnssec.make_dnskey(key.public_key(), Algorithm.ECDSAP256SHA256, flags=257)
    apex = dns.name.from_text(name)
    today = datetime.now(UTC)
    # unbound forgives a day: clocks are wrong.
    until = today + timedelta(days=-7 if signing is Signing.EXPIRED else 7)

    def sign(transaction: Transaction, rrset: RRset) -> None:
        signature = dns.dnssec.sign(
            rrset, key, apex, public, inception=today - timedelta(days=30), expiration=until
        )
        forged = signing is Signing.FORGED and rrset.rdtype != DNSKEY
        octets = signature.signature[::-1] if forged else signature.signature
        transaction.add(rrset.name, rrset.ttl, signature.replace(signature=octets))

    zone = dns.zone.from_text(text, name, relativize=False)
    with zone.writer() as transaction:
        dns.dnssec.sign_zone(zone, transaction, [(key, public)], dnskey_ttl=3600, rrset_signer=sign)
    vouched = dns.dnssec.make_ds(name, public, DSDigest.SHA256)
    return zone.to_text(relativize=False), f"{name} 3600 IN DS {vouched}\n"


def _system_address(number: int) -> str:
    """A loopback address for each number whose port 53 can be listened on; empty where not."""
    address = f"127.1.{number >> 8}.{number & 255}"
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind((address, 53))
            except OSError:
                return ""
    return address
