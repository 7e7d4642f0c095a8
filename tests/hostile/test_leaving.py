"""Servers that go at the worst moment, or never."""

import pytest
from twisted.internet.asyncioreactor import AsyncioSelectorReactor

from tests.delivery.scripted import Side
from tests.hostile.attack import MANY, STAGES, STATUSES, at, attack, up_to
from tuimail.smtp import Stage, TlsPolicy
from tuimail.transcript import Status

WORDS = {
    Stage.HANDSHAKE: "TLS",
    Stage.FINAL: "final reply",
    Stage.BODY: "block of the message",
}
LEAVINGS = {"rst": Side.reset, "fin": Side.finish, "close": Side.drop}


@pytest.mark.parametrize("leave", LEAVINGS)
@pytest.mark.parametrize("stage", STAGES)
async def test_gone_at_each_stage(
    reactor: AsyncioSelectorReactor, stage: Stage, leave: str
) -> None:
    """Rules R7, R16, R18, R33, R34: RST, FIN and a half-closed connection, which says no more."""
    attacked = await attack(
        reactor,
        at(stage, LEAVINGS[leave]),
        tls=TlsPolicy.ENCRYPT if stage is Stage.HANDSHAKE else TlsPolicy.OPPORTUNISTIC,
        lines=MANY if stage is Stage.BODY else 1,
    )
    assert attacked.recipient.status is STATUSES.get(stage, Status.DEFERRED)
    assert attacked.connections == 1
    if stage is not Stage.QUIT:
        assert WORDS.get(stage, stage.words) in attacked.recipient.reply


async def test_a_server_that_never_reads(reactor: AsyncioSelectorReactor) -> None:
    """Rules R33, R36: its window closes, and the time for a block of the message passes."""

    async def deaf(side: Side) -> None:
        await up_to(side, Stage.DATA)
        side.turn_deaf()
        await side.say("354 go ahead")
        await side.forever()

    attacked = await attack(reactor, deaf, lines=MANY, limit=0.3)
    assert attacked.recipient.status is Status.DEFERRED
    assert "within 0.3 s while sending a block of the message" in attacked.recipient.reply


async def test_a_server_that_never_closes(reactor: AsyncioSelectorReactor) -> None:
    """Rule R34: it answers QUIT and stays; we don't."""

    async def stays(side: Side) -> None:
        await up_to(side, Stage.QUIT)
        await side.say("221 bye")
        await side.forever()

    assert (await attack(reactor, stays)).recipient.status is Status.DELIVERED


async def test_a_server_that_comes_back_to_life(reactor: AsyncioSelectorReactor) -> None:
    """Rule R33: it reads a little of the message and goes: nothing was ended, nothing arrived."""

    async def reads_a_little(side: Side) -> None:
        await up_to(side, Stage.BODY)
        await side.octets(500_000)
        side.reset()

    attacked = await attack(reactor, reads_a_little, lines=MANY)
    assert attacked.recipient.status is Status.DEFERRED
