"""What the demo world's nameserver knows: a zone for each domain, and `test.` above them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import dns.name
import dns.rdatatype
import dns.reversename
import dns.rrset
import dns.zone

from tuimail.delivery.settings import SMTP_PORT
from tuimail.demo.domains import DemoDomain, Dnssec

NAMESERVER_ADDRESS = "127.0.0.1"

_APEX = """\
$TTL 3600
@ SOA ns.test. hostmaster.friendly.test. 1 7200 900 1209600 60
@ NS ns.test.
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a zone says: the records asked for, or none and its SOA to say how long that holds.

    `exists` tells no data (the name has other records, or names below it) from NXDOMAIN.
    """

    records: dns.rrset.RRset | None
    soa: dns.rrset.RRset
    exists: bool
    dnssec: Dnssec = Dnssec.UNSIGNED
    alias: dns.rrset.RRset | None = None
    """What leads to the records that another name has."""


class Zones:
    """Every zone of the world. `tlsa` holds records by the name of their exchange, which listens
    on `smtp_port`."""

    def __init__(
        self,
        domains: Iterable[DemoDomain],
        tlsa: Mapping[str, str] = MappingProxyType({}),
        smtp_port: int = SMTP_PORT,
    ) -> None:
        domains = tuple(domains)
        texts = {
            "": _APEX,
            "test": f"{_APEX}ns A {NAMESERVER_ADDRESS}\n",
            "127.in-addr.arpa": _APEX + "".join(map(_reverse, domains)),
        }
        for domain in domains:
            texts[domain.name] = _text(domain) + "".join(
                f"_{smtp_port}._tcp.{host.name}. 300 TLSA {tlsa[host.name]}\n"
                for host in domain.exchanges
                if host.name in tlsa
            )
        self._dnssec = {dns.name.from_text(domain.name): domain.dnssec for domain in domains}
        self._dnssec[dns.name.root] = Dnssec.SIGNED
        self._zones = {
            zone.origin: zone
            for zone in (
                dns.zone.from_text(text, f"{name}.", relativize=False)
                for name, text in texts.items()
            )
        }

    def answer(self, name: dns.name.Name, rdtype: dns.rdatatype.RdataType) -> Answer | None:
        """None where no zone of this world holds the name."""
        zone = self._enclosing(name)
        if zone is None or zone.origin is None:
            return None
        records = zone.get_rrset(name, rdtype)
        alias = zone.get_rrset(name, dns.rdatatype.CNAME) if records is None else None
        return Answer(
            # Within its zone, and none leads to another: that is all that this world needs.
            records=zone.get_rrset(alias[0].target, rdtype) if alias else records,
            soa=zone.find_rrset(zone.origin, dns.rdatatype.SOA),
            exists=any(owner.is_subdomain(name) for owner in zone),
            dnssec=self._dnssec.get(zone.origin, Dnssec.UNSIGNED),
            alias=alias,
        )

    def _enclosing(self, name: dns.name.Name) -> dns.zone.Zone | None:
        if name == dns.name.root:
            return self._zones[name]
        # Of the root it knows the apex alone: what else there is in the world it can't deny.
        while name not in self._zones:
            name = name.parent()
        return None if name == dns.name.root else self._zones[name]


def _text(domain: DemoDomain) -> str:
    """The zone as a master file (RFC 1035 §5), relative to the domain."""
    lines = [
        f"@ 300 MX {host.preference} {host.name}."
        for host in domain.exchanges
        if host.preference is not None
    ]
    lines += [f"{host.name}. 300 A {host.address}" for host in domain.exchanges]
    lines = lines or ["@ 300 MX 0 ."]  # RFC 7505 §3
    if domain.policy is not None:
        lines.append(f'_mta-sts 300 TXT "v=STSv1; id={domain.policy.id};"')  # RFC 8461 §3.1
        lines.append(f"{domain.policy_host}. 300 A {domain.policy.address}")
    return _APEX + "\n".join(lines) + f"\n{domain.records}"


def _reverse(domain: DemoDomain) -> str:
    """The names of its exchanges' addresses."""
    pairs = ((dns.reversename.from_address(host.address), host.name) for host in domain.exchanges)
    return "".join(f"{owner} 300 PTR {name}.\n" for owner, name in pairs)
