"""What every exchange holds its clients to, whatever its temper."""

import asyncio
import ssl

import pytest

from tests.demo.telnet import telnet
from tuimail.demo import DemoWorld

BEGIN = ("EHLO client.example", "MAIL FROM:<me@example.com>")


@pytest.mark.parametrize(
    ("before", "command", "reply"),
    [
        ((), "MAIL FROM:<me@example.com>", b"503 5.5.1 "),
        ((), "EHLO", b"501 5.5.4 "),
        ((), "HELO", b"501 5.5.4 "),
        ((), "ehlo client.example", b"250-mx1.friendly.test "),
        (BEGIN[:1], "RCPT TO:<bob@friendly.test>", b"503 5.5.1 "),
        (BEGIN[:1], "DATA", b"503 5.5.1 "),
        (BEGIN[:1], "MAIL FROM: <me@example.com>", b"501 5.5.4 "),
        (BEGIN[:1], "MAIL FROM:me@example.com", b"501 5.5.4 "),
        (BEGIN[:1], "MAIL TO:<me@example.com>", b"501 5.5.4 "),
        (BEGIN[:1], "MAIL FROM:<>", b"250 2.1.0 "),
        (BEGIN[:1], 'MAIL FROM:<"a> b"@example.com>', b"250 2.1.0 "),
        (BEGIN[:1], "MAIL FROM:<me@example.com> BODY=8BITMIME SIZE=5", b"250 2.1.0 "),
        (BEGIN[:1], "MAIL FROM:<me@example.com> BODY=BINARYMIME", b"555 5.5.4 "),
        (BEGIN[:1], "MAIL FROM:<me@example.com> SIZE=huge", b"555 5.5.4 "),
        (BEGIN[:1], "MAIL FROM:<me@example.com> size=5 SIZE=6", b"555 5.5.4 "),
        (BEGIN[:1], "MAIL FROM:<me@example.com> RET=HDRS envid=a+2Bb+3D", b"250 2.1.0 "),
        (BEGIN[:1], "MAIL FROM:<me@example.com> RET=NONE", b"555 5.5.4 "),
        (BEGIN[:1], "MAIL FROM:<me@example.com> RET=FULL RET=FULL", b"555 5.5.4 "),
        (BEGIN[:1], "MAIL FROM:<me@example.com> ENVID=", b"555 5.5.4 "),
        (BEGIN[:1], "MAIL FROM:<me@example.com> ENVID=a+2b", b"555 5.5.4 "),
        (BEGIN[:1], "MAIL FROM:<me@example.com> ENVID=" + "a" * 101, b"555 5.5.4 "),
        (BEGIN[:1], "MAIL FROM:<me@example.com> REQUIRETLS", b"555 5.5.4 "),
        (BEGIN[:1], "MAIL FROM:<me@example.com> AUTH=<>", b"555 5.5.4 "),
        (BEGIN[:1], "MAIL FROM:<zoë@example.com>", b"553 5.6.7 "),
        (BEGIN[:1], "MAIL FROM:<zoë@example.com> SMTPUTF8", b"250 2.1.0 "),
        (BEGIN, "MAIL FROM:<me@example.com>", b"503 5.5.1 "),
        (BEGIN, "RCPT TO:<>", b"501 5.5.4 "),
        (BEGIN, "RCPT TO:<zoë@friendly.test>", b"553 5.6.7 "),
        (BEGIN, "RCPT TO:<bob@example.com>", b"550 5.7.1 "),
        (BEGIN, "RCPT TO:<bob>", b"550 5.7.1 "),
        (BEGIN, "RCPT TO:<bob@friendly.test> NOTIFY=NEVER", b"250 2.1.5 "),
        (BEGIN, "RCPT TO:<bob@friendly.test> notify=Success,DELAY", b"250 2.1.5 "),
        (BEGIN, "RCPT TO:<bob@friendly.test> NOTIFY=NEVER,SUCCESS", b"555 5.5.4 "),
        (BEGIN, "RCPT TO:<bob@friendly.test> NOTIFY=DELAY,DELAY", b"555 5.5.4 "),
        (BEGIN, "RCPT TO:<bob@friendly.test> NOTIFY=", b"555 5.5.4 "),
        (BEGIN, "RCPT TO:<bob@friendly.test> ORCPT=rfc822;b+2Bob@x", b"250 2.1.5 "),
        (BEGIN, "RCPT TO:<bob@friendly.test> ORCPT=bob@x", b"555 5.5.4 "),
        (BEGIN, "RCPT TO:<bob@friendly.test> ORCPT=rfc822;a=b", b"555 5.5.4 "),
        (BEGIN, "RCPT TO:<bob@friendly.test> SIZE=3", b"555 5.5.4 "),
        (BEGIN, "DATA", b"554 5.5.1 "),
        ((*BEGIN, "RSET"), "RCPT TO:<bob@friendly.test>", b"503 5.5.1 "),
        ((*BEGIN, "EHLO client.example"), "RCPT TO:<bob@friendly.test>", b"503 5.5.1 "),
        ((*BEGIN, "RCPT TO:<bob@friendly.test>"), "DATA now", b"501 5.5.4 "),
        ((), "NOOP whatever", b"250 2.0.0 "),
        ((), "VRFY bob", b"252 2.5.0 "),
        ((), "HELP", b"214 2.0.0 "),
        ((), "BDAT", b"501 5.5.4 "),
        ((), "BDAT -1", b"501 5.5.4 "),
        ((), "BDAT 3 FIRST", b"501 5.5.4 "),
        ((), "AUTH PLAIN", b"502 5.5.1 "),
        ((), "LHLO client.example", b"500 5.5.1 "),
        ((), "XCLIENT ADDR=192.0.2.1", b"503 5.5.1 "),
        (BEGIN[:1], "XCLIENT ADDR=192.0.2.256", b"501 5.5.4 "),
        (BEGIN[:1], "XCLIENT NOTE=x", b"501 5.5.4 "),
        (BEGIN[:1], "XCLIENT", b"501 5.5.4 "),
        (BEGIN, "XCLIENT ADDR=192.0.2.1", b"503 5.5.1 "),
        ((), "WHAT", b"500 5.5.1 "),
        ((), "NOOP \x00", b"500 5.5.2 "),
        ((), "NOOP a\nNOOP b", b"500 5.5.2 "),
        ((), "QUIT", b"221 2.0.0 "),
    ],
)
async def test_replies(
    demo_world: DemoWorld, before: tuple[str, ...], command: str, reply: bytes
) -> None:
    async with telnet(demo_world, "mx1.friendly.test") as session:
        assert await session.hear() == b"220 mx1.friendly.test ESMTP tuimail demo\r\n"
        for line in before:
            assert (await session.say(line)).startswith(b"250")
        assert (await session.say(command)).startswith(reply)


