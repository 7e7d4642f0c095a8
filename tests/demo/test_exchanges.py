"""Each domain's temper, seen by smtplib in a thread."""

import asyncio
import smtplib
import ssl
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import TypeVar

import pytest
from twisted.internet.interfaces import IDelayedCall
from twisted.internet.task import Clock

from tests.demo.telnet import telnet
from tests.world import address_of
from tuimail.demo import DemoWorld, Received

T = TypeVar("T")
ME = "me@example.com"
MAIL = b"Subject: Hello\r\n\r\n.a dot\r\n..two\r\n.\r\n\r\nlast\r\n"
EXTENSIONS = {
    "pipelining",
    "size",
    "8bitmime",
    "enhancedstatuscodes",
    "smtputf8",
    "chunking",
    "dsn",
    "limits",
    "xclient",
}


async def with_smtplib(world: DemoWorld, exchange: str, talk: Callable[[smtplib.SMTP], T]) -> T:
    """What `talk` returns, called in a thread with an open session, which is quit afterwards."""

    def session() -> T:
        with smtplib.SMTP(address_of(exchange), world.smtp_port, "client.example", 10) as smtp:
            return talk(smtp)

    return await asyncio.to_thread(session)


def send(to: str) -> Callable[[smtplib.SMTP], object]:
    return lambda smtp: smtp.sendmail(ME, [to], MAIL)


def reply_to(recipient: str) -> Callable[[smtplib.SMTP], tuple[int, bytes]]:
    def talk(smtp: smtplib.SMTP) -> tuple[int, bytes]:
        smtp.ehlo()
        smtp.mail(ME)
        return smtp.rcpt(recipient)

    return talk


async def delayed_calls(clock: Clock) -> Sequence[IDelayedCall]:
    """Those that wait for the clock, as soon as there are any."""
    while True:
        if calls := clock.getDelayedCalls():
            return calls
        await asyncio.sleep(0)


@pytest.mark.parametrize("exchange", ["mx1.friendly.test", "mx2.friendly.test"])
async def test_friendly_takes_mail_through_tls(
    demo_world: DemoWorld, demo_ca_file: Path, exchange: str
) -> None:
    """With a certificate that verifies; byte for byte; STARTTLS is offered before TLS alone."""
    context = ssl.create_default_context(cafile=str(demo_ca_file))

    def talk(smtp: smtplib.SMTP) -> None:
        smtp._host = exchange  # type: ignore[attr-defined]  # the name that smtplib verifies
        smtp.ehlo()
        assert smtp.esmtp_features.keys() == EXTENSIONS | {"starttls"}
        smtp.starttls(context=context)
        smtp.ehlo()
        assert smtp.esmtp_features.keys() == EXTENSIONS | {"requiretls"}
        smtp.sendmail(ME, ["bob@friendly.test", "ann@FRIENDLY.test"], MAIL)

    await with_smtplib(demo_world, exchange, talk)
    assert demo_world.received == [
        Received(exchange, ME, ("bob@friendly.test", "ann@FRIENDLY.test"), MAIL, tls=True)
    ]


async def test_friendly_takes_addresses_beyond_ascii(demo_world: DemoWorld) -> None:
    message = EmailMessage()
    message["Subject"] = "Grüße"
    message.set_content("Hällo\n")
    await with_smtplib(
        demo_world,
        "mx1.friendly.test",
        lambda smtp: smtp.send_message(message, "zoë@example.com", ["jürgen@friendly.test"]),
    )
    (mail,) = demo_world.received
    assert (mail.reverse_path, mail.forward_paths) == ("zoë@example.com", ("jürgen@friendly.test",))
    assert "Subject: Grüße\r\n".encode() in mail.data


async def test_backup_refuses_at_one_exchange_and_takes_at_the_other(demo_world: DemoWorld) -> None:
    with pytest.raises(ConnectionRefusedError):
        await with_smtplib(demo_world, "mx1.backup.test", send("bob@backup.test"))
    await with_smtplib(demo_world, "mx2.backup.test", send("bob@backup.test"))
    assert [mail.exchange for mail in demo_world.received] == ["mx2.backup.test"]


async def test_greylist_takes_mail_after_five_seconds(
    demo_world: DemoWorld, demo_clock: Clock
) -> None:
    """Counted from the first attempt, for each client, sender and recipient."""
    bob, ann = "bob@greylist.test", "ann@greylist.test"

    async def attempt(to: str) -> tuple[int, bytes]:
        return await with_smtplib(demo_world, "mx.greylist.test", reply_to(to))

    assert await attempt(bob) == (451, b"4.7.1 Greylisted, try again in 5.0 s")
    demo_clock.advance(4.5)
    assert await attempt(bob) == (451, b"4.7.1 Greylisted, try again in 0.5 s")
    assert (await attempt(ann))[0] == 451
    demo_clock.advance(0.5)
    assert await attempt(bob) == (250, b"2.1.5 Recipient ok")
    assert (await attempt(ann))[0] == 451
    await with_smtplib(demo_world, "mx.greylist.test", send(bob))
    assert [mail.data for mail in demo_world.received] == [MAIL]


async def test_strict_knows_the_postmaster_alone(demo_world: DemoWorld) -> None:
    for unknown in ("bob@strict.test", "postmaster2@strict.test"):
        reply = await with_smtplib(demo_world, "mx.strict.test", reply_to(unknown))
        assert reply == (550, b"5.1.1 No such user here")
    for known in ("postmaster@strict.test", "PostMaster@strict.test", "postmaster"):
        reply = await with_smtplib(demo_world, "mx.strict.test", reply_to(known))
        assert reply == (250, b"2.1.5 Recipient ok")


