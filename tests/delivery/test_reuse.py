"""Connections are shared by mails to the same exchange."""

import asyncio
import ssl
from dataclasses import replace

import pytest
import trustme
from twisted.internet.task import Clock

from tests.delivery.counting import Counter, bids_farewell
from tests.delivery.rounds import A, B, Known, Post, Servers, all_delivered
from tests.delivery.scripted import Side
from tuimail.delivery.conversation import LINGER, STEP_LINGER
from tuimail.delivery.demand import Demand
from tuimail.delivery.peer import Peer
from tuimail.delivery.pool import MOST_CONNECTIONS
from tuimail.smtp import Pace, TlsPolicy
from tuimail.transcript import Outcome, Status

LARGE = ("x" * 76 + "\n") * 1000


async def side_by_side(post: Post, count: int, body: str = "Hi\n") -> list[Outcome]:
    to = (f"user{n}@example.net" for n in range(count))
    return list(await asyncio.gather(*(post.send(each, body=body) for each in to)))


async def test_one_after_another(
    post: Post, servers: Servers, known: Known, counter: Counter
) -> None:
    await servers.at(A, counter.server())
    known.set(mx1=(A,))
    outcomes = [await post.send() for _ in range(3)]
    assert all_delivered(outcomes)
    assert counter.mails == [3]
    assert post.lines.count(f"the connection to mx1 [{A}]:{servers.port} is open") == 2


async def test_an_idle_connection_is_kept_for_a_moment(
    post: Post, servers: Servers, known: Known, counter: Counter
) -> None:
    """2 s by the clock; then QUIT, politely."""
    await servers.at(A, counter.server())
    known.set(mx1=(A,))
    post.clock = Clock()
    await post.send()
    post.clock.advance(LINGER - 0.1)
    await post.send()
    post.clock.advance(LINGER - 0.1)
    assert counter.quits == 0
    post.clock.advance(0.1)
    while counter.open:
        await asyncio.sleep(0.001)
    assert counter.quits == 1
    await post.send()
    assert counter.mails == [2, 1]


async def test_in_step_mode_quit_is_what_comes_next(
    post: Post, servers: Servers, known: Known, counter: Counter
) -> None:
    """Two seconds in which nothing is to be let go would look like the end."""
    await servers.at(A, counter.server())
    known.set(mx1=(A,))
    post.settings, post.clock = replace(post.settings, pace=Pace.STEP), Clock()
    stepper, loop = post.courier.stepper, asyncio.get_running_loop()

    def let_go() -> None:
        for held in stepper.held:
            stepper.let_go(held)

    def soon() -> None:
        loop.call_soon(let_go)

    stepper.on_change = soon
    await post.send()
    stepper.on_change = lambda: None
    assert not stepper.held
    post.clock.advance(STEP_LINGER)
    assert [held.command.verb for held in stepper.held] == ["QUIT"]
    let_go()
    while counter.open:
        await asyncio.sleep(0.001)
    assert counter.quits == 1


async def test_closing_says_quit_at_once(
    post: Post, servers: Servers, known: Known, counter: Counter
) -> None:
    """Rule R34: the outcome is there before QUIT, and the end does not wait for the 2 s."""
    await servers.at(A, counter.server())
    known.set(mx1=(A,))
    post.clock = Clock()
    assert (await post.send()).status is Status.DELIVERED
    assert counter.quits == 0
    await post.close()
    while counter.open:
        await asyncio.sleep(0.001)
    assert counter.quits == 1


