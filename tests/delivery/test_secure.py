"""Mail to domains whose zones are signed, over real handshakes."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from dns.flags import AD, Flag
from twisted.internet.asyncioreactor import AsyncioSelectorReactor

from tests.delivery.authority import AUTHORITY, LAST_YEAR, Holder, named
from tests.delivery.conftest import Send, addresses, message
from tests.delivery.scripted import Script, Side, scripted
from tests.lookup.nameserver import SERVFAIL, ScriptedNameserver, records
from tuimail.delivery.courier import Courier
from tuimail.delivery.mail import Mail
from tuimail.delivery.settings import Direct, Relay, Settings
from tuimail.demo import DemoWorld
from tuimail.domain import Tlsa
from tuimail.smtp import TlsPolicy, TlsStart, Travel
from tuimail.transcript import Connecting, PassedOver, RecipientOutcome, Status, Transcript

DOMAIN = "example.net"
HOST = "mx.example.net"
ROOT = Holder.make("root", AUTHORITY)
EXPIRED = Holder.make("leaf", named("elsewhere.example"), not_after=LAST_YEAR)


# In the demo world


async def test_dane_in_the_demo_world(
    send: Send, demo_world: DemoWorld, transcript: Transcript
) -> None:
    """Rules R20, R22: `auto` finds the record, and the transcript says what proved what."""
    outcome = await send("bob@secure.test")
    (recipient,) = outcome.recipients
    assert recipient.status is Status.DELIVERED
    assert recipient.tls is not None
    assert (recipient.tls.verified, recipient.tls.policy) == (True, "dane")
    lines = [line.text for line in transcript.lines]
    assert any(line.startswith("mx.secure.test: DANE asks for") for line in lines)
    assert any("verified by DANE-EE, TLSA 3 1 1 " in line for line in lines)
    assert len(demo_world.received) == 1


@pytest.mark.parametrize("tls", [None, TlsPolicy.DANE])
async def test_a_stale_record_defers(
    send: Send, demo_world: DemoWorld, tls: TlsPolicy | None
) -> None:
    """Rules R21, R22: a certificate that no record matches gets nothing, PKIX or not."""
    outcome = await send("bob@stale.test", tls=tls)
    (recipient,) = outcome.recipients
    assert recipient.status is Status.DEFERRED
    assert "no TLSA record of mx.stale.test matches it" in recipient.reply
    assert "“dane” asks" in recipient.reply
    assert demo_world.received == []


async def test_other_policies_do_not_ask(send: Send, demo_world: DemoWorld) -> None:
    """Rule R20: what the user says holds."""
    outcome = await send("bob@stale.test", tls=TlsPolicy.VERIFY)
    assert outcome.status is Status.DELIVERED
    assert len(demo_world.received) == 1


async def test_dane_alone_in_an_unsigned_zone(
    send: Send, demo_world: DemoWorld, transcript: Transcript
) -> None:
    """Rule R21: policy `dane` without a secure TLSA is deferred, before anything is connected."""
    outcome = await send("bob@friendly.test", tls=TlsPolicy.DANE)
    (recipient,) = outcome.recipients
    assert (recipient.status, recipient.enhanced) == (Status.DEFERRED, "4.7.5")
    assert "can't prove itself as “dane” asks" in recipient.reply
    passed = [e.event.exchange for e in transcript.entries if isinstance(e.event, PassedOver)]
    assert passed == ["mx1.friendly.test", "mx2.friendly.test"]
    assert not any(isinstance(entry.event, Connecting) for entry in transcript.entries)
    assert demo_world.received == []


async def test_requiretls_in_the_demo_world(
    reactor: AsyncioSelectorReactor, settings: Settings
) -> None:
    """RFC 8689 §4.2.1: an exchange that anybody could have forged gets no such mail."""
    courier = Courier(reactor, settings, Transcript())
    with message() as content:
        to = addresses("bob@friendly.test")
        mail = Mail(content, "me@example.com", to, travel=Travel.REQUIRETLS)
        outcome = await courier.send(mail)
    await courier.close()
    (recipient,) = outcome.recipients
    assert (recipient.status, recipient.enhanced) == (Status.DEFERRED, "4.7.5")
    assert "REQUIRETLS" in recipient.reply


# Where each answer and each certificate is the test's own


class Domain:
    """example.net, its exchanges on one loopback port, and a nameserver that says what a test
    tells it to."""

    def __init__(
        self,
        reactor: AsyncioSelectorReactor,
        nameserver: ScriptedNameserver,
        settings: Settings,
        port: int,
    ) -> None:
        self.nameserver = nameserver
        self._reactor = reactor
        self._settings = replace(settings, route=Direct(port), ca_file=None)
        self._port = port
        self.exchanges(HOST)

    def exchanges(self, *hosts: str, mx: Flag = AD) -> None:
        lines = [f"{DOMAIN}. 300 MX {10 * place} {host}." for place, host in enumerate(hosts)]
        self.nameserver.say(f"MX {DOMAIN}", records(*lines, flags=mx))
        for host in hosts:
            self.nameserver.say(f"A {host}", records(f"{host}. 60 A 127.0.0.1", flags=AD))

    def alias(self, host: str, end: str) -> None:
        lines = [f"{host}. 60 CNAME {end}.", f"{end}. 60 A 127.0.0.1"]
        self.nameserver.say(f"A {host}", records(*lines, flags=AD))

    def publish(self, *tlsa: Tlsa, base: str = HOST) -> None:
        owner = f"_{self._port}._tcp.{base}"
        lines = [
            f"{owner}. 300 TLSA {each.usage} {each.selector} {each.matching}"
            f" {each.association.hex()}"
            for each in tlsa
        ]
        self.nameserver.say(f"TLSA {owner}", records(*lines, flags=AD))

    def break_look_up(self, base: str) -> None:
        self.nameserver.say(f"TLSA _{self._port}._tcp.{base}", SERVFAIL)

    async def send(self, **changed: object) -> RecipientOutcome:
        settings = replace(self._settings, **changed)  # type: ignore[arg-type]  # by name
        courier = Courier(self._reactor, settings, Transcript())
        with message() as content:
            mail = Mail(content, "me@example.com", addresses(f"bob@{DOMAIN}"))
            outcome = await courier.send(mail)
        await courier.close()
        (recipient,) = outcome.recipients
        return recipient


At = Callable[[Script], Awaitable[Domain]]


@pytest.fixture
async def at(reactor: AsyncioSelectorReactor, home: Path) -> AsyncIterator[At]:
    """The domain, whose exchanges follow a script."""
    del home  # The settings name no file of the user's.
    servers = []

    async with ScriptedNameserver.start() as (nameserver, address):
        settings = Settings(nameservers=(address,), identity="client.example", timeout=5.0)

        async def start(script: Script) -> Domain:
            server = scripted(script)
            servers.append(server)
            return Domain(reactor, nameserver, settings, (await server.__aenter__()).port)

        yield start
        for server in servers:
            await server.__aexit__(None, None, None)


class Encrypted:
    """A script that shows a certificate, then takes a mail; it remembers the names in SNI."""

    def __init__(self, holder: Holder, folder: Path) -> None:
        self.sni: list[str | None] = []
        path = holder.write(folder / "server.pem")
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(path)
        self._context.sni_callback = lambda _socket, name, _context: self.sni.append(name)

    async def __call__(self, side: Side) -> None:
        await side.say("220 mx")
        await side.hear()
        await side.say("250-mx", "250 STARTTLS")
        if await side.hear() != "STARTTLS":
            return
        await side.say("220 go ahead")
        await side.encrypt(self._context)
        await side.take_mail()


class Implicit(Encrypted):
    """The same, with TLS before the greeting."""

    async def __call__(self, side: Side) -> None:
        await side.encrypt(self._context)
        await side.say("220 mx")
        await side.take_mail()


async def plain(side: Side) -> None:
    await side.say("220 mx")
    await side.take_mail()


def proven(outcome: RecipientOutcome) -> tuple[Status, str, bool]:
    """What became of it, who asked for TLS, and whether the certificate verified."""
    assert outcome.tls is not None
    return outcome.status, outcome.tls.policy, outcome.tls.verified


async def test_dane_ee_with_a_certificate_that_nothing_else_can_be_said_for(
    at: At, tmp_path: Path
) -> None:
    """Rule R22: self-signed, expired, for another name."""
    domain = await at(Encrypted(EXPIRED, tmp_path))
    domain.publish(EXPIRED.tlsa(3, 1, 1))
    assert proven(await domain.send()) == (Status.DELIVERED, "dane", True)


async def test_dane_ta_through_an_alias(at: At, tmp_path: Path) -> None:
    """Rule R22: SNI and name check use the TLSA base domain, which is the end of the alias."""
    leaf = Holder.make("leaf", named("host.example.org"), issuer=ROOT)
    encrypted = Encrypted(leaf, tmp_path)
    domain = await at(encrypted)
    domain.alias(HOST, "host.example.org")
    domain.publish(ROOT.tlsa(2, 0, 1), base="host.example.org")
    assert proven(await domain.send()) == (Status.DELIVERED, "dane", True)
    assert encrypted.sni == ["host.example.org"]


async def test_dane_ta_for_the_recipient_domain(at: At, tmp_path: Path) -> None:
    """Rule R22: its name will do too; that of any other will not."""
    domain = await at(Encrypted(Holder.make("leaf", named(DOMAIN), issuer=ROOT), tmp_path))
    domain.publish(ROOT.tlsa(2, 0, 1))
    assert proven(await domain.send()) == (Status.DELIVERED, "dane", True)


async def test_dane_ta_for_somebody_else(at: At, tmp_path: Path) -> None:
    """Rule R22: an authority's other customers are not the exchange."""
    leaf = Holder.make("leaf", named("other.example"), issuer=ROOT)
    domain = await at(Encrypted(leaf, tmp_path))
    domain.publish(ROOT.tlsa(2, 0, 1))
    outcome = await domain.send()
    assert outcome.status is Status.DEFERRED
    assert f"it is for other.example, not for {HOST} or {DOMAIN}" in outcome.reply


