"""From exchange to exchange, in the demo world: real sockets, a real DNS."""

import asyncio
import gc
import weakref
from dataclasses import replace

import pytest
from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.internet.task import Clock

from tests.delivery.conftest import Send, addresses, message
from tuimail.delivery.clock import LOOP_CLOCK
from tuimail.delivery.courier import Courier
from tuimail.delivery.mail import Mail
from tuimail.delivery.reactor import as_future
from tuimail.delivery.service import MailService
from tuimail.delivery.settings import Relay, Settings
from tuimail.demo import DemoWorld
from tuimail.smtp import TlsPolicy
from tuimail.transcript import (
    Advice,
    Connecting,
    FellBack,
    LookedUp,
    Outcome,
    Status,
    Transcript,
)


def statuses(outcome: Outcome) -> list[Status]:
    return [recipient.status for recipient in outcome.recipients]


def texts(transcript: Transcript) -> list[str]:
    return [line.text for line in transcript.lines]


async def test_a_mail_arrives_as_composed(send: Send, demo_world: DemoWorld) -> None:
    outcome = await send("Bob <bob@friendly.test>")
    (recipient,) = outcome.recipients
    assert recipient.status is Status.DELIVERED
    assert (recipient.code, recipient.enhanced) == (250, "2.0.0")
    assert (recipient.exchange, recipient.ip) == ("mx1.friendly.test", "127.0.0.11")
    assert recipient.tls is not None
    assert (recipient.tls.verified, recipient.tls.policy) == (True, "opportunistic")
    assert recipient.tls.version == "TLSv1.3"
    (received,) = demo_world.received
    with message("Bob <bob@friendly.test>") as composed, composed.open() as file:
        assert received.data == file.read()
    assert (received.reverse_path, received.forward_paths) == (
        "me@example.com",
        ("bob@friendly.test",),
    )


async def test_the_dialogue_streams_while_the_send_runs(
    reactor: AsyncioSelectorReactor, settings: Settings
) -> None:
    transcript = Transcript()
    service = MailService(reactor, settings, transcript)
    service.startService()
    seen: list[bool] = []
    with message() as content:
        mail = Mail(content, "me@example.com", addresses("bob@friendly.test"))
        deferred = service.send(mail)
        transcript.watch(lambda _entry: seen.append(deferred.called))
        outcome = await as_future(deferred)
    await as_future(service.stopService())
    assert outcome.status is Status.DELIVERED
    assert seen[0] is False
    assert len(seen) > 20


async def test_the_next_exchange_takes_over(send: Send, transcript: Transcript) -> None:
    """Rule R7: connection refused, so the next exchange."""
    outcome = await send("bob@backup.test")
    assert [(r.status, r.exchange) for r in outcome.recipients] == [
        (Status.DELIVERED, "mx2.backup.test")
    ]
    fallen = [entry.event for entry in transcript.entries if isinstance(entry.event, FellBack)]
    assert [event.to for event in fallen] == ["mx2.backup.test [127.0.0.14]"]


async def test_each_recipient_has_an_outcome(send: Send, demo_world: DemoWorld) -> None:
    """Rules R8, R31: one refused, one delivered, in one transaction."""
    outcome = await send("bob@strict.test, postmaster@strict.test")
    refused, delivered = outcome.recipients
    assert (refused.status, refused.code, refused.enhanced) == (Status.FAILED, 550, "5.1.1")
    assert delivered.status is Status.DELIVERED
    assert [received.forward_paths for received in demo_world.received] == [
        ("postmaster@strict.test",)
    ]


async def test_domains_are_served_side_by_side(send: Send, transcript: Transcript) -> None:
    """Rule R9: a transaction for each domain, each in a lane of its own."""
    outcome = await send("a@friendly.test, b@plain.test, c@nullmx.test")
    assert statuses(outcome) == [Status.DELIVERED, Status.DELIVERED, Status.FAILED]
    assert [r.address for r in outcome.recipients] == [
        "a@friendly.test",
        "b@plain.test",
        "c@nullmx.test",
    ]
    lanes = {e.lane.domain for e in transcript.entries if isinstance(e.event, Connecting)}
    assert lanes == {"friendly.test", "plain.test"}


