"""What a policy does to a mail, in the demo world: real sockets, a real DNS, real HTTPS."""

import asyncio
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
import trustme
from twisted.internet.asyncioreactor import AsyncioSelectorReactor

from tests.delivery.conftest import Send, addresses, message
from tests.world import address_of
from tuimail.delivery.clock import LOOP_CLOCK
from tuimail.delivery.courier import Courier
from tuimail.delivery.mail import Mail
from tuimail.delivery.settings import Relay, Settings
from tuimail.demo import DEMO_DOMAINS, DemoWorld
from tuimail.domain import StsMode, StsPolicy
from tuimail.smtp import TlsPolicy
from tuimail.store.policies import KeptPolicy, PolicyCache
from tuimail.transcript import (
    Connecting,
    NoPolicy,
    PolicyFound,
    Status,
    Transcript,
)

BOB = "bob@sts.test"
WEEK = 604_800
POLICY_ADDRESS = next(d.policy.address for d in DEMO_DOMAINS if d.policy is not None)


def keep(domain: str, *mx: str, mode: StsMode = StsMode.ENFORCE) -> None:
    """As if it had been fetched an hour ago."""
    policy = StsPolicy(mode, mx, WEEK)
    PolicyCache().write(domain, KeptPolicy("1", time.time() - 3600, policy))


def texts(transcript: Transcript) -> list[str]:
    return [f"{line.mark} {line.text}" for line in transcript.lines]


def connected_to(transcript: Transcript) -> list[str]:
    return [e.lane.exchange for e in transcript.entries if isinstance(e.event, Connecting)]


async def test_an_enforced_policy(
    send: Send, transcript: Transcript, demo_world: DemoWorld
) -> None:
    """Rule R23: an exchange that the policy does not name gets no mail, the next one that it names
    and whose certificate verifies gets it."""
    outcome = await send(BOB)
    (recipient,) = outcome.recipients
    assert (recipient.status, recipient.exchange) == (Status.DELIVERED, "mx.sts.test")
    assert recipient.tls is not None
    assert (recipient.tls.policy, recipient.tls.verified) == ("mta-sts", True)
    assert [mail.exchange for mail in demo_world.received] == ["mx.sts.test"]
    assert connected_to(transcript) == ["mx.sts.test"]
    lines = texts(transcript)
    assert "· MTA-STS sts.test → enforce, 1 exchange, valid for 7 days" in lines
    assert "! mx.stranger.sts.test is not named by the MTA-STS policy of sts.test" in lines


async def test_the_second_mail_needs_no_fetch(send: Send, transcript: Transcript) -> None:
    """Rule R23: the policy is kept; another port would find nobody."""
    await send(BOB)
    outcome = await send(BOB, policy_port=1)
    assert [each.exchange for each in outcome.recipients] == ["mx.sts.test"]
    assert not any(isinstance(entry.event, NoPolicy) for entry in transcript.entries)


async def test_a_kept_policy_applies_when_its_host_is_gone(
    send: Send, transcript: Transcript
) -> None:
    """Rule R23: though the record announces another one (RFC 8461 §3.3)."""
    keep("sts.test", "mx.sts.test")
    outcome = await send(BOB, policy_port=1)
    assert [each.exchange for each in outcome.recipients] == ["mx.sts.test"]
    assert (
        f"! MTA-STS sts.test: the policy host mta-sts.sts.test [{POLICY_ADDRESS}]:1"
        " can't be reached: the connection was refused"
    ) in texts(transcript)


async def test_without_a_policy_the_mail_goes_on(send: Send, transcript: Transcript) -> None:
    """Rule R23: as though the domain had none, which is told (RFC 8461 §3.3)."""
    outcome = await send(BOB, policy_port=1)
    assert [each.exchange for each in outcome.recipients] == ["mx.stranger.sts.test"]
    assert any(isinstance(entry.event, NoPolicy) for entry in transcript.entries)


async def test_a_policy_host_that_nobody_vouches_for(
    send: Send, transcript: Transcript, tmp_path: Path
) -> None:
    """Rule R23: its policy does not count."""
    stranger = tmp_path / "stranger.pem"
    trustme.CA().cert_pem.write_to_path(stranger)
    outcome = await send(BOB, ca_file=stranger)
    assert [each.exchange for each in outcome.recipients] == ["mx.stranger.sts.test"]
    assert any("no trusted authority issued it" in text for text in texts(transcript))


@pytest.mark.parametrize(
    ("recipient", "mx"),
    [
        ("bob@friendly.test", "mx.elsewhere.test"),
        ("bob@expired.test", "mx.expired.test"),
        ("bob@plain.test", "mx.plain.test"),
    ],
)
async def test_what_enforcing_defers(
    send: Send, demo_world: DemoWorld, recipient: str, mx: str
) -> None:
    """Rule R23: no exchange that is named, no certificate that verifies, no STARTTLS: deferred,
    never in plaintext; without the policy all three are delivered."""
    assert (await send(recipient)).status is Status.DELIVERED
    domain = recipient.partition("@")[2]
    keep(domain, mx)
    outcome = await send(recipient)
    assert [each.status for each in outcome.recipients] == [Status.DEFERRED]
    assert len(demo_world.received) == 1