async def test_unusable_records_ask_for_encryption(at: At, tmp_path: Path) -> None:
    """Rule R21: whatever the certificate."""
    domain = await at(Encrypted(EXPIRED, tmp_path))
    domain.publish(EXPIRED.tlsa(1, 1, 1))
    assert proven(await domain.send()) == (Status.DELIVERED, "dane", False)
    assert (await domain.send(tls=TlsPolicy.DANE)).enhanced == "4.7.5"


@pytest.mark.parametrize("usage", [1, 3])
async def test_dane_with_implicit_tls(at: At, tmp_path: Path, usage: int) -> None:
    """Rules R21, R22: a policy is the same however TLS begins."""
    domain = await at(Implicit(EXPIRED, tmp_path))
    domain.publish(EXPIRED.tlsa(usage, 1, 1))
    outcome = await domain.send(tls_start=TlsStart.IMPLICIT)
    assert proven(outcome) == (Status.DELIVERED, "dane", usage == 3)
    domain.publish(ROOT.tlsa(3, 1, 1))
    refused = await domain.send(tls_start=TlsStart.IMPLICIT)
    assert (refused.status, "“dane” asks" in refused.reply) == (Status.DEFERRED, True)


@pytest.mark.parametrize("usage", [1, 3])
async def test_records_ask_for_encryption_at_least(at: At, usage: int) -> None:
    """Rules R19, R21: an exchange that does not offer TLS gets no mail in plaintext."""
    domain = await at(plain)
    domain.publish(EXPIRED.tlsa(usage, 1, 1))
    outcome = await domain.send()
    assert (outcome.status, outcome.tls) == (Status.DEFERRED, None)
    assert "does not offer STARTTLS" in outcome.reply