async def test_strict_refuses_what_says_it_is_too_big(demo_world: DemoWorld) -> None:
    def talk(smtp: smtplib.SMTP) -> list[tuple[int, bytes]]:
        smtp.ehlo()
        return [smtp.mail(ME, [f"SIZE={size}"]) for size in (102_401, 102_400)]

    assert await with_smtplib(demo_world, "mx.strict.test", talk) == [
        (552, b"5.3.4 Message too big"),
        (250, b"2.1.0 Sender ok"),
    ]


@pytest.mark.parametrize(("size", "code"), [(102_400, 250), (102_401, 552)])
async def test_strict_counts_the_octets_itself(demo_world: DemoWorld, size: int, code: int) -> None:
    def talk(smtp: smtplib.SMTP) -> int:
        smtp.ehlo()
        smtp.mail(ME)
        smtp.rcpt("postmaster@strict.test")
        replied, _ = smtp.data(b"." * (size - 2) + b"\r\n")
        assert smtp.noop() == (250, b"2.0.0 Ok")
        return replied

    assert await with_smtplib(demo_world, "mx.strict.test", talk) == code
    assert [len(mail.data) for mail in demo_world.received] == ([size] if code == 250 else [])


async def test_plain_speaks_helo_only(demo_world: DemoWorld) -> None:
    def talk(smtp: smtplib.SMTP) -> None:
        assert smtp.ehlo() == (502, b"Command not implemented")
        assert smtp.helo() == (250, b"mx.plain.test greets client.example")
        assert smtp.docmd("STARTTLS") == (502, b"Command not implemented")
        assert smtp.docmd("MAIL", f"FROM:<{ME}> SIZE=3")[0] == 555
        smtp.sendmail(ME, ["bob@plain.test"], MAIL)

    await with_smtplib(demo_world, "mx.plain.test", talk)
    assert [(mail.data, mail.tls) for mail in demo_world.received] == [(MAIL, False)]


async def test_slow_takes_its_time_for_each_reply(demo_world: DemoWorld, demo_clock: Clock) -> None:
    """Replies keep their order, and what is sent meanwhile waits."""
    async with telnet(demo_world, "mx.slow.test") as session:
        session.send("EHLO client.example", "NOOP", "QUIT")
        for code in (b"220", b"250", b"250", b"221"):
            (due,) = await delayed_calls(demo_clock)
            assert due.getTime() - demo_clock.seconds() == pytest.approx(0.7)
            demo_clock.advance(0.7)
            assert (await session.hear()).startswith(code)
        assert await session.hear() == b""


async def test_slow_does_not_read_ahead(demo_world: DemoWorld) -> None:
    """What is sent while a reply is due stays in the sockets' buffers: memory is bounded."""
    async with telnet(demo_world, "mx.slow.test") as session:
        session.writer.write(b"NOOP\r\n" * 5_000_000)
        for _ in range(1000):
            await asyncio.sleep(0)
        assert session.writer.transport.get_write_buffer_size() > 10_000_000


async def test_slow_takes_mail_through_tls(demo_world: DemoWorld, demo_clock: Clock) -> None:
    def talk(smtp: smtplib.SMTP) -> None:
        smtp.starttls(context=ssl._create_unverified_context())  # noqa: S323 - not what is tested
        smtp.sendmail(ME, ["bob@slow.test"], MAIL)

    sending = asyncio.ensure_future(with_smtplib(demo_world, "mx.slow.test", talk))
    while not sending.done():
        demo_clock.advance(0.7)
        await asyncio.sleep(0)
    await sending
    assert [(mail.data, mail.tls) for mail in demo_world.received] == [(MAIL, True)]


async def test_expired_has_been_valid_once(demo_world: DemoWorld, demo_ca_file: Path) -> None:
    context = ssl.create_default_context(cafile=str(demo_ca_file))

    def talk(smtp: smtplib.SMTP) -> None:
        smtp._host = "mx.expired.test"  # type: ignore[attr-defined]  # the name that smtplib verifies
        smtp.starttls(context=context)

    with pytest.raises(ssl.SSLCertVerificationError, match="certificate has expired"):
        await with_smtplib(demo_world, "mx.expired.test", talk)


async def test_expired_takes_mail_from_who_does_not_mind(demo_world: DemoWorld) -> None:
    def talk(smtp: smtplib.SMTP) -> None:
        smtp.starttls(context=ssl._create_unverified_context())  # noqa: S323 - the point of it
        smtp.sendmail(ME, ["bob@expired.test"], MAIL)

    await with_smtplib(demo_world, "mx.expired.test", talk)
    assert [(mail.data, mail.tls) for mail in demo_world.received] == [(MAIL, True)]


async def test_blocked_never_answers(demo_world: DemoWorld) -> None:
    """Connecting is still pending when another exchange has long answered."""
    address = address_of("mx.blocked.test"), demo_world.smtp_port
    connecting = asyncio.ensure_future(asyncio.open_connection(*address))
    await with_smtplib(demo_world, "mx1.friendly.test", send("bob@friendly.test"))
    assert not connecting.done()
    connecting.cancel()
    await asyncio.wait([connecting])
