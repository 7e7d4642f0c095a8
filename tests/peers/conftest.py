"""Peers that this project did not write, and a nameserver that leads to them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.internet.defer import maybeDeferred

from tests.peers import (
    dns_servers,
    dovecot,
    exim,
    libraries,
    opensmtpd,
    postfix,
    posttls_finger,
    terminal,
)
from tests.peers.peer import Kind, Peer
from tests.peers.site import DOMAIN, HOST
from tuimail.delivery.reactor import as_future
from tuimail.demo.domains import Absence, DemoDomain, DemoExchange
from tuimail.demo.nameserver import DatagramNameserver
from tuimail.demo.zone import Zones


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs a peer skips where there is none, and says why."""
    reasons = {
        "dns_servers": dns_servers.missing(),
        "dovecot": dovecot.missing(),
        "exim": exim.missing(),
        "nodemailer": libraries.missing_nodemailer(),
        "opensmtpd": opensmtpd.missing(),
        "postfix": postfix.missing(),
        "posttls_finger": posttls_finger.missing(),
        "tmux": terminal.missing(),
    }
    for item in items:
        for marker, reason in reasons.items():
            if reason and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason))


@pytest.fixture(scope="package")
async def mail_system() -> AsyncIterator[Peer]:
    async with postfix.postfix() as peer:
        yield peer


@pytest.fixture(scope="package")
async def started() -> AsyncIterator[Callable[[Kind], Awaitable[Peer]]]:
    """Starts a mail server where a test asks for the first of its kind; all end together."""
    peers: dict[str, Peer] = {}
    async with AsyncExitStack() as stack:

        async def start(kind: Kind) -> Peer:
            if kind.name not in peers:
                peers[kind.name] = await stack.enter_async_context(kind.start())
            return peers[kind.name]

        yield start


@pytest.fixture
async def peer(kind: Kind, started: Callable[[Kind], Awaitable[Peer]]) -> Peer:
    """A mail server of the kind that the test is about."""
    return await started(kind)


@pytest.fixture
async def nameserver(reactor: AsyncioSelectorReactor) -> AsyncIterator[str]:
    """`ADDR:PORT` of a nameserver that knows where the peers are."""
    exchange = DemoExchange(HOST, 10, "127.0.0.1", Absence.CLOSED)
    zones = Zones([DemoDomain(DOMAIN, "Somebody else's mail server.", (), (exchange,))])
    port = reactor.listenUDP(0, DatagramNameserver(zones), interface="127.0.0.1")
    yield f"127.0.0.1:{port.getHost().port}"
    await as_future(maybeDeferred(port.stopListening))
