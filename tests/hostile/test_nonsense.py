"""Servers that say what no server may say."""

import pytest
from twisted.internet.asyncioreactor import AsyncioSelectorReactor

from tests.delivery.scripted import Side
from tests.hostile.attack import MANY, STAGES, STATUSES, attack, saying, up_to
from tuimail.smtp import Stage
from tuimail.transcript import Status

STAGES_OF_REPLIES = [stage for stage in STAGES if stage is not Stage.HANDSHAKE]
NONSENSE = {
    "000": b"000 what\r\n",
    "999": b"999-what\r\n999 what\r\n",
    "nul": b"\0\0\0\0\r\n",
    "nul in a reply": b"250\0ok\r\n",
    "8-bit": b"\xe5\xe4\xf6\xff\r\n",
    "escapes": b"\x1b]0;owned\x07\x1b[2J\x9b31m\r\n",
    "two codes": b"250-one\r\n550 two\r\n",
    "http": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "tls": b"\x15\x03\x01\x00\x02\x02\x28\n",
    "ssh": b"SSH-2.0-OpenSSH_9.6\r\n",
    "bare lf": b"\n\n\n",
}


@pytest.mark.parametrize("said", NONSENSE)
@pytest.mark.parametrize("stage", STAGES_OF_REPLIES)
async def test_nonsense_at_each_stage(
    reactor: AsyncioSelectorReactor, stage: Stage, said: str
) -> None:
    """Rules R11, R15, R16, R33: a breach of the protocol, told so that a terminal can show it."""
    attacked = await attack(
        reactor, saying(stage, NONSENSE[said]), lines=MANY if stage is Stage.BODY else 1
    )
    assert attacked.recipient.status is STATUSES.get(stage, Status.DEFERRED)
    assert attacked.connections == 1
    if stage is not Stage.QUIT:
        assert "broke the protocol" in attacked.recipient.reply


REFUSING = b"5%d 5.7.1 \x1b[31mred\x1b]8;;http://x\x07\xe2\x80\xae\xff\0[bold]no[/bold]\r\n"


@pytest.mark.parametrize("code", [50, 54])
@pytest.mark.parametrize("stage", [Stage.GREETING, Stage.MAIL, Stage.RCPT, Stage.DATA, Stage.FINAL])
async def test_a_refusal_full_of_controls(
    reactor: AsyncioSelectorReactor, stage: Stage, code: int
) -> None:
    """Rule R15: it is a refusal like any other, and `attack` sees to it that it can be shown."""

    async def refuses(side: Side) -> None:
        await up_to(side, stage)
        await side.send_raw(REFUSING % code)
        await side.hear()
        await side.say("221 bye")

    attacked = await attack(reactor, refuses)
    assert attacked.recipient.status is Status.FAILED
    assert any("\\x1b[31mred" in line for line in attacked.lines)


async def test_354_to_everything(reactor: AsyncioSelectorReactor) -> None:
    """Rules R11, R33: it leads nowhere, and delivers nothing."""

    async def goes_ahead(side: Side) -> None:
        while True:
            await side.say("354 go ahead")
            if not await side.hear():
                return

    attacked = await attack(reactor, goes_ahead)
    assert attacked.recipient.status is Status.DEFERRED


async def test_354_to_all_but_the_opening(reactor: AsyncioSelectorReactor) -> None:
    """Rules R11, R33: nor does it behind the final dot, where the mail may be there."""

    async def goes_ahead(side: Side) -> None:
        await up_to(side, Stage.FINAL)
        await side.say("354 go ahead")
        await side.gone()

    attacked = await attack(reactor, goes_ahead)
    assert attacked.recipient.status is Status.UNKNOWN


@pytest.mark.parametrize("pipelining", ["250 PIPELINING", "250 HELP"])
async def test_replies_before_their_commands(
    reactor: AsyncioSelectorReactor, pipelining: str
) -> None:
    """Rule R11: who answers what was not asked is not believed."""
    session = ["220 mx", "250-mx", pipelining, "250 ok", "250 ok", "354 go", "250 taken", "221 bye"]

    async def runs_ahead(side: Side) -> None:
        await side.say(*session)
        await side.gone()

    attacked = await attack(reactor, runs_ahead)
    assert attacked.recipient.status is Status.DEFERRED
    assert "broke the protocol" in attacked.recipient.reply
    assert not any("MAIL" in line for line in attacked.lines)


async def test_the_final_reply_before_the_message(reactor: AsyncioSelectorReactor) -> None:
    """Rules R11, R33: 250 on the heels of 354 is no acceptance of what comes later."""

    async def cannot_wait(side: Side) -> None:
        await up_to(side, Stage.DATA)
        await side.say("354 go ahead", "250 taken")
        await side.gone()

    attacked = await attack(reactor, cannot_wait)
    assert attacked.recipient.status is not Status.DELIVERED