async def test_a_blind_recipient_travels_alone(send: Send, demo_world: DemoWorld) -> None:
    """Rules R9, R40: each Bcc recipient has a transaction of its own, and is in no header."""
    outcome = await send("a@friendly.test", blind="b@friendly.test, c@friendly.test")
    assert statuses(outcome) == [Status.DELIVERED] * 3
    assert [received.forward_paths for received in demo_world.received] == [
        ("a@friendly.test",),
        ("b@friendly.test",),
        ("c@friendly.test",),
    ]
    assert not any(b"b@friendly" in received.data for received in demo_world.received)


async def test_more_than_a_hundred_recipients_are_several_transactions(
    send: Send, demo_world: DemoWorld
) -> None:
    """Rule R9: at most 100 recipients at once."""
    outcome = await send(", ".join(f"user{n}@friendly.test" for n in range(101)))
    assert set(statuses(outcome)) == {Status.DELIVERED}
    assert [len(received.forward_paths) for received in demo_world.received] == [100, 1]


async def test_null_mx_is_never_connected_to(send: Send, transcript: Transcript) -> None:
    """Rule R2: a null MX fails with 5.1.10 and no connection."""
    outcome = await send("bob@nullmx.test")
    (recipient,) = outcome.recipients
    assert (recipient.status, recipient.enhanced) == (Status.FAILED, "5.1.10")
    assert not any(isinstance(entry.event, Connecting) for entry in transcript.entries)


async def test_a_domain_that_does_not_exist_fails(send: Send) -> None:
    """Rule R1: NXDOMAIN is failed, 5.1.2."""
    outcome = await send("bob@nowhere.test")
    assert [(r.status, r.enhanced, r.code) for r in outcome.recipients] == [
        (Status.FAILED, "5.1.2", None)
    ]


async def test_a_nameserver_that_refuses_defers(send: Send) -> None:
    """Rule R1: what could not be looked up is deferred, never taken for no MX."""
    outcome = await send("bob@example.net")
    assert [(r.status, r.enhanced) for r in outcome.recipients] == [(Status.DEFERRED, "4.4.3")]


async def test_greylisting_defers_and_the_same_mail_later_arrives(
    send: Send, demo_clock: Clock
) -> None:
    """Rule R8: 4xx to RCPT is deferred at last."""
    outcome = await send("bob@greylist.test")
    assert [(r.status, r.code) for r in outcome.recipients] == [(Status.DEFERRED, 451)]
    demo_clock.advance(5)
    assert (await send("bob@greylist.test")).status is Status.DELIVERED


async def test_an_exchange_that_vanishes_after_the_dot_leaves_it_unknown(
    send: Send,
) -> None:
    """Rule R33: lost between the final dot and its reply is unknown, and tried nowhere else."""
    outcome = await send("vanish@rude.test")
    assert statuses(outcome) == [Status.UNKNOWN]


@pytest.mark.parametrize("name", ["endless", "lecture", "broken", "mixed", "drop"])
async def test_broken_servers_defer(send: Send, name: str) -> None:
    """Rules R7, R15, R16: a protocol error before the end of data is deferred at last."""
    assert statuses(await send(f"{name}@rude.test")) == [Status.DEFERRED]


async def test_nothing_a_rude_server_says_is_obeyed(send: Send, transcript: Transcript) -> None:
    """Rule R15: escapes, C1, OSC, bidi and markup are visible text in every line."""
    await send("escapes@rude.test")
    assert all(text.isprintable() for text in texts(transcript))
    assert any("\\x1b" in text for text in texts(transcript))


async def test_a_blocked_port_is_told_with_a_way_round(send: Send, transcript: Transcript) -> None:
    outcome = await send("bob@blocked.test", timeout=0.3)
    assert statuses(outcome) == [Status.DEFERRED]
    (advice,) = (e.event for e in transcript.entries if isinstance(e.event, Advice))
    assert "may block port" in advice.text
    assert "relay" in advice.text


