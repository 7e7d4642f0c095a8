"""A courier in the demo world."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from twisted.internet.asyncioreactor import AsyncioSelectorReactor

from tests.world import demo_ca_file, demo_clock, demo_world
from tuimail.delivery.courier import Courier
from tuimail.delivery.mail import Mail
from tuimail.delivery.settings import Direct, Settings
from tuimail.demo import DemoWorld
from tuimail.lookup import Nameserver
from tuimail.message import Address, Draft, Message, compose, parse_addresses
from tuimail.transcript import Outcome, Transcript

__all__ = ["demo_ca_file", "demo_clock", "demo_world"]

BODY = "Hello, how are you, goodbye.\n.\n..\nFrom me\n"


def addresses(text: str) -> tuple[Address, ...]:
    found = parse_addresses(text)
    assert not found.problems
    return found.addresses


def message(to: str = "bob@friendly.test", body: str = BODY) -> Message:
    draft = Draft(sender=addresses("Me <me@example.com>")[0], to=addresses(to), body=body)
    now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    return compose(draft, now=now, message_id="<1@example.com>")


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
