"""The Twisted protocol on real sockets, against servers that misbehave on purpose."""

import asyncio
import ssl

import pytest
import trustme
from twisted.internet.asyncioreactor import AsyncioSelectorReactor

from tests.delivery.conftest import addresses, message
from tests.delivery.scripted import Script, Side, scripted
from tuimail.delivery.courier import Courier
from tuimail.delivery.mail import Mail
from tuimail.delivery.settings import Relay, Settings
from tuimail.smtp import TlsPolicy
from tuimail.transcript import Outcome, RecipientOutcome, Status, Transcript

LARGE = "x" * 76 + "\n"


async def send(
    reactor: AsyncioSelectorReactor,
    port: int,
    tls: TlsPolicy = TlsPolicy.OPPORTUNISTIC,
    lines: int = 1,
    transcript: Transcript | None = None,
    limit: float = 5.0,
) -> RecipientOutcome:
    settings = Settings(Relay("127.0.0.1", port), tls, identity="client.example", timeout=limit)
    courier = Courier(reactor, settings, transcript or Transcript())
    with message(body=LARGE * lines) as content:
        mail = Mail(content, "me@example.com", addresses("bob@example.net"))
        outcome: Outcome = await courier.send(mail)
    await courier.close()
    (recipient,) = outcome.recipients
    return recipient


async def offers_tls_and_breaks_it(side: Side) -> None:
    await side.say("220 mx")
    await side.hear()
    await side.say("250-mx", "250 STARTTLS")
    await side.hear()
    await side.say("220 go ahead")
    await side.octets(100)  # of the ClientHello
    await side.send_raw(b"this is no TLS record\r\n" * 10)
    await side.gone()


async def offers_tls_and_hangs_up(side: Side) -> None:
    await side.say("220 mx")
    await side.hear()
    await side.say("250-mx", "250 STARTTLS")
    await side.hear()
    await side.say("220 go ahead")


async def plain(side: Side) -> None:
    await side.say("220 mx")
    await side.take_mail()


@pytest.mark.parametrize("broken", [offers_tls_and_breaks_it, offers_tls_and_hangs_up])
async def test_a_failed_handshake_is_followed_by_plaintext_on_a_new_connection(
    reactor: AsyncioSelectorReactor, broken: Script
) -> None:
    """Rule R18: opportunistic goes on in plaintext, but never on the same connection."""
    transcript = Transcript()
    async with scripted(broken, plain) as server:
        outcome = await send(reactor, server.port, transcript=transcript)
    assert outcome.status is Status.DELIVERED
    assert outcome.tls is None
    assert any("again, without TLS" in line.text for line in transcript.lines)


@pytest.mark.parametrize("broken", [offers_tls_and_breaks_it, offers_tls_and_hangs_up])
async def test_a_failed_handshake_ends_where_tls_is_required(
    reactor: AsyncioSelectorReactor, broken: Script
) -> None:
    """Rules R18, R19."""
    async with scripted(broken, plain) as server:
        outcome = await send(reactor, server.port, TlsPolicy.ENCRYPT)
    assert outcome.status is Status.DEFERRED
    assert "TLS" in outcome.reply


async def test_plaintext_behind_starttls_is_never_read_as_encrypted(
    reactor: AsyncioSelectorReactor,
) -> None:
    """Rules R16, R17: injected bytes are a protocol error, and plaintext is not tried again."""
    connections = 0

    async def injects(side: Side) -> None:
        nonlocal connections
        connections += 1
        await side.say("220 mx")
        await side.hear()
        await side.say("250-mx", "250 STARTTLS")
        await side.hear()
        await side.send_raw(b"220 go ahead\r\n250 injected\r\n")
        await side.gone()

    async with scripted(injects) as server:
        outcome = await send(reactor, server.port)
    assert outcome.status is Status.DEFERRED
    assert "before the TLS handshake" in outcome.reply
    assert connections == 1


async def test_a_refusal_while_the_message_is_going_out(reactor: AsyncioSelectorReactor) -> None:
    """Rule R32: an early reply is read, though the server reads no further and drops us."""

    async def refuses_early(side: Side) -> None:
        await side.say("220 mx")
        await side.hear()
        await side.say("250 mx")
        while await side.hear() != "DATA":
            await side.say("250 ok")
        await side.say("354 go")
        await side.octets(100_000)
        await side.say("552 5.3.4 too big for us")
        await side.gone()

    async with scripted(refuses_early) as server:
        outcome = await send(reactor, server.port, lines=200_000)
    assert (outcome.status, outcome.code) == (Status.FAILED, 552)


