"""An exchange that answers for each recipient (rule R35, from the server's side)."""

import pytest

from tests.demo.telnet import telnet
from tuimail.demo import DemoWorld

BEGIN = ("LHLO client.example", "MAIL FROM:<me@example.com>")


@pytest.mark.parametrize("hello", ["EHLO", "HELO"])
async def test_smtp_is_not_spoken(demo_world: DemoWorld, hello: str) -> None:
    """RFC 2033 §4.1"""
    async with telnet(demo_world, "mx.lmtp.test") as session:
        assert await session.hear() == b"220 mx.lmtp.test LMTP tuimail demo\r\n"
        assert await session.say(f"{hello} client.example") == (
            b"500 5.5.1 This is LMTP: say LHLO\r\n"
        )


@pytest.mark.parametrize("message", ["DATA", "BDAT"])
async def test_one_reply_for_each_recipient(demo_world: DemoWorld, message: str) -> None:
    """RFC 2033 §4.2: for those that were accepted, in their order, after the message alone."""
    async with telnet(demo_world, "mx.lmtp.test") as session:
        await session.hear()
        for line in BEGIN:
            assert (await session.say(line)).startswith(b"250")
        for user in ("bob", "full", "ann"):
            assert (await session.say(f"RCPT TO:<{user}@lmtp.test>")).startswith(b"250 2.1.5 ")
        assert (await session.say("RCPT TO:<eve@example.com>")).startswith(b"550 5.7.1 ")
        if message == "DATA":
            assert (await session.say("DATA")).startswith(b"354 ")
            session.send("a", ".")
        else:
            session.writer.write(b"BDAT 3 LAST\r\na\r\n")
        assert [await session.hear() for _ in range(3)] == [
            b"250 2.0.0 Ok, 3 octets taken\r\n",
            b"452 4.2.2 Mailbox full\r\n",
            b"250 2.0.0 Ok, 3 octets taken\r\n",
        ]
        assert await session.say("NOOP") == b"250 2.0.0 Ok\r\n"
    (mail,) = demo_world.received
    assert (mail.forward_paths, mail.data) == (("bob@lmtp.test", "ann@lmtp.test"), b"a\r\n")


async def test_nobody_has_room(demo_world: DemoWorld) -> None:
    async with telnet(demo_world, "mx.lmtp.test") as session:
        await session.hear()
        for line in (*BEGIN, "RCPT TO:<full@lmtp.test>"):
            await session.say(line)
        session.writer.write(b"BDAT 3 LAST\r\na\r\n")
        assert (await session.hear()).startswith(b"452 4.2.2 ")
    assert demo_world.received == []