async def test_a_failed_handshake_under_dane_is_not_followed_by_plaintext(at: At) -> None:
    """Rules R18, R19."""
    connections = 0

    async def breaks_tls(side: Side) -> None:
        nonlocal connections
        connections += 1
        await side.say("220 mx")
        await side.hear()
        await side.say("250-mx", "250 STARTTLS")
        await side.hear()
        await side.say("220 go ahead")

    domain = await at(breaks_tls)
    domain.publish(EXPIRED.tlsa(3, 1, 1))
    assert (await domain.send()).status is Status.DEFERRED
    assert connections == 1


async def test_half_dane(at: At, tmp_path: Path) -> None:
    """Rule R21: under an insecure MX a secure record means nothing, wrong or right."""
    domain = await at(Encrypted(EXPIRED, tmp_path))
    domain.exchanges(HOST, mx=Flag(0))
    domain.publish(ROOT.tlsa(3, 1, 1))
    assert proven(await domain.send()) == (Status.DELIVERED, "opportunistic", False)
    assert (await domain.send(tls=TlsPolicy.DANE)).enhanced == "4.7.5"


async def test_a_look_up_that_fails_leads_to_the_next_exchange(at: At, tmp_path: Path) -> None:
    """Rule R21: that exchange is excluded, the next one is not."""
    domain = await at(Encrypted(EXPIRED, tmp_path))
    domain.exchanges(HOST, "mx2.example.net")
    domain.break_look_up(HOST)
    domain.publish(EXPIRED.tlsa(3, 1, 1), base="mx2.example.net")
    outcome = await domain.send()
    assert (outcome.status, outcome.exchange) == (Status.DELIVERED, "mx2.example.net")


async def test_a_look_up_that_fails_defers_where_there_is_no_next(at: At, tmp_path: Path) -> None:
    """Rule R21: deferred 4.7.5, though the exchange would have taken it."""
    domain = await at(Encrypted(EXPIRED, tmp_path))
    domain.break_look_up(HOST)
    outcome = await domain.send()
    assert (outcome.status, outcome.enhanced) == (Status.DEFERRED, "4.7.5")
    assert outcome.reply.startswith(f"{HOST} may have TLSA records, which could not be looked up")


async def test_stopping_while_tlsa_is_looked_up(
    reactor: AsyncioSelectorReactor, settings: Settings
) -> None:
    """Rule R38: the look-up ends with the send."""
    async with ScriptedNameserver.start() as (nameserver, address):
        nameserver.say("A relay.example", records("relay.example. 60 A 127.0.0.1", flags=AD))
        nameserver.say("TLSA _25._tcp.relay.example", lambda _query: None)
        relayed = replace(settings, nameservers=(address,), route=Relay("relay.example"))
        courier = Courier(reactor, relayed, Transcript())
        with message() as content:
            mail = Mail(content, "me@example.com", addresses("bob@example.net"))
            sending = asyncio.create_task(courier.send(mail))
            await nameserver.until_asked(times=3)
            courier.stop()
            outcome = await sending
        await courier.close()
    assert outcome.status is Status.DEFERRED
    assert "stopped" in outcome.recipients[0].reply
