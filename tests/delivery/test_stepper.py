"""Step mode over real sockets: who holds a send lets its commands go."""

import asyncio
from dataclasses import replace

import pytest
from twisted.internet.asyncioreactor import AsyncioSelectorReactor

from tests.delivery.conftest import addresses, message
from tests.delivery.scripted import Side, scripted
from tuimail.delivery.courier import Courier
from tuimail.delivery.mail import Mail
from tuimail.delivery.settings import Relay, Settings
from tuimail.delivery.stepper import SERVER_PATIENCE, Held, Stepper
from tuimail.demo import DemoWorld
from tuimail.smtp import Command, Pace
from tuimail.transcript import Outcome, Status, Transcript


class Hand:
    """Lets a send's commands go, one by one."""

    def __init__(self, courier: Courier, to: str) -> None:
        self.stepper = courier.stepper
        self._courier = courier
        self._changed = asyncio.Event()
        self.stepper.on_change = self._changed.set
        self._sending = asyncio.create_task(self._send(to))

    async def _send(self, to: str) -> Outcome:
        with message(to) as content:
            return await self._courier.send(Mail(content, "me@example.com", addresses(to)))

    async def holds(self, shown: str) -> Held:
        """What waits, once it is this."""
        while True:
            for held in self.stepper.held:
                if held.command.shown.startswith(shown):
                    return held
            self._changed.clear()
            await self._changed.wait()

    async def let_go(self, *commands: str) -> None:
        for shown in commands:
            self.stepper.let_go(await self.holds(shown))

    async def outcome(self) -> Outcome:
        return await self._sending

    async def end(self) -> Outcome:
        self.stepper.pace = Pace.FREE
        return await self._sending


@pytest.fixture
def stepped(settings: Settings) -> Settings:
    return replace(settings, pace=Pace.STEP)


async def test_a_mail_by_hand(
    reactor: AsyncioSelectorReactor, stepped: Settings, demo_world: DemoWorld
) -> None:
    transcript = Transcript()
    courier = Courier(reactor, stepped, transcript)
    hand = Hand(courier, "bob@friendly.test, eve@friendly.test")
    await hand.let_go("EHLO", "STARTTLS", "EHLO")
    hand.stepper.say(await hand.holds("MAIL"), Command.parse("NOOP"))
    hand.stepper.say(await hand.holds("MAIL"), Command.parse("MAIL FROM:<you@example.com>"))
    await hand.let_go("RCPT TO:<bob@friendly.test>")
    hand.stepper.skip(await hand.holds("RCPT TO:<eve@friendly.test>"))
    await hand.let_go("DATA")
    outcome = await hand.outcome()
    await hand.let_go("QUIT")
    await courier.close()
    assert [each.status for each in outcome.recipients] == [Status.DELIVERED, Status.DEFERRED]
    (mail,) = demo_world.received
    assert mail.reverse_path == "you@example.com"
    assert mail.forward_paths == ("bob@friendly.test",)
    lines = [line.text for line in transcript.lines]
    assert "NOOP" in lines
    assert "left out: RCPT TO:<eve@friendly.test>" in lines
    assert not hand.stepper.held


async def test_each_lane_holds_its_own(reactor: AsyncioSelectorReactor, stepped: Settings) -> None:
    courier = Courier(reactor, stepped, Transcript())
    hand = Hand(courier, "bob@friendly.test, bob@plain.test")
    while len(hand.stepper.held) < 2:
        hand._changed.clear()
        await hand._changed.wait()
    first, second = hand.stepper.held
    assert {first.lane.domain, second.lane.domain} == {"friendly.test", "plain.test"}
    hand.stepper.let_go(first)
    assert hand.stepper.held == (second,)
    hand.stepper.let_go(first)  # It has gone.
    outcome = await hand.end()
    await courier.close()
    assert outcome.status is Status.DELIVERED


async def test_run_on_to_the_next_stage(reactor: AsyncioSelectorReactor, stepped: Settings) -> None:
    courier = Courier(reactor, stepped, Transcript())
    hand = Hand(courier, "bob@friendly.test, eve@friendly.test")
    await hand.let_go("EHLO", "STARTTLS", "EHLO", "MAIL")
    hand.stepper.run_on(await hand.holds("RCPT"))
    await hand.holds("DATA")
    outcome = await hand.end()
    await courier.close()
    assert outcome.status is Status.DELIVERED


async def test_begun_in_the_middle(reactor: AsyncioSelectorReactor) -> None:
    """The session has said its hello; whatever comes after it waits."""
    ready = asyncio.Event()

    async def slow(side: Side) -> None:
        await side.say("220 mx")
        await side.hear()
        await ready.wait()
        await side.say("250 mx")
        await side.hear()
        await side.say("550 no")
        await side.gone()

    async with scripted(slow) as server:
        settings = Settings(Relay("127.0.0.1", server.port), identity="client.example")
        transcript = Transcript()
        courier = Courier(reactor, settings, transcript)
        hand = Hand(courier, "bob@example.net")
        said = asyncio.Event()
        transcript.watch(lambda _entry: said.set())
        while not any(line.text.startswith("EHLO") for line in transcript.lines):
            said.clear()
            await said.wait()
        hand.stepper.pace = Pace.STEP
        ready.set()
        await hand.let_go("MAIL")
        outcome = await hand.end()
        await courier.close()
    assert outcome.status is Status.FAILED


async def test_stopped_while_a_command_waits(
    reactor: AsyncioSelectorReactor, stepped: Settings
) -> None:
    """Rule R38: the farewell waits for nobody."""
    courier = Courier(reactor, stepped, Transcript())
    hand = Hand(courier, "bob@friendly.test")
    await hand.let_go("EHLO", "STARTTLS", "EHLO")
    await hand.holds("MAIL")
    courier.stop()
    outcome = await hand.outcome()
    await courier.close()
    assert outcome.status is Status.DEFERRED
    assert not hand.stepper.held


async def test_a_server_that_gives_up(reactor: AsyncioSelectorReactor) -> None:
    async def impatient(side: Side) -> None:
        await side.say("220 mx")
        await side.hear()
        await side.say("250 mx")
        await side.say("421 4.4.2 too slow for me")
        await side.gone()

    async with scripted(impatient) as server:
        settings = Settings(
            Relay("127.0.0.1", server.port), identity="client.example", pace=Pace.STEP
        )
        courier = Courier(reactor, settings, Transcript())
        hand = Hand(courier, "bob@example.net")
        await hand.let_go("EHLO")
        outcome = await hand.outcome()
        await courier.close()
    assert outcome.status is Status.DEFERRED
    assert not hand.stepper.held


async def test_what_turns_the_session_is_refused(
    reactor: AsyncioSelectorReactor, stepped: Settings
) -> None:
    courier = Courier(reactor, stepped, Transcript())
    hand = Hand(courier, "bob@plain.test")
    held = await hand.holds("EHLO")
    with pytest.raises(ValueError, match="DATA is said when its turn comes"):
        hand.stepper.say(held, Command.parse("DATA"))
    assert hand.stepper.held == (held,)
    await hand.end()
    await courier.close()


def test_patience() -> None:
    """RFC 5321 §4.5.3.2.7."""
    held = Held(Transcript().open_lane("example.net"), Command.data(), since=100.0)
    assert held.left(100.0) == SERVER_PATIENCE == 300
    assert held.left(130.0) == 270
    assert held.left(1000.0) == 0


def test_nothing_is_held_before_there_is_a_session() -> None:
    stepper = Stepper(Pace.FREE, lambda: 0.0)
    stepper.pace = Pace.STEP
    assert stepper.held == ()