@pytest.mark.parametrize("tls", [TlsPolicy.NONE, TlsPolicy.ENCRYPT])
async def test_closing_does_not_wait_for_the_reply_to_quit(
    post: Post, servers: Servers, known: Known, tls: TlsPolicy
) -> None:
    """Rule R34: the server has QUIT, and keeps us no longer, with TLS or without; the time stands
    still."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("mx1").configure_cert(context)
    heard: list[str] = []
    done = asyncio.Event()

    async def never_says_goodbye(side: Side) -> None:
        await side.say("220 mx")
        await side.hear()
        if tls is TlsPolicy.ENCRYPT:
            await side.say("250-mx", "250 STARTTLS")
            await side.hear()
            await side.say("220 go ahead")
            await side.encrypt(context)
            await side.hear()
        await side.say("250 mx")
        while await side.hear() != "DATA":
            await side.say("250 ok")
        await side.say("354 go")
        await side.hear_message()
        await side.say("250 taken")
        heard.append(await side.hear())
        await done.wait()

    await servers.at(A, never_says_goodbye)
    known.set(mx1=(A,))
    post.clock = Clock()
    post.settings = replace(post.settings, tls=tls)
    assert (await post.send()).status is Status.DELIVERED
    await post.close()
    while not heard:
        await asyncio.sleep(0.001)
    assert heard == ["QUIT"]
    done.set()


async def test_side_by_side_they_share_one_connection(
    post: Post, servers: Servers, known: Known, counter: Counter
) -> None:
    await servers.at(A, counter.server())
    known.set(mx1=(A,))
    assert all_delivered(await side_by_side(post, 5))
    assert counter.mails == [5]


async def test_many_mails_get_more_connections(
    post: Post, servers: Servers, known: Known, counter: Counter
) -> None:
    await servers.at(A, counter.server())
    known.set(mx1=(A,))
    assert all_delivered(await side_by_side(post, 12))
    assert sorted(counter.mails) == [2, 5, 5]


async def test_so_many_connections_to_one_exchange_and_no_more(
    post: Post, servers: Servers, known: Known, counter: Counter
) -> None:
    await servers.at(A, counter.server())
    known.set(mx1=(A,))
    assert all_delivered(await side_by_side(post, 12, LARGE))
    assert sum(counter.mails) == 12
    assert counter.most_open == MOST_CONNECTIONS


async def test_nobody_waits_for_a_large_message(
    post: Post, servers: Servers, known: Known, counter: Counter
) -> None:
    await servers.at(A, counter.server())
    known.set(mx1=(A,))
    assert all_delivered(await side_by_side(post, 3, LARGE))
    assert counter.mails == [1, 1, 1]


async def test_the_next_mail_rides_with_the_end_of_the_one_before(
    post: Post, servers: Servers, known: Known
) -> None:
    """RFC 2920 §3.1: MAIL is there before the message has its final reply."""
    rode: list[str] = []

    async def waits_for_it(side: Side) -> None:
        await side.say("220 mx")
        await side.hear()
        await side.say("250-mx", "250 PIPELINING")
        assert [await side.hear() for _ in range(3)][1] == "RCPT TO:<user0@example.net>"
        await side.say("250 ok", "250 ok", "354 go")
        await side.hear_message()
        rode.extend([await side.hear() for _ in range(3)])
        await side.say("250 taken", "250 ok", "250 ok", "354 go")
        await side.hear_message()
        await side.say("250 taken")
        await bids_farewell(side)

    await servers.at(A, waits_for_it)
    known.set(mx1=(A,))
    assert all_delivered(await side_by_side(post, 2))
    assert rode == ["MAIL FROM:<me@example.com>", "RCPT TO:<user1@example.net>", "DATA"]


async def test_domains_that_share_an_exchange_share_a_connection(
    post: Post, servers: Servers, known: Known, counter: Counter
) -> None:
    """Rule R9: a transaction for each domain all the same."""
    await servers.at(A, counter.server())
    known.set(mx1=(A,))
    outcome = await post.send("a@one.example, b@two.example, c@three.example")
    assert outcome.status is Status.DELIVERED
    assert sorted(counter.sessions[0]) == [
        ["RCPT TO:<a@one.example>"],
        ["RCPT TO:<b@two.example>"],
        ["RCPT TO:<c@three.example>"],
    ]
    assert counter.mails == [3]


def test_who_asks_for_the_same_shares() -> None:
    """The words of a demand may name the domain that asks; what it asks for counts."""
    demand = Demand(TlsPolicy.VERIFY, ("mx1",), "mta-sts", why="one.example asks")
    peer = Peer("mx1", (A,), 25, demand)
    assert peer.asks_as(replace(peer, demand=replace(demand, why="two.example asks")))
    assert not peer.asks_as(replace(peer, demand=replace(demand, policy=TlsPolicy.NONE)))
    assert not peer.asks_as(replace(peer, demand=replace(demand, names=("mx1", "two.example"))))


async def test_exchanges_of_other_names_share_nothing(
    post: Post, servers: Servers, known: Known, counter: Counter
) -> None:
    """Another name is another certificate to ask for, though the address is the same."""
    await servers.at(A, counter.server())
    known.set(mx1=(A,))
    await post.send()
    known.set(mx2=(A,))
    await post.send()
    assert counter.mails == [1, 1]


@pytest.mark.parametrize("farewell", ["", "421 enough"])
@pytest.mark.parametrize("mails", [1, 2])
async def test_a_session_that_the_server_ends_is_not_held_against_it(
    post: Post, servers: Servers, known: Known, counter: Counter, farewell: str, mails: int
) -> None:
    """Rule R7: it had served; who was not answered gets a new session with the same exchange."""
    await servers.at(A, counter.server(mails=mails, farewell=farewell))
    await servers.at(B, counter.server())
    known.set(mx1=(A,), mx2=(B,))
    assert all_delivered(await side_by_side(post, 4))
    assert set(servers.connections) == {A}
    assert sum(counter.mails) == 4
    assert max(counter.mails) == mails


async def test_a_connection_that_died_while_idle(
    post: Post, servers: Servers, known: Known, counter: Counter
) -> None:
    """It was not the next mail that failed, and no failure is told."""

    async def closes_after_one(side: Side) -> None:
        await side.say("220 mx")
        await side.hear()
        await side.say("250 mx")
        while await side.hear() != "DATA":
            await side.say("250 ok")
        await side.say("354 go")
        await side.hear_message()
        await side.say("250 taken", "421 too long idle")

    await servers.at(A, closes_after_one, counter.server())
    known.set(mx1=(A,))
    assert (await post.send()).status is Status.DELIVERED
    assert (await post.send()).status is Status.DELIVERED
    assert servers.connections == [A, A]


async def test_a_new_connection_that_dies_is_held_against_the_exchange(
    post: Post, servers: Servers, known: Known, counter: Counter
) -> None:
    """Rule R7: it had served nobody, so the next exchange has its turn."""
    await servers.at(A, counter.server(mails=0))
    await servers.at(B, counter.server())
    known.set(mx1=(A,), mx2=(B,))
    assert (await post.send()).status is Status.DELIVERED
    assert servers.connections == [A, B]


async def test_a_mail_that_was_answered_is_not_begun_again_there(
    post: Post, servers: Servers, known: Known, counter: Counter
) -> None:
    """Rule R7: the second mail's MAIL had its reply, and then the connection was lost."""

    async def drops_after_the_second_mail(side: Side) -> None:
        await side.say("220 mx")
        await side.hear()
        await side.say("250 mx")
        while await side.hear() != "DATA":
            await side.say("250 ok")
        await side.say("354 go")
        await side.hear_message()
        await side.say("250 taken")
        await side.hear()
        await side.say("250 ok")
        side.drop()

    await servers.at(A, drops_after_the_second_mail)
    await servers.at(B, counter.server())
    known.set(mx1=(A,), mx2=(B,))
    await post.send()
    assert (await post.send()).status is Status.DELIVERED
    assert servers.connections == [A, B]