async def test_a_slow_reader_gets_the_message_whole(reactor: AsyncioSelectorReactor) -> None:
    """Blocks are pulled as the transport takes them: nothing is lost, nothing doubled."""
    lines = 100_000
    taken: list[bytes] = []

    async def reads(side: Side) -> None:
        await side.say("220 mx")
        await side.hear()
        await side.say("250 mx")
        while await side.hear() != "DATA":
            await side.say("250 ok")
        await side.say("354 go")
        with message(body=LARGE * lines) as composed:
            size = composed.size
        taken.append(await side.octets(size))
        assert await side.hear() == "."
        await side.say("250 taken")
        await side.hear()
        await side.say("221 bye")

    async with scripted(reads) as server:
        outcome = await send(reactor, server.port, lines=lines)
    assert outcome.status is Status.DELIVERED
    with message(body=LARGE * lines) as composed, composed.open() as file:
        assert taken == [file.read()]


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_large_message_over_tls(
    reactor: AsyncioSelectorReactor, version: ssl.TLSVersion
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = version
    trustme.CA().issue_cert("mx.example.net").configure_cert(context)
    taken: list[bytes] = []

    async def encrypts(side: Side) -> None:
        await side.say("220 mx")
        await side.hear()
        await side.say("250-mx", "250 STARTTLS")
        await side.hear()
        await side.say("220 go ahead")
        await side.encrypt(context)
        await side.hear()
        await side.say("250 mx")
        while await side.hear() != "DATA":
            await side.say("250 ok")
        await side.say("354 go")
        with message(body=LARGE * 20_000) as composed:
            taken.append(await side.octets(composed.size))
        assert await side.hear() == "."
        await side.say("250 taken")
        await side.hear()
        await side.say("221 bye")

    async with scripted(encrypts) as server:
        outcome = await send(reactor, server.port, TlsPolicy.ENCRYPT, lines=20_000)
    assert outcome.status is Status.DELIVERED
    assert outcome.tls is not None
    assert outcome.tls.version == {771: "TLSv1.2", 772: "TLSv1.3"}[version]
    with message(body=LARGE * 20_000) as composed, composed.open() as file:
        assert taken == [file.read()]


async def test_a_server_that_drops_us_while_it_ignores_quit(
    reactor: AsyncioSelectorReactor,
) -> None:
    """Rule R34: what follows the final reply changes nothing."""

    async def drops_at_quit(side: Side) -> None:
        await side.say("220 mx")
        await side.hear()
        await side.say("250 mx")
        while await side.hear() != "DATA":
            await side.say("250 ok")
        await side.say("354 go")
        await side.hear_message()
        await side.say("250 taken")
        await side.hear()
        side.drop()

    async with scripted(drops_at_quit) as server:
        assert (await send(reactor, server.port)).status is Status.DELIVERED


async def test_one_octet_at_a_time_does_not_renew_the_time_limit(
    reactor: AsyncioSelectorReactor,
) -> None:
    """Rule R36: the limit runs to the reply's end; `--timeout` caps it."""

    async def dribbles(side: Side) -> None:
        while True:
            await side.send_raw(b"2")
            await asyncio.sleep(0.02)

    async with scripted(dribbles) as server:
        outcome = await send(reactor, server.port, limit=0.2)
    assert outcome.status is Status.DEFERRED
    assert "no answer within 0.2 s while waiting for the greeting" in outcome.reply


async def test_too_many_recipients_get_another_transaction(
    reactor: AsyncioSelectorReactor,
) -> None:
    """Rule R8: 452 after an accepted RCPT opens another transaction on this connection."""
    transactions: list[list[str]] = [[]]

    async def takes_two(side: Side) -> None:
        await side.say("220 mx")
        await side.hear()
        await side.say("250 mx")
        while (line := await side.hear()) != "QUIT":
            if line.startswith("RCPT"):
                full = len(transactions[-1]) == 2
                if not full:
                    transactions[-1].append(line)
                await side.say("452 too many" if full else "250 ok")
            elif line == "DATA":
                await side.say("354 go")
                await side.hear_message()
                await side.say("250 taken")
                transactions.append([])
            else:
                await side.say("250 ok")
        await side.say("221 bye")

    async with scripted(takes_two) as server:
        settings = Settings(Relay("127.0.0.1", server.port), identity="client.example")
        courier = Courier(reactor, settings, Transcript())
        with message() as content:
            people = addresses(", ".join(f"user{n}@example.net" for n in range(5)))
            outcome = await courier.send(Mail(content, "me@example.com", people))
        await courier.close()
    assert outcome.status is Status.DELIVERED
    assert [len(transaction) for transaction in transactions] == [2, 2, 1, 0]


async def test_a_rejecting_greeting_everywhere_is_final(reactor: AsyncioSelectorReactor) -> None:
    """Rule R7: failed where every greeting was 5xx."""

    async def refuses(side: Side) -> None:
        await side.say("554 go away")
        await side.hear()

    async with scripted(refuses) as server:
        outcome = await send(reactor, server.port)
    assert (outcome.status, outcome.code) == (Status.FAILED, 554)