async def test_a_certificate_that_does_not_verify(
    send: Send, transcript: Transcript, demo_world: DemoWorld
) -> None:
    """Rules R19, R20: opportunistic takes it and says so, verify sends nothing."""
    taken = await send("bob@expired.test")
    assert taken.recipients[0].tls is not None
    assert taken.recipients[0].tls.verified is False
    assert any("not verified: it expired on" in text for text in texts(transcript))
    refused = await send("bob@expired.test", tls=TlsPolicy.VERIFY)
    assert statuses(refused) == [Status.DEFERRED]
    assert "it expired on" in refused.recipients[0].reply
    assert len(demo_world.received) == 1


@pytest.mark.parametrize("policy", [TlsPolicy.ENCRYPT, TlsPolicy.VERIFY])
async def test_required_tls_never_goes_on_in_plaintext(
    send: Send, demo_world: DemoWorld, policy: TlsPolicy
) -> None:
    """Rule R19: the policy is not met, and the reason says which step failed."""
    outcome = await send("bob@plain.test", tls=policy)
    assert statuses(outcome) == [Status.DEFERRED]
    assert "refused EHLO" in outcome.recipients[0].reply
    assert demo_world.received == []


async def test_no_tls_where_none_is_asked_for(send: Send, transcript: Transcript) -> None:
    outcome = await send("bob@friendly.test", tls=TlsPolicy.NONE)
    assert outcome.recipients[0].tls is None
    assert "STARTTLS" not in texts(transcript)


async def test_everything_goes_through_a_relay(
    send: Send, demo_world: DemoWorld, transcript: Transcript
) -> None:
    relay = Relay("127.0.0.11", demo_world.smtp_port)
    outcome = await send("a@one.example, b@two.example", route=relay)
    assert {r.exchange for r in outcome.recipients} == {"127.0.0.11"}
    assert not any(isinstance(entry.event, LookedUp) for entry in transcript.entries)


async def test_an_address_literal_skips_the_dns(send: Send, transcript: Transcript) -> None:
    """Rule R5: `[127.0.0.11]` is its own exchange."""
    outcome = await send("postmaster@[127.0.0.11]")
    assert outcome.recipients[0].exchange == "127.0.0.11"
    assert not any(isinstance(entry.event, LookedUp) for entry in transcript.entries)


async def test_stopping_settles_and_closes(
    reactor: AsyncioSelectorReactor, settings: Settings
) -> None:
    """Rule R38: the send returns with what is known, once the connection has closed."""
    transcript = Transcript()
    courier = Courier(reactor, settings, transcript)
    greeted = asyncio.Event()
    transcript.watch(lambda entry: greeted.set() if isinstance(entry.event, Connecting) else None)
    with message() as content:
        mail = Mail(content, "me@example.com", addresses("bob@slow.test"))
        sending = asyncio.create_task(courier.send(mail))
        # The demo clock stands still, and so does the slow exchange.
        await greeted.wait()
        courier.stop()
        outcome = await sending
    assert statuses(outcome) == [Status.DEFERRED]
    assert "stopped" in outcome.recipients[0].reply
    await courier.close()


async def test_nothing_is_left_behind(
    settings: Settings, transcript: Transcript, reactor: AsyncioSelectorReactor
) -> None:
    before = len(reactor.getReaders()), len(LOOP_CLOCK.getDelayedCalls())
    tasks = asyncio.all_tasks()
    courier = Courier(reactor, replace(settings, timeout=0.3), transcript)
    people = "a@friendly.test, b@backup.test, vanish@rude.test, c@blocked.test"
    with message() as content:
        await courier.send(Mail(content, "me@example.com", addresses(people)))
    await courier.close()
    gc.collect()
    assert asyncio.all_tasks() == tasks
    assert (len(reactor.getReaders()), len(LOOP_CLOCK.getDelayedCalls())) == before


async def test_the_collector_has_nothing_to_look_for(
    settings: Settings, reactor: AsyncioSelectorReactor
) -> None:
    """What a send has seen goes with the last who knows it."""
    transcript = Transcript()
    seen = weakref.ref(transcript)
    courier = Courier(reactor, settings, transcript)
    gc.disable()
    try:
        with message() as content:
            await courier.send(Mail(content, "me@example.com", addresses("a@friendly.test")))
        await courier.close()
        await asyncio.sleep(0)  # What has ended is let go of.
        del courier, transcript
        assert seen() is None
    finally:
        gc.enable()
