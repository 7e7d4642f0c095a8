"""What rude.test does to whom, seen by somebody who takes the bytes as they are."""

import pytest

from tests.demo.telnet import Telnet, telnet
from tuimail.demo import DEMO_DOMAINS, DemoWorld
from tuimail.demo.tempers import RUDE

HOSTILE = {
    "a colour": b"\x1b[31m",
    "a title": b"\x1b]0;",
    "the clipboard": b"\x1b]52;c;",
    "C1 in UTF-8": b"\xc2\x9b",
    "a reversal": "\u202e".encode(),
    "markup": b"[bold red]",
}


async def write_to(session: Telnet, local_part: str) -> None:
    """Up to RCPT, whose reply is left to be heard."""
    await session.hear()
    await session.say("EHLO client.example")
    await session.say("MAIL FROM:<me@example.com>")
    session.send(f"RCPT TO:<{local_part}@rude.test>")


def test_a_person_can_reach_each_whim() -> None:
    """The list for a person names every local part that means something."""
    (domain,) = (domain for domain in DEMO_DOMAINS if domain.name == "rude.test")
    named = {recipient.address.partition("@")[0] for recipient in domain.recipients}
    assert named == {"bob", *RUDE.at_recipient, *RUDE.at_end}


async def test_every_reply_is_hostile(demo_world: DemoWorld) -> None:
    async with telnet(demo_world, "mx.rude.test") as session:
        replies = [
            await session.hear(),
            await session.say("EHLO client.example"),
            await session.say("MAIL FROM:<me@example.com>"),
            await session.say("RCPT TO:<bob@rude.test>"),
            await session.say("DATA"),
            await session.say("Subject: hello", "", "."),
            await session.say("QUIT"),
        ]
    assert [reply[:3] for reply in replies] == [b"220", *[b"250"] * 3, b"354", b"250", b"221"]
    for what, octets in HOSTILE.items():
        assert all(octets in reply for reply in replies), what
    assert [mail.data for mail in demo_world.received] == [b"Subject: hello\r\n\r\n"]


async def test_the_refusal_of_escapes_has_a_bare_c1_octet_too(demo_world: DemoWorld) -> None:
    async with telnet(demo_world, "mx.rude.test") as session:
        await write_to(session, "escapes")
        reply = await session.hear()
    assert reply.startswith(b"550-5.1.1 ")
    assert b"\x1b[2J" in reply
    assert b"\x9b31m" in reply.replace(b"\xc2\x9b", b"")


@pytest.mark.parametrize(
    ("local_part", "reply"),
    [("broken", b"2x0 what\r\n"), ("mixed", b"250-2.1.5 yes\r\n550 5.1.1 no\r\n"), ("drop", b"")],
)
async def test_a_reply_that_is_none(demo_world: DemoWorld, local_part: str, reply: bytes) -> None:
    async with telnet(demo_world, "mx.rude.test") as session:
        await write_to(session, local_part)
        assert await session.hear() == reply
        assert session.reader.at_eof() == (local_part == "drop")


async def test_a_line_without_an_end(demo_world: DemoWorld) -> None:
    async with telnet(demo_world, "mx.rude.test") as session:
        await write_to(session, "endless")
        heard = await session.reader.readexactly(1_000_000)
    assert heard.startswith(b"250 2.1.5 and another thing, and another thing, ")
    assert b"\n" not in heard


async def test_a_reply_of_endless_lines(demo_world: DemoWorld) -> None:
    async with telnet(demo_world, "mx.rude.test") as session:
        await write_to(session, "lecture")
        heard = await session.reader.readexactly(1_000_000)
    assert set(heard.split(b"\r\n")[:-1]) == {b"250-2.1.5 and another thing"}


async def test_hanging_up_after_the_final_dot(demo_world: DemoWorld) -> None:
    """The mail has been taken all the same, and nobody says so."""
    async with telnet(demo_world, "mx.rude.test") as session:
        await write_to(session, "vanish")
        assert (await session.hear()).startswith(b"250 2.1.5 ")
        assert (await session.say("DATA")).startswith(b"354 ")
        assert await session.say("Subject: gone", ".") == b""
    assert [mail.data for mail in demo_world.received] == [b"Subject: gone\r\n"]