async def test_a_command_that_is_not_utf8(demo_world: DemoWorld) -> None:
    async with telnet(demo_world, "mx1.friendly.test") as session:
        await session.hear()
        session.writer.write(b"NOOP \xff\r\n")
        assert (await session.hear()).startswith(b"500 5.5.2 ")


async def test_a_hundred_recipients_and_no_more(demo_world: DemoWorld) -> None:
    async with telnet(demo_world, "mx1.friendly.test") as session:
        await session.hear()
        await session.say(BEGIN[0])
        await session.say(BEGIN[1])
        for n in range(100):
            assert (await session.say(f"RCPT TO:<u{n}@friendly.test>")).startswith(b"250 2.1.5 ")
        assert (await session.say("RCPT TO:<u@friendly.test>")).startswith(b"452 4.5.3 ")


async def test_pipelining_cut_in_many_places(demo_world: DemoWorld) -> None:
    """Two transactions in two writes, and messages that look like commands."""
    transaction = (*BEGIN[1:], "RCPT TO:<bob@friendly.test>", "DATA", "QUIT", "..", "RSET", ".")
    wire = "".join(line + "\r\n" for line in (BEGIN[0], *transaction, *transaction, "QUIT"))
    for cut in range(0, len(wire), 7):
        demo_world.received.clear()
        async with telnet(demo_world, "mx1.friendly.test") as session:
            await session.hear()
            session.writer.write(wire[:cut].encode())
            await asyncio.sleep(0)
            session.writer.write(wire[cut:].encode())
            codes = [(await session.hear())[:3] for _ in range(10)]
        assert codes == [b"250", *[b"250", b"250", b"354", b"250"] * 2, b"221"]
        assert [mail.data for mail in demo_world.received] == [b"QUIT\r\n.\r\nRSET\r\n"] * 2


async def test_a_command_line_that_does_not_end(demo_world: DemoWorld) -> None:
    async with telnet(demo_world, "mx1.friendly.test") as session:
        await session.hear()
        session.writer.write(b"NOOP " + b"a" * 3000)
        assert await session.hear() == b"500 5.5.2 Line too long\r\n"
        assert await session.hear() == b""


async def test_plaintext_behind_starttls_is_forgotten(demo_world: DemoWorld) -> None:
    """Rule R17, from the server's side (RFC 3207 §4.2), and EHLO is due again."""
    context = ssl._create_unverified_context()  # noqa: S323 - not what is tested
    async with telnet(demo_world, "mx1.friendly.test") as session:
        await session.hear()
        await session.say(BEGIN[0])
        assert await session.say("STARTTLS", "RSET") == b"220 2.0.0 Ready to start TLS\r\n"
        await session.writer.start_tls(context)
        assert (await session.say(BEGIN[1])).startswith(b"503 5.5.1 ")
        assert b"STARTTLS" not in await session.say(BEGIN[0])
        assert (await session.say("STARTTLS")).startswith(b"503 5.5.1 ")
        assert (await session.say("QUIT")).startswith(b"221 2.0.0 ")
