"""Fixtures around the demo world; import them into the conftest of the room that wants them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.internet.task import Clock

from tuimail.demo import DEMO_DOMAINS, DemoWorld


@pytest.fixture
def demo_clock() -> Clock:
    """Times the demo world's greylist and its slow exchange: both stand still until `advance`."""
    return Clock()


@pytest.fixture
async def demo_world(
    reactor: AsyncioSelectorReactor, demo_clock: Clock
) -> AsyncIterator[DemoWorld]:
    """A world of this test's own (it starts in about 15 ms)."""
    async with await DemoWorld.start(reactor, clock=demo_clock) as world:
        yield world


@pytest.fixture
def demo_ca_file(demo_world: DemoWorld, tmp_path: Path) -> Path:
    """The world's authority as a PEM file."""
    path = tmp_path / "demo-ca.pem"
    path.write_bytes(demo_world.ca_pem)
    return path


def address_of(exchange: str) -> str:
    """The loopback address of an exchange, by its name."""
    addresses = {e.name: e.address for domain in DEMO_DOMAINS for e in domain.exchanges}
    return addresses[exchange]
