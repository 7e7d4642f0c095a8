"""Whole reports, as a validating resolver and real handshakes have them."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from twisted.internet.asyncioreactor import AsyncioSelectorReactor

from tests.delivery.authority import AUTHORITY, Holder, named
from tests.delivery.policy_server import http
from tests.delivery.scripted import Side, scripted
from tests.peers.dns_servers import Dns, Signing, Zone, dns_servers
from tests.peers.exchanges import showing
from tuimail.delivery.inspector import Inspector
from tuimail.delivery.scope import Probing, Scope
from tuimail.delivery.settings import Direct, Settings
from tuimail.demo.sender_records import SOUND
from tuimail.domain import Report, Verdict
from tuimail.lookup import Nameserver
from tuimail.transcript import Transcript

pytestmark = pytest.mark.dns_servers

PASS, INFO, WARN, FAIL, UNKNOWN = (
    *(Verdict.PASS, Verdict.INFO, Verdict.WARN, Verdict.FAIL, Verdict.UNKNOWN),
)
GOOD = "good.test"
HOSTS = (f"mx1.{GOOD}", f"mx2.{GOOD}")
POLICY_HOST = f"mta-sts.{GOOD}"
POLICY = f"version: STSv1\r\nmode: enforce\r\nmx: *.{GOOD}\r\nmax_age: 604800\r\n".encode()
ROOT = Holder.make("root", AUTHORITY)
LEAF = Holder.make("leaf", named(*HOSTS, POLICY_HOST), issuer=ROOT)


@dataclass(frozen=True, slots=True)
class World:
    dns: Dns
    port: int
    """Where every exchange listens, on addresses of its own."""
    policy_port: int
    ca_file: Path


def _signed(port: int) -> str:
    tlsa = LEAF.tlsa(3, 1, 1).association.hex()
    return f"""\
@ MX 10 mx1
@ MX 20 mx2
mx1 A 127.0.0.1
mx2 A 127.0.0.1
_{port}._tcp.mx1 TLSA 3 1 1 {tlsa}
_{port}._tcp.mx2 TLSA 3 1 1 {tlsa}
_mta-sts TXT "v=STSv1; id=1;"
mta-sts A 127.0.0.1
{SOUND}
mx.silent A 127.0.0.1
silent MX 10 mx.silent
stale MX 10 mx.stale
mx.stale A 127.0.0.1
_{port}._tcp.mx.stale TLSA 3 1 1 {"00" * 32}
alias MX 10 to-mx1
to-mx1 CNAME mx1
"""


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    folder = tmp_path_factory.mktemp("world")
    ca_file = folder / "ca.pem"
    ca_file.write_bytes(ROOT.certificate.public_bytes(Encoding.PEM))
    async with AsyncExitStack() as stack:
        exchange = await stack.enter_async_context(scripted(showing(LEAF, folder)))
        policy_host = await stack.enter_async_context(scripted(_policy_host(folder)))
        mx = "@ MX 10 mx1.good.test.\n"
        zones = [
            Zone(f"{GOOD}.", _signed(exchange.port), Signing.GOOD),
            Zone(f"_tcp.mx.silent.{GOOD}.", "* TLSA 3 1 1 " + "00" * 32 + "\n", Signing.FORGED),
            Zone("unsigned.test.", "@ MX 10 mx\nmx A 127.0.0.1\n"),
            Zone("half.test.", mx),
            Zone("forged.test.", mx, Signing.FORGED),
            Zone("expired.test.", mx, Signing.EXPIRED),
            Zone("lost-key.test.", mx, Signing.LOST_KEY),
            Zone("127.in-addr.arpa.", f"1.0.0 PTR {HOSTS[0]}.\n"),
        ]
        dns = await stack.enter_async_context(dns_servers(zones))
        yield World(dns, exchange.port, policy_host.port, ca_file)


def _policy_host(folder: Path) -> Callable[[Side], Awaitable[None]]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(LEAF.write(folder / "policy.pem"))

    async def serve(side: Side) -> None:
        await side.encrypt(context)
        while await side.hear():
            pass
        await side.send_raw(http(POLICY))
        await side.gone()

    return serve


Inspect = Callable[..., Awaitable[Report]]


@pytest.fixture
async def inspect(reactor: AsyncioSelectorReactor, world: World) -> AsyncIterator[Inspect]:
    inspectors = []

    async def look(domain: str, nameserver: Nameserver = world.dns.resolver) -> Report:
        settings = Settings(
            route=Direct(world.port),
            nameservers=(nameserver,),
            ca_file=world.ca_file,
            identity="client.example",
            policy_port=world.policy_port,
        )
        inspector = Inspector(reactor, settings, Transcript())
        inspectors.append(inspector)
        scope = Scope(Probing.PROBE, port=world.port, dkim_selectors=("demo",))
        return await inspector.inspect(domain, scope=scope)

    yield look
    for inspector in inspectors:
        await inspector.close()


def told(report: Report) -> set[tuple[str, Verdict]]:
    return {(each.rule, each.verdict) for each in report.findings}


async def test_a_domain_where_all_is_well(inspect: Inspect) -> None:
    """Rules I1 to I24: everything that can be well is, and nothing is not."""
    report = await inspect(GOOD)
    bad = [each for each in report.findings if each.verdict in (WARN, FAIL, UNKNOWN)]
    assert bad == []
    well = {rule for rule, verdict in told(report) if verdict is PASS}
    assert well >= {f"I{number}" for number in (1, 7, 8, 9, 10, 11, 12, 13, 14, 16, 18, 20, 21, 22)}
    assert report.summary == (
        f"{GOOD} takes mail at 2 exchanges; encrypted and DANE-verified; MTA-STS enforced;"
        " sender policy strict"
    )


async def test_the_whole_takes_few_questions(inspect: Inspect) -> None:
    report = await inspect(GOOD)
    assert report.questions <= 40


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("unsigned.test", {("I13", INFO), ("I14", INFO)}),
        ("half.test", {("I13", INFO), ("I14", WARN)}),
        ("forged.test", {("I1", UNKNOWN), ("I13", FAIL)}),
        ("expired.test", {("I1", UNKNOWN), ("I13", FAIL)}),
        ("lost-key.test", {("I1", UNKNOWN), ("I13", FAIL)}),
        ("nobody.test", {("I1", FAIL)}),
        (f"alias.{GOOD}", {("I4", WARN), ("I13", PASS), ("I14", PASS)}),
        (f"stale.{GOOD}", {("I13", PASS), ("I14", PASS), ("I14", FAIL)}),
        (f"silent.{GOOD}", {("I13", PASS), ("I14", FAIL)}),
    ],
)
async def test_what_dnssec_makes_of_it(
    inspect: Inspect, domain: str, expected: set[tuple[str, Verdict]]
) -> None:
    """Rules I1, I4, I13, I14."""
    found = told(await inspect(domain))
    rules = {"I13", "I14", *(rule for rule, _ in expected)}
    assert {each for each in found if each[0] in rules} == expected


async def test_a_nameserver_that_does_not_validate(inspect: Inspect, world: World) -> None:
    """Rule I13: it is unknown then, not insecure; nor is DANE absent."""
    report = await inspect(GOOD, world.dns.authority)
    assert ("I13", UNKNOWN) in told(report)
    assert {verdict for rule, verdict in told(report) if rule == "I14"} == {UNKNOWN}
