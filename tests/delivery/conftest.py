"""A courier in the demo world."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from twisted.internet.asyncioreactor import AsyncioSelectorReactor

from tests.delivery.counting import Counter
from tests.delivery.letters import BODY, addresses, message
from tests.delivery.rounds import Known, Post, Servers
from tests.world import demo_ca_file, demo_clock, demo_world
from tuimail.delivery import signpost
from tuimail.delivery.courier import Courier
from tuimail.delivery.mail import Mail
from tuimail.delivery.settings import Direct, Settings
from tuimail.demo import DemoWorld
from tuimail.lookup import Nameserver
from tuimail.transcript import Outcome, Transcript

__all__ = ["addresses", "demo_ca_file", "demo_clock", "demo_world", "message"]


@pytest.fixture
def settings(demo_world: DemoWorld, demo_ca_file: Path) -> Settings:
    """Direct to the demo world's exchanges, whose authority is believed."""
    return Settings(
        route=Direct(demo_world.smtp_port),
        ca_file=demo_ca_file,
        nameservers=(Nameserver(*demo_world.nameserver),),
        identity="client.example",
        timeout=5.0,
        policy_port=demo_world.https_port,
    )


@pytest.fixture
def transcript() -> Transcript:
    return Transcript()


Send = Callable[..., Awaitable[Outcome]]


@pytest.fixture
async def send(
    reactor: AsyncioSelectorReactor, settings: Settings, transcript: Transcript
) -> AsyncIterator[Send]:
    """Sends a small mail to the addresses given; `changed` settings are for this send."""
    couriers = []

    async def run(to: str, blind: str = "", body: str = BODY, **changed: object) -> Outcome:
        courier = Courier(reactor, replace(settings, **changed), transcript)  # type: ignore[arg-type]  # by name
        couriers.append(courier)
        with message(to, body) as content:
            mail = Mail(content, "me@example.com", addresses(to), addresses(blind))
            return await courier.send(mail)

    yield run
    for courier in couriers:
        await courier.close()


@pytest.fixture
async def servers() -> AsyncIterator[Servers]:
    async with AsyncExitStack() as stack:
        yield Servers(stack)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> Known:
    """Stands for the DNS in every courier of this test."""
    known = Known()
    monkeypatch.setattr(signpost, "find_exchanges", known.find)
    monkeypatch.setattr(signpost, "find_relay", known.find)
    return known


@pytest.fixture
async def post(reactor: AsyncioSelectorReactor, servers: Servers) -> AsyncIterator[Post]:
    post = Post(reactor, servers)
    yield post
    await post.close()


@pytest.fixture
def counter() -> Counter:
    return Counter()
