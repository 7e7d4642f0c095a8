"""Chunks, limits, claims of who is there: what an extension obliges an exchange to."""

import pytest

from tests.demo.telnet import Telnet, telnet
from tuimail.demo import DemoWorld

BEGIN = ("EHLO client.example", "MAIL FROM:<me@example.com>", "RCPT TO:<bob@friendly.test>")


async def begin(session: Telnet, *lines: str) -> None:
    await session.hear()
    for line in lines:
        assert (await session.say(line)).startswith(b"250")


def chunk(octets: bytes, last: str = "") -> bytes:
    return b"BDAT %d%s\r\n%s" % (len(octets), last.encode(), octets)


CHUNKS = (b"Subject: x\r\n\r\n.\r\n", b"", b"\r\n.\r\nQUIT\r\n", b"\0\xff\nno end")


async def test_chunks_are_counted_not_read(demo_world: DemoWorld) -> None:
    """Rule R29: no dot ends anything; one reply for each chunk; cut anywhere."""
    wire = b"".join([*map(chunk, CHUNKS), chunk(b"", " LAST"), b"NOOP\r\n"])
    for cut in range(len(wire) + 1):
        demo_world.received.clear()
        async with telnet(demo_world, "mx1.friendly.test") as session:
            await begin(session, *BEGIN)
            session.writer.write(wire[:cut])
            await session.writer.drain()
            session.writer.write(wire[cut:])
            heard = [await session.hear() for _ in range(6)]
        assert heard == [
            b"250 2.0.0 17 octets taken\r\n",
            b"250 2.0.0 0 octets taken\r\n",
            b"250 2.0.0 11 octets taken\r\n",
            b"250 2.0.0 9 octets taken\r\n",
            b"250 2.0.0 Ok, 37 octets taken\r\n",
            b"250 2.0.0 Ok\r\n",
        ]
        assert [mail.data for mail in demo_world.received] == [b"".join(CHUNKS)]


async def test_two_mails_in_chunks(demo_world: DemoWorld) -> None:
    """The last chunk ends the transaction; everything in one write."""
    async with telnet(demo_world, "mx1.friendly.test") as session:
        await begin(session, BEGIN[0])
        envelope = b"".join(line.encode() + b"\r\n" for line in BEGIN[1:])
        session.writer.write((envelope + chunk(b"a\r\n", " last")) * 2)
        assert [(await session.hear())[:3] for _ in range(6)] == [b"250"] * 6
    assert [mail.data for mail in demo_world.received] == [b"a\r\n"] * 2


@pytest.mark.parametrize(
    ("before", "sent", "replies"),
    [
        ((), chunk(b"RSET\r\n", " LAST"), [b"503"]),
        (BEGIN[:1], chunk(b"RSET\r\n", " LAST"), [b"503"]),
        (BEGIN[:2], chunk(b"RSET\r\n", " LAST"), [b"554"]),
        (BEGIN[:2], chunk(b"a", "") + b"RCPT TO:<bob@friendly.test>\r\n", [b"554", b"503"]),
        (BEGIN, chunk(b"a") + b"DATA\r\n" + chunk(b"b", " LAST"), [b"250", b"503", b"503"]),
        (BEGIN, chunk(b"a") + b"RCPT TO:<ann@friendly.test>\r\n", [b"250", b"503"]),
        (BEGIN, chunk(b"a") + b"MAIL FROM:<>\r\n", [b"250", b"503"]),
    ],
)
async def test_chunks_out_of_order(
    demo_world: DemoWorld, before: tuple[str, ...], sent: bytes, replies: list[bytes]
) -> None:
    """Rule R29: never mixed with DATA; after an error RSET is due (RFC 3030 §2)."""
    async with telnet(demo_world, "mx1.friendly.test") as session:
        await begin(session, *before)
        session.writer.write(sent + b"RSET\r\n")
        assert [(await session.hear())[:3] for _ in replies] == replies
        assert await session.hear() == b"250 2.0.0 Ok\r\n"
        if before:
            assert (await session.say(BEGIN[1])).startswith(b"250 2.1.0 ")
    assert demo_world.received == []