async def test_as_many_mails_as_the_server_takes_in_a_session(
    post: Post, servers: Servers, known: Known, counter: Counter
) -> None:
    """RFC 9422 §4: MAILMAX, and a new session for the rest."""
    await servers.at(A, counter.server("LIMITS MAILMAX=2", mails=2))
    known.set(mx1=(A,))
    blind = ", ".join(f"user{n}@example.net" for n in range(5))
    outcome = await post.send("bob@example.net", blind=blind)
    assert outcome.status is Status.DELIVERED
    assert counter.mails == [2, 2, 2]


@pytest.mark.parametrize("extensions", [("LIMITS RCPTMAX=2",), ()])
async def test_as_many_recipients_as_the_server_takes_at_once(
    post: Post, servers: Servers, known: Known, counter: Counter, extensions: tuple[str, ...]
) -> None:
    """Rule R8, RFC 9422 §5: said beforehand, or by 452, the rest goes in the same session."""
    await servers.at(A, counter.server(*extensions, recipients=2))
    known.set(mx1=(A,))
    outcome = await post.send(", ".join(f"user{n}@example.net" for n in range(5)))
    assert outcome.status is Status.DELIVERED
    assert [len(mail) for mail in counter.sessions[0]] == [2, 2, 1]
    assert len(counter.sessions) == 1


async def test_a_server_that_takes_one_and_defers_it_is_left_in_peace(
    post: Post, servers: Servers, known: Known
) -> None:
    """Rule R7: one that answers one transaction and closes is not asked for ever."""

    async def defers_and_closes(side: Side) -> None:
        await side.say("220 mx")
        await side.hear()
        await side.say("250 mx")
        await side.hear()
        await side.say("451 not now")

    await servers.at(A, defers_and_closes)
    known.set(mx1=(A,))
    outcome = await post.send("a@example.net", blind="b@example.net, c@example.net")
    assert {recipient.status for recipient in outcome.recipients} == {Status.DEFERRED}
    assert len(servers.connections) == 3


async def test_blind_recipients_by_the_hundred_hold_nobody_up(
    post: Post, servers: Servers, known: Known, counter: Counter
) -> None:
    """Who shares a connection takes turns."""
    await servers.at(A, counter.server())
    known.set(mx1=(A,))
    blind = ", ".join(f"user{n}@example.net" for n in range(30))
    many = asyncio.create_task(post.send("many@example.net", blind=blind))
    await asyncio.sleep(0)
    assert (await post.send("one@example.net")).status is Status.DELIVERED
    assert not many.done()
    assert (await many).status is Status.DELIVERED
    assert len(counter.sessions) == 1
