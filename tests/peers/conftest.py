"""Peers that this project did not write, and a nameserver that leads to Postfix."""

from collections.abc import AsyncIterator

import pytest
from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.internet.defer import maybeDeferred

from tests.peers import postfix, terminal
from tests.peers.postfix import DOMAIN, HOST, Postfix
from tuimail.delivery.reactor import as_future
from tuimail.demo.domains import Absence, DemoDomain, DemoExchange
from tuimail.demo.nameserver import DatagramNameserver
from tuimail.demo.zone import Zones


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs a peer skips where there is none, and says why."""
    reasons = {"postfix": postfix.missing(), "tmux": terminal.missing()}
    for item in items:
        for marker, reason in reasons.items():
            if reason and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason))


@pytest.fixture(scope="package")
async def mail_system() -> AsyncIterator[Postfix]:
    async with postfix.postfix() as peer:
        yield peer


@pytest.fixture
async def nameserver(reactor: AsyncioSelectorReactor) -> AsyncIterator[str]:
    """`ADDR:PORT` of a nameserver that knows where Postfix is."""
    exchange = DemoExchange(HOST, 10, "127.0.0.1", Absence.CLOSED)
    zones = Zones([DemoDomain(DOMAIN, "Debian's Postfix.", (), (exchange,))])
    port = reactor.listenUDP(0, DatagramNameserver(zones), interface="127.0.0.1")
    yield f"127.0.0.1:{port.getHost().port}"
    await as_future(maybeDeferred(port.stopListening))
