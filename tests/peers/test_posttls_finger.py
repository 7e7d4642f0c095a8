"""What Postfix makes of an exchange under DANE, beside what we make of it: the same DNS, the same
servers."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import pytest
from twisted.internet.asyncioreactor import AsyncioSelectorReactor

from tests.delivery.authority import AUTHORITY, LAST_YEAR, Holder, named
from tests.delivery.conftest import addresses, message
from tests.delivery.scripted import scripted
from tests.peers.dns_servers import Dns, Signing, Zone, dns_servers
from tests.peers.exchanges import showing
from tests.peers.posttls_finger import finger
from tuimail.delivery.courier import Courier
from tuimail.delivery.inspector import Inspector
from tuimail.delivery.mail import Mail
from tuimail.delivery.scope import Probing, Scope
from tuimail.delivery.settings import Direct, Settings
from tuimail.domain import Tlsa, Verdict
from tuimail.transcript import Transcript

pytestmark = [pytest.mark.dns_servers, pytest.mark.posttls_finger]

ROOT = Holder.make("root", AUTHORITY)
STRANGER = Holder.make("stranger")
GOOD = Holder.make("good", named("mx.good.signed.test"), issuer=ROOT)
OF_THE_DOMAIN = Holder.make("domain", named("domain.signed.test"), issuer=ROOT)
ELSEWHERE = Holder.make("elsewhere", named("elsewhere.example"), issuer=ROOT)
EXPIRED = Holder.make("expired", named("mx.old.signed.test"), issuer=ROOT, not_after=LAST_YEAR)


class Worth(Enum):
    """Of what an exchange shows."""

    PROVEN = "proven"
    UNPROVEN = "unproven"
    UNKNOWN = "unknown"
    """Its TLSA records could not be looked up: it gets no mail."""


@dataclass(frozen=True, slots=True)
class Case:
    """A domain below `signed.test`, its one exchange, and what the DNS vouches for."""

    name: str
    holder: Holder
    tlsa: tuple[Tlsa, ...]
    worth: Worth
    host: str = ""
    """`mx` of the domain where none is given."""
    owner: str = ""
    """Where the TLSA records are, if not at `host`."""

    @property
    def domain(self) -> str:
        return f"{self.name}.signed.test"

    def records(self, port: int) -> str:
        host = self.host or f"mx.{self.name}"
        owner = f"_{port}._tcp.{self.owner or host}"
        tlsa = (f"{owner} TLSA {_rdata(record)}\n" for record in self.tlsa)
        address = "" if self.host else f"{host} A 127.0.0.1\n"
        return f"{self.name} MX 10 {host}\n{address}" + "".join(tlsa)


def _rdata(record: Tlsa) -> str:
    return f"{record.usage} {record.selector} {record.matching} {record.association.hex()}"


CASES = [
    Case("good", GOOD, (GOOD.tlsa(3, 1, 1),), Worth.PROVEN),
    Case("whole", GOOD, (GOOD.tlsa(3, 0, 0),), Worth.PROVEN),
    Case("stronger", GOOD, (GOOD.tlsa(3, 1, 1), STRANGER.tlsa(3, 1, 2)), Worth.UNPROVEN),
    Case("several", GOOD, (STRANGER.tlsa(3, 1, 1), GOOD.tlsa(3, 1, 1)), Worth.PROVEN),
    Case("wrong", GOOD, (STRANGER.tlsa(3, 1, 1),), Worth.UNPROVEN),
    Case("expired", EXPIRED, (EXPIRED.tlsa(3, 1, 1),), Worth.PROVEN),
    Case("other-name", ELSEWHERE, (ELSEWHERE.tlsa(3, 1, 1),), Worth.PROVEN),
    Case("anchored", GOOD, (ROOT.tlsa(2, 0, 1),), Worth.PROVEN, host="mx.good"),
    Case("domain", OF_THE_DOMAIN, (ROOT.tlsa(2, 1, 1),), Worth.PROVEN),
    Case("anchored-elsewhere", ELSEWHERE, (ROOT.tlsa(2, 0, 1),), Worth.UNPROVEN),
    Case("old", EXPIRED, (ROOT.tlsa(2, 0, 1),), Worth.UNPROVEN),
    Case("alias", GOOD, (GOOD.tlsa(3, 1, 1),), Worth.PROVEN, host="to-mx", owner="mx.end"),
    Case("alias-itself", GOOD, (GOOD.tlsa(3, 1, 1),), Worth.PROVEN, host="to-unsigned"),
    Case("unusable", GOOD, (GOOD.tlsa(1, 1, 1),), Worth.UNPROVEN),
    Case("none", GOOD, (), Worth.UNPROVEN),
    Case("hidden", GOOD, (), Worth.UNKNOWN),
]
_ALIASES = """\
mx.end A 127.0.0.1
to-mx CNAME mx.end
to-unsigned CNAME mx.unsigned.test.
"""
HALF = "half.test"
"""Its MX record is not secure, all that follows is."""


@dataclass(frozen=True, slots=True)
class World:
    dns: Dns
    ports: Mapping[str, int]
    """Of the exchanges, by the domain."""


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        ports: dict[str, int] = {}
        for case in CASES:
            script = showing(case.holder, tmp_path_factory.mktemp(case.name))
            server = await stack.enter_async_context(scripted(script))
            ports[case.domain] = server.port
        ports[HALF] = ports["good.signed.test"]
        signed = _ALIASES + "".join(case.records(ports[case.domain]) for case in CASES)
        zones = [
            Zone("signed.test.", signed, Signing.GOOD),
            Zone(
                "_tcp.mx.hidden.signed.test.",
                f"* TLSA {_rdata(GOOD.tlsa(3, 1, 1))}\n",
                Signing.FORGED,
            ),
            Zone("unsigned.test.", "mx A 127.0.0.1\n"),
            Zone(f"{HALF}.", "@ MX 10 mx.good.signed.test.\n"),
        ]
        dns = await stack.enter_async_context(dns_servers(zones))
        assert dns.system, "port 53 of a loopback address is what posttls-finger needs"
        yield World(dns, ports)


async def to_postfix(world: World, domain: str, folder: Path) -> Worth:
    said = await finger(domain, world.ports[domain], world.dns.system, folder)
    if "TLSA lookup error" in said:
        return Worth.UNKNOWN
    assert "TLS connection established" in said, said
    proven = "Verified TLS connection established" in said
    return Worth.PROVEN if proven else Worth.UNPROVEN


def settings(world: World, domain: str) -> Settings:
    return Settings(
        route=Direct(world.ports[domain]),
        nameservers=(world.dns.resolver,),
        identity="client.example",
        timeout=5.0,
    )


async def to_the_courier(reactor: AsyncioSelectorReactor, world: World, domain: str) -> Worth:
    """As far as it decides on what becomes of a mail."""
    courier = Courier(reactor, settings(world, domain), Transcript())
    with message() as content:
        outcome = await courier.send(Mail(content, "me@example.com", addresses(f"bob@{domain}")))
    await courier.close()
    (recipient,) = outcome.recipients
    if "could not be looked up" in recipient.reply:
        return Worth.UNKNOWN
    assert "no TLSA record" in recipient.reply or recipient.tls is not None, recipient
    tls = recipient.tls
    proven = tls is not None and tls.policy == "dane" and tls.verified
    return Worth.PROVEN if proven else Worth.UNPROVEN


async def to_the_inspector(reactor: AsyncioSelectorReactor, world: World, domain: str) -> Worth:
    inspector = Inspector(reactor, settings(world, domain), Transcript())
    report = await inspector.inspect(domain, scope=Scope(Probing.PROBE, port=world.ports[domain]))
    await inspector.close()
    told = {(each.check, each.verdict) for each in report.findings if each.rule == "I14"}
    if ("TLSA", Verdict.FAIL) in told:
        return Worth.UNKNOWN
    return Worth.PROVEN if ("DANE", Verdict.PASS) in told else Worth.UNPROVEN


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_postfix_thinks_the_same(
    reactor: AsyncioSelectorReactor, world: World, case: Case, tmp_path: Path
) -> None:
    """Rules I14, R21, R22: of each usage, of names and dates, through aliases, and where a look-up
    fails."""
    assert await to_the_courier(reactor, world, case.domain) is case.worth
    assert await to_the_inspector(reactor, world, case.domain) is case.worth
    assert await to_postfix(world, case.domain, tmp_path) is case.worth


async def test_half_dane(reactor: AsyncioSelectorReactor, world: World, tmp_path: Path) -> None:
    """Rules I14, R21: who can forge the MX record can choose an exchange that proves itself."""
    assert await to_the_courier(reactor, world, HALF) is Worth.UNPROVEN
    assert await to_the_inspector(reactor, world, HALF) is Worth.UNPROVEN
    assert await to_postfix(world, HALF, tmp_path) is Worth.UNPROVEN
