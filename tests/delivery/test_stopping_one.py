"""One of several mails that share a connection is stopped."""

import asyncio

import pytest

from tests.delivery.counting import Counter, bids_farewell
from tests.delivery.rounds import A, Known, Post, Servers, all_delivered
from tests.delivery.scripted import Side
from tuimail.transcript import Status


async def test_who_is_stopped_takes_nobody_along(
    post: Post, servers: Servers, known: Known, counter: Counter
) -> None:
    """Rule R38: the others go on, on another connection where this one had to be dropped."""
    go_on, held = asyncio.Event(), asyncio.Event()

    async def holds(side: Side) -> None:
        await side.say("220 mx")
        await side.hear()
        await side.say("250 mx")
        await side.hear()
        held.set()
        await go_on.wait()
        await side.say("250 ok")
        await bids_farewell(side)

    await servers.at(A, holds, counter.server())
    known.set(mx1=(A,))
    stopped = asyncio.create_task(post.send("stopped@example.net"))
    await asyncio.sleep(0)
    others = [asyncio.create_task(post.send(f"user{n}@example.net")) for n in range(3)]
    await held.wait()
    stopped.cancel()
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await stopped
    assert all_delivered(await asyncio.gather(*others))
    assert counter.mails == [3]


async def test_who_waits_and_is_stopped_does_not_touch_the_connection(
    post: Post, servers: Servers, known: Known
) -> None:
    """Rule R38: nothing of it was under way, so it returns at once and the session goes on."""
    go_on, held = asyncio.Event(), asyncio.Event()

    async def holds(side: Side) -> None:
        await side.say("220 mx")
        await side.hear()
        await side.say("250 mx")
        for _ in range(2):
            while await side.hear() != "DATA":
                await side.say("250 ok")
            await side.say("354 go")
            await side.hear_message()
            held.set()
            await go_on.wait()
            await side.say("250 taken")
        await bids_farewell(side)

    await servers.at(A, holds)
    known.set(mx1=(A,))
    sends = [asyncio.create_task(post.send(f"user{n}@example.net")) for n in range(3)]
    await held.wait()
    sends[2].cancel()
    with pytest.raises(asyncio.CancelledError):
        await sends[2]
    go_on.set()
    assert all_delivered(await asyncio.gather(*sends[:2]))
    assert servers.connections == [A]


async def test_who_is_next_and_is_stopped_waits_for_its_turn(
    post: Post, servers: Servers, known: Known
) -> None:
    """Rules R33, R38: dropping the connection would leave the mail before it unknown."""
    go_on, held = asyncio.Event(), asyncio.Event()

    async def holds(side: Side) -> None:
        await side.say("220 mx")
        await side.hear()
        await side.say("250 mx")
        while await side.hear() != "DATA":
            await side.say("250 ok")
        await side.say("354 go")
        await side.hear_message()
        held.set()
        await go_on.wait()
        await side.say("250 taken")
        await side.hear()
        await side.say("250 ok")
        await bids_farewell(side)

    await servers.at(A, holds)
    known.set(mx1=(A,))
    first, second = (asyncio.create_task(post.send(f"user{n}@example.net")) for n in range(2))
    await held.wait()
    second.cancel()
    await asyncio.sleep(0)
    go_on.set()
    assert (await first).status is Status.DELIVERED
    with pytest.raises(asyncio.CancelledError):
        await second


async def test_the_first_is_stopped_while_it_connects(
    post: Post, servers: Servers, known: Known, counter: Counter
) -> None:
    """Who else waits for the connection keeps it."""
    await servers.at(A, counter.server())
    known.set(mx1=(A,))
    first, second = (asyncio.create_task(post.send(f"user{n}@example.net")) for n in range(2))
    while not post.called:
        await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert (await second).status is Status.DELIVERED
    assert counter.mails == [1]