async def test_no_exchange_is_named(send: Send, transcript: Transcript) -> None:
    """Rule R23: then nobody is called, and the outcome says why."""
    keep("friendly.test", "mx.elsewhere.test")
    (recipient,) = (await send("bob@friendly.test")).recipients
    assert recipient.enhanced == "4.7.5"
    assert "is not named by the MTA-STS policy of friendly.test" in recipient.reply
    assert connected_to(transcript) == []


async def test_the_next_exchange_is_named(send: Send) -> None:
    """Rule R23: whatever its preference."""
    keep("friendly.test", "mx2.friendly.test")
    outcome = await send("bob@friendly.test")
    assert [each.exchange for each in outcome.recipients] == ["mx2.friendly.test"]


@pytest.mark.parametrize("mode", [StsMode.TESTING, StsMode.NONE])
@pytest.mark.parametrize("recipient", ["bob@friendly.test", "bob@expired.test", "bob@plain.test"])
async def test_testing_never_blocks(
    send: Send, transcript: Transcript, mode: StsMode, recipient: str
) -> None:
    """Rule R23: neither a mismatch nor a bad certificate nor the want of TLS."""
    keep(recipient.partition("@")[2], "mx.elsewhere.test", mode=mode)
    assert (await send(recipient)).status is Status.DELIVERED
    assert any(isinstance(entry.event, PolicyFound) for entry in transcript.entries)


async def test_dane_wins(send: Send, transcript: Transcript) -> None:
    """Rule R23: where TLSA is secure, no MTA-STS policy excludes an exchange, nor is it asked for
    (RFC 8461 §2)."""
    keep("secure.test", "mx.elsewhere.test")
    (recipient,) = (await send("bob@secure.test")).recipients
    assert recipient.status is Status.DELIVERED
    assert recipient.tls is not None
    assert recipient.tls.policy == "dane"
    assert not any("MTA-STS" in text for text in texts(transcript))


@pytest.mark.parametrize("policy", [TlsPolicy.OPPORTUNISTIC, TlsPolicy.NONE, TlsPolicy.VERIFY])
async def test_what_the_user_asks_for_comes_first(
    send: Send, transcript: Transcript, policy: TlsPolicy
) -> None:
    """Rule R20: only `auto` asks for MTA-STS."""
    outcome = await send(BOB, tls=policy)
    assert [each.exchange for each in outcome.recipients] == ["mx.stranger.sts.test"]
    assert not any("MTA-STS" in text for text in texts(transcript))


async def test_a_relay_and_an_address_have_no_policy(
    send: Send, transcript: Transcript, demo_world: DemoWorld
) -> None:
    """Rule R23: a policy is the recipient domain's for its own exchanges."""
    address = address_of("mx.stranger.sts.test")
    relayed = await send(BOB, route=Relay(address, demo_world.smtp_port))
    literal = await send(f"postmaster@[{address}]")
    assert [sent.recipients[0].exchange for sent in (relayed, literal)] == [address, address]
    assert not any("MTA-STS" in text for text in texts(transcript))


async def test_several_recipients_share_a_policy(send: Send, transcript: Transcript) -> None:
    """It is told once for each mail and domain."""
    await send(f"{BOB}, carol@sts.test, bob@friendly.test")
    found = [entry for entry in transcript.entries if isinstance(entry.event, PolicyFound)]
    assert [entry.lane.domain for entry in found] == ["sts.test"]


async def test_stopping_while_a_policy_is_fetched(
    reactor: AsyncioSelectorReactor, settings: Settings
) -> None:
    """Rule R38: the send returns, and neither socket nor timer nor task of the fetch stays."""
    reached, gone = asyncio.Event(), asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.set()
        with suppress(ConnectionError):
            while await reader.read(1000):
                pass
        writer.close()
        gone.set()

    server = await asyncio.start_server(silent, POLICY_ADDRESS, 0)
    port = server.sockets[0].getsockname()[1]
    left = {
        *reactor.getReaders(),
        *reactor.getWriters(),
        *reactor.getDelayedCalls(),
        *LOOP_CLOCK.getDelayedCalls(),
    }
    courier = Courier(reactor, replace(settings, policy_port=port), Transcript())
    with message(BOB) as content:
        mail = Mail(content, "me@example.com", addresses(BOB))
        sending = asyncio.create_task(courier.send(mail))
        await reached.wait()
        tasks = asyncio.all_tasks() - {sending}
        courier.stop()
        outcome = await sending
    assert [each.status for each in outcome.recipients] == [Status.DEFERRED]
    assert {
        *reactor.getReaders(),
        *reactor.getWriters(),
        *reactor.getDelayedCalls(),
        *LOOP_CLOCK.getDelayedCalls(),
    } == left
    assert asyncio.all_tasks() < tasks
    await gone.wait()
    server.close()
    await server.wait_closed()
    await courier.close()