async def test_chunks_over_the_limit(demo_world: DemoWorld) -> None:
    """Together, not each alone; what is over is swallowed; the limit itself is taken."""
    limit, most = 26_214_400, b"x" * 65_536
    async with telnet(demo_world, "mx1.friendly.test") as session:
        await begin(session, *BEGIN)
        for _ in range(limit // len(most)):
            session.writer.write(chunk(most))
            assert (await session.hear()).startswith(b"250 ")
        session.writer.write(chunk(b"y") + chunk(b"z", " LAST") + b"RSET\r\n")
        assert await session.hear() == b"552 5.3.4 Message too big\r\n"
        assert (await session.hear()).startswith(b"503 5.5.1 ")
        assert await session.hear() == b"250 2.0.0 Ok\r\n"
    assert demo_world.received == []


async def test_what_a_sender_wants_to_be_told_is_kept(demo_world: DemoWorld) -> None:
    """Rule R27, from the server's side."""
    async with telnet(demo_world, "mx1.friendly.test") as session:
        await begin(
            session, BEGIN[0], f"{BEGIN[1]} RET=FULL ENVID=Q+2B1", f"{BEGIN[2]} NOTIFY=NEVER"
        )
        session.writer.write(chunk(b"a\r\n", " LAST"))
        await session.hear()
    (mail,) = demo_world.received
    assert mail.mail_parameters == ("RET=FULL", "ENVID=Q+2B1")
    assert mail.rcpt_parameters == (("NOTIFY=NEVER",),)


async def test_requiretls_is_for_tls(demo_world: DemoWorld) -> None:
    """RFC 8689 §2"""
    async with telnet(demo_world, "mx1.friendly.test") as session:
        await session.hear()
        assert b"REQUIRETLS" not in await session.say(BEGIN[0])
        await session.begin_tls()
        assert b"REQUIRETLS" in await session.say(BEGIN[0])
        assert (await session.say(f"{BEGIN[1]} REQUIRETLS")).startswith(b"250 2.1.0 ")


async def test_limits_are_told_and_kept(demo_world: DemoWorld) -> None:
    """RFC 9422: two recipients in a mail, two mails in a session."""
    async with telnet(demo_world, "mx.limits.test") as session:
        await session.hear()
        assert b"250-LIMITS RCPTMAX=2 MAILMAX=2\r\n" in await session.say(BEGIN[0])
        for _ in range(2):
            await session.say(BEGIN[1])
            for user in ("bob", "ann"):
                reply = await session.say(f"RCPT TO:<{user}@limits.test>")
                assert reply == b"250 2.1.5 Recipient ok\r\n"
            assert (await session.say("RCPT TO:<eve@limits.test>")).startswith(b"452 4.5.3 ")
            await session.say("RSET")
        assert (await session.say(BEGIN[1])).startswith(b"421 4.7.0 ")
        assert await session.hear() == b""


async def test_xclient_claims_to_be_another(demo_world: DemoWorld) -> None:
    """Postfix's XCLIENT: shown in the greeting, believed, and EHLO is due again."""
    async with telnet(demo_world, "mx1.friendly.test") as session:
        await session.hear()
        assert b"XCLIENT NAME ADDR PORT PROTO HELO LOGIN" in await session.say(BEGIN[0])
        assert await session.say("XCLIENT addr=IPV6:2001:DB8::1 NAME=[UNAVAILABLE] HELO=a+2Bb") == (
            b"220 mx1.friendly.test ESMTP tuimail demo, ADDR 2001:db8::1, HELO a+b\r\n"
        )
        assert (await session.say(BEGIN[1])).startswith(b"503 ")
        for line in BEGIN:
            assert (await session.say(line)).startswith(b"250")
        session.writer.write(chunk(b"a\r\n", " LAST"))
        await session.hear()
    assert [mail.client for mail in demo_world.received] == ["2001:db8::1"]
