"""Starting the world, and leaving nothing of it behind."""

import asyncio
import socket
import ssl

import dns.asyncquery
import dns.message
import pytest
from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.internet.task import Clock

from tests.demo.telnet import telnet
from tests.world import address_of
from tuimail.demo import DEMO_DOMAINS, Absence, DemoError, DemoWorld
from tuimail.demo.letterbox import Letterbox, Received
from tuimail.demo.loopback import Place, Use, occupy

SERVED = [
    exchange
    for domain in DEMO_DOMAINS
    for exchange in domain.exchanges
    if not isinstance(exchange.temper, Absence)
]


def left_in(reactor: AsyncioSelectorReactor) -> set[object]:
    return {*reactor.getReaders(), *reactor.getWriters(), *reactor.getDelayedCalls()}


async def nobody_listens(address: str, port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(address, port)
    except ConnectionRefusedError:
        return True
    writer.transport.abort()
    return False


async def test_stopping_leaves_nothing_open(reactor: AsyncioSelectorReactor) -> None:
    """Sessions in every state are cut off: idle, in TLS, waiting for a reply, babbled at."""
    before, clock = left_in(reactor), Clock()
    world = await DemoWorld.start(reactor, clock=clock)
    async with (
        telnet(world, "mx1.friendly.test") as idle,
        telnet(world, "mx2.friendly.test") as secured,
        telnet(world, "mx.slow.test"),
        telnet(world, "mx.rude.test") as lectured,
    ):
        await idle.hear()
        await secured.hear()
        await secured.say("EHLO client.example")
        await secured.say("STARTTLS")
        context = ssl._create_unverified_context()  # noqa: S323 - not what is tested
        await secured.writer.start_tls(context)
        await secured.say("EHLO client.example")
        await lectured.hear()
        await lectured.say("EHLO client.example")
        await lectured.say("MAIL FROM:<me@example.com>")
        lectured.send("RCPT TO:<lecture@rude.test>")
        await lectured.reader.readexactly(1000)
        assert clock.getDelayedCalls()
        await world.stop()
    assert left_in(reactor) == before
    assert not clock.getDelayedCalls()
    for place in [*((e.address, world.smtp_port) for e in SERVED), world.nameserver]:
        assert await nobody_listens(*place)
    assert await nobody_listens(address_of("mx.blocked.test"), world.smtp_port)


async def test_stopping_twice_is_stopping(reactor: AsyncioSelectorReactor) -> None:
    async with await DemoWorld.start(reactor) as world:
        await world.stop()


async def test_two_worlds_side_by_side(reactor: AsyncioSelectorReactor) -> None:
    async with await DemoWorld.start(reactor) as one, await DemoWorld.start(reactor) as other:
        assert one.smtp_port != other.smtp_port
        assert one.nameserver != other.nameserver
        assert one.ca_pem != other.ca_pem


async def test_the_same_ports_again_at_once(reactor: AsyncioSelectorReactor) -> None:
    """Connections in TIME_WAIT do not keep a world from its fixed ports."""
    async with await DemoWorld.start(reactor) as world:
        smtp_port, dns_port = world.smtp_port, world.nameserver[1]
        async with telnet(world, "mx1.friendly.test") as session:
            await session.hear()
            await session.say("QUIT")
            assert await session.hear() == b""
    async with await DemoWorld.start(reactor, smtp_port=smtp_port, dns_port=dns_port) as world:
        assert (world.smtp_port, world.nameserver[1]) == (smtp_port, dns_port)
        query = dns.message.make_query("friendly.test", "MX")
        await dns.asyncquery.tcp(query, world.nameserver[0], port=dns_port, timeout=5)


async def test_a_taken_port_is_one_clear_line(reactor: AsyncioSelectorReactor) -> None:
    before = left_in(reactor)
    async with await DemoWorld.start(reactor) as world:
        port, dns_port = world.smtp_port, world.nameserver[1]
        with pytest.raises(DemoError, match=f"^port {port} of 127.0.0.11 is taken: .+$"):
            await DemoWorld.start(reactor, smtp_port=port)
        with pytest.raises(DemoError, match=f"^port {dns_port} of 127.0.0.1 is taken: .+$"):
            await DemoWorld.start(reactor, dns_port=dns_port)
    assert left_in(reactor) == before


async def test_a_port_that_is_taken_on_one_address_only(reactor: AsyncioSelectorReactor) -> None:
    """The exchange that refuses connections needs its port too: nobody else may answer there."""
    address = address_of("mx1.backup.test")
    with socket.socket() as other:
        other.bind((address, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(DemoError, match=f"^port {port} of {address} is taken"):
            await DemoWorld.start(reactor, smtp_port=port)


def test_a_port_that_is_not_free_everywhere_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Port 0 is asked for again when the number it gave is taken on another address."""
    places = [Place("127.0.0.11", Use.LISTEN), Place("127.0.0.12", Use.HOLD)]
    with socket.socket() as first, socket.socket() as taken, socket.socket() as free:
        first.bind(("127.0.0.11", 0))
        taken.bind(("127.0.0.12", first.getsockname()[1]))
        free.bind(("127.0.0.11", 0))
        offered = iter([first.getsockname()[1], free.getsockname()[1]])
        free.close()
        first.close()

        class Offered(socket.socket):
            def bind(self, address: tuple[str, int]) -> None:  # type: ignore[override]  # as used
                super().bind((address[0], address[1] or next(offered)))

        monkeypatch.setattr("tuimail.demo.loopback.socket.socket", Offered)
        bound = occupy(places, 0)
    ports = {held.getsockname()[1] for held in bound}
    for held in bound:
        held.close()
    assert len(ports) == 1
    assert next(offered, None) is None


def test_a_system_without_the_addresses_is_told_how_to_get_them() -> None:
    """As macOS has but 127.0.0.1; here, an address that nobody has (RFC 5737)."""
    with pytest.raises(DemoError) as told:
        occupy([Place("127.0.0.1", Use.LISTEN), Place("192.0.2.1", Use.HOLD)], 0)
    assert str(told.value) == (
        "this system has no loopback address 192.0.2.1; on macOS and BSD, run:"
        " for a in 192.0.2.1; do sudo ifconfig lo0 alias $a; done"
    )


def test_every_address_is_on_loopback() -> None:
    addresses = [e.address for domain in DEMO_DOMAINS for e in domain.exchanges]
    assert all(address.startswith("127.0.0.") for address in addresses)
    assert len(set(addresses)) == len(addresses)


def test_a_letterbox_forgets_the_oldest_when_it_is_full() -> None:
    letterbox = Letterbox(capacity=10)
    mails = [Received("mx", "", (), bytes(size), tls=False) for size in (4, 5, 3, 11)]
    for mail, kept in zip(mails, (mails[:1], mails[:2], mails[1:3], mails[3:]), strict=True):
        letterbox.take(mail)
        assert letterbox.received == kept
