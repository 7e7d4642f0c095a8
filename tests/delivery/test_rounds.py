"""From address to address and from exchange to exchange, against servers that refuse."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest
from twisted.internet.task import Clock

from tests.delivery.rounds import A, B, C, Known, Post, Servers
from tests.delivery.scripted import Script, Side
from tuimail.delivery.demand import Demand, Excluded
from tuimail.delivery.dialing import Attempt, Dialer
from tuimail.delivery.narrowing import not_public
from tuimail.delivery.policy import Policies
from tuimail.delivery.setbacks import MEMORY
from tuimail.delivery.settings import Direct, Family, Relay
from tuimail.domain import Exchange
from tuimail.smtp import Credentials, TlsPolicy
from tuimail.transcript import Status


def says(*replies: str) -> Script:
    """To the greeting, the hello and so on, and then closes."""

    async def script(side: Side) -> None:
        for reply in replies:
            await side.say(reply)
            await side.hear()

    return script


def says_and_closes(line: str) -> Script:
    async def script(side: Side) -> None:
        await side.say(line)
        side.close()

    return script


async def takes(side: Side) -> None:
    await side.say("220 mx")
    await side.take_mail()


async def takes_one(side: Side) -> None:
    """And closes, so that the next mail begins anew."""
    await side.say("220 mx")
    await side.hear()
    await side.say("250 mx")
    while await side.hear() != "DATA":
        await side.say("250 ok")
    await side.say("354 go")
    await side.hear_message()
    await side.say("250 taken")


async def drops(side: Side) -> None:
    side.drop()


async def is_silent(side: Side) -> None:
    await side.gone()


async def breaks_tls(side: Side) -> None:
    await side.say("220 mx")
    await side.hear()
    await side.say("250-mx", "250-AUTH PLAIN", "250 STARTTLS")
    await side.hear()
    await side.say("220 go ahead")
    await side.octets(20)


async def test_the_next_address_of_an_exchange_comes_before_the_next_exchange(
    post: Post, servers: Servers, known: Known
) -> None:
    """Rules R3, R7: a refused connection costs no time, which stands still here."""
    await servers.at(B, takes)
    post.clock = Clock()
    known.set(mx1=(A, B), mx2=(C,))
    outcome = await post.send_one()
    assert (outcome.status, outcome.exchange, outcome.ip) == (Status.DELIVERED, "mx1", B)
    assert post.called == [A, B]
    assert servers.connections == [B]


@pytest.mark.parametrize(
    "fails",
    [
        pytest.param(drops, id="lost"),
        pytest.param(is_silent, id="timed out"),
        pytest.param(says("554 go away"), id="greeting 5xx"),
        pytest.param(says("421 busy"), id="greeting 421"),
        pytest.param(says("220 mx", "502 no EHLO", "550 no HELO"), id="HELO refused"),
        pytest.param(says("220 mx", "250 mx", "421 closing"), id="421 before MAIL is answered"),
        pytest.param(says("220 mx", "250 mx", "451 not now"), id="4xx to MAIL"),
        pytest.param(says("220 mx", "250 mx", "2x0 what"), id="protocol error"),
    ],
)
async def test_a_session_that_fails_leads_to_the_other_addresses(
    post: Post, servers: Servers, known: Known, fails: Script
) -> None:
    """Rules R3, R6, R7, R8, R16: also where happy eyeballs had a winner."""
    await servers.at(A, fails)
    await servers.at(B, takes)
    post.settings = replace(post.settings, timeout=0.3)
    known.set(mx1=(A, B))
    outcome = await post.send_one()
    assert (outcome.status, outcome.ip) == (Status.DELIVERED, B)
    assert servers.connections == [A, B]
    assert f"trying mx1 [{B}]" in post.lines


async def test_a_refusal_is_final(post: Post, servers: Servers, known: Known) -> None:
    """Rule R8: 5xx settles, and nobody else is asked."""
    await servers.at(A, says("220 mx", "250 mx", "250 ok", "550 no such user", "250 reset"))
    await servers.at(B, takes)
    known.set(mx1=(A, B))
    outcome = await post.send_one()
    assert (outcome.status, outcome.code) == (Status.FAILED, 550)
    assert servers.connections == [A]


async def test_two_sessions_say_what_a_third_would(
    post: Post, servers: Servers, known: Known
) -> None:
    """Rule R6: at most 2 completed sessions for a domain; failed ones are not completed."""
    not_now = says("220 mx", "250 mx", "250 ok", "451 not now", "250 reset", "221 bye")
    await servers.at(A, drops)
    await servers.at(B, not_now)
    await servers.at(C, not_now)
    await servers.at("127.0.0.24", takes)
    known.set(mx1=(A, B), mx2=(C,), mx3=("127.0.0.24",))
    outcome = await post.send_one()
    assert (outcome.status, outcome.code) == (Status.DEFERRED, 451)
    assert servers.connections == [A, B, C]


async def test_five_addresses_are_enough(post: Post, servers: Servers, known: Known) -> None:
    """Rule R6: at most 5 addresses for a domain, and both families among them."""
    await servers.at("127.0.0.30", takes)
    post.settings = replace(post.settings, route=Direct(servers.port))
    known.set(mx1=tuple(f"127.0.0.{n}" for n in range(24, 30)), mx2=("127.0.0.30", "::1"))
    outcome = await post.send_one()
    assert outcome.status is Status.DEFERRED
    assert post.called == ["127.0.0.24", "127.0.0.25", "127.0.0.26", "127.0.0.27", "::1"]


async def test_an_exchange_that_a_policy_excludes_takes_no_place(
    post: Post, servers: Servers, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rules R6, R23: its addresses do not count among those that were tried."""

    async def demand(
        _policies: Policies, _domain: str, exchange: Exchange, *_rest: object
    ) -> Demand | Excluded:
        if exchange.name == "mx1":
            return Excluded("is not named by the MTA-STS policy")
        return Demand(TlsPolicy.NONE, (exchange.name,), "none")

    monkeypatch.setattr(Policies, "demand", demand)
    await servers.at(A, takes)
    known.set(mx1=tuple(f"127.0.0.{n}" for n in range(24, 30)), mx2=(A,))
    outcome = await post.send_one()
    assert (outcome.status, outcome.exchange) == (Status.DELIVERED, "mx2")
    assert servers.connections == [A]


async def test_only_one_family(post: Post, servers: Servers, known: Known) -> None:
    """`-4`: IPv6 addresses are not tried, and that is told."""
    await servers.at(A, takes)
    post.settings = replace(post.settings, family=Family.IPV4)
    known.set(mx1=("::1", A))
    assert (await post.send_one()).status is Status.DELIVERED
    assert post.called == [A]
    assert "mx1 is not tried at ::1, which is no IPv4 address" in post.lines


async def resets(side: Side) -> None:
    side.reset()


@pytest.mark.parametrize(
    ("hangs_up", "code"), [(drops, None), (resets, None), (says_and_closes("421 busy"), 421)]
)
async def test_a_server_that_hangs_up_before_we_listen(
    post: Post,
    servers: Servers,
    known: Known,
    monkeypatch: pytest.MonkeyPatch,
    hangs_up: Script,
    code: int | None,
) -> None:
    """Rule R7: its last words are still read, and it is a session that failed."""
    race = Dialer.race
    gone = asyncio.Event()

    async def then_gone(side: Side) -> None:
        await hangs_up(side)
        gone.set()

    async def slow_race(dialer: Dialer, attempts: Sequence[Attempt]) -> Attempt | None:
        winner = await race(dialer, attempts)
        await gone.wait()
        for _ in range(10):  # Long enough for what the server did to be there.
            await asyncio.sleep(0)
        return winner

    monkeypatch.setattr(Dialer, "race", slow_race)
    await servers.at(A, then_gone)
    known.set(mx1=(A,))
    outcome = await post.send_one()
    assert (outcome.status, outcome.code) == (Status.DEFERRED, code)
    assert "can't be reached" not in outcome.reply


# Credentials


LOGIN = Credentials("me", "hidden")


async def test_refused_credentials_are_shown_to_nobody_else(
    post: Post, servers: Servers, known: Known
) -> None:
    """Rule R19: after 535 the mail is deferred, and no other address gets the password."""
    refuses = says("220 mx", "250-mx\r\n250 AUTH PLAIN", "535 5.7.8 wrong", "221 bye")
    await servers.at(A, refuses)
    await servers.at(B, takes)
    known.set(mx1=(A, B))
    post.settings = replace(post.settings, route=Relay("mx1", servers.port), credentials=LOGIN)
    outcome = await post.send_one()
    assert (outcome.status, outcome.code) == (Status.DEFERRED, 535)
    assert servers.connections == [A]


async def test_credentials_are_for_the_relay(post: Post, servers: Servers, known: Known) -> None:
    """Rule R19: an exchange that the DNS names does not get them."""
    heard: list[str] = []

    async def asks(side: Side) -> None:
        await side.say("220 mx")
        await side.hear()
        await side.say("250-mx", "250 AUTH PLAIN")
        heard.append(await side.hear())
        await side.say("250 ok")
        while await side.hear() != "DATA":
            await side.say("250 ok")
        await side.say("354 go")
        await side.hear_message()
        await side.say("250 taken")

    await servers.at(A, asks)
    known.set(mx1=(A,))
    post.settings = replace(post.settings, credentials=LOGIN)
    assert (await post.send_one()).status is Status.DELIVERED
    assert heard[0].startswith("MAIL FROM:")


async def test_no_plaintext_where_credentials_would_be_in_it(
    post: Post, servers: Servers, known: Known
) -> None:
    """Rule R18: after a failed handshake, even where the policy is opportunistic."""
    await servers.at(A, breaks_tls, takes)
    known.set(mx1=(A,))
    post.settings = replace(
        post.settings,
        route=Relay("mx1", servers.port),
        tls=TlsPolicy.OPPORTUNISTIC,
        credentials=LOGIN,
    )
    outcome = await post.send_one()
    assert outcome.status is Status.DEFERRED
    assert "TLS" in outcome.reply
    assert servers.connections == [A]


async def test_plaintext_on_a_new_connection_to_the_same_address(
    post: Post, servers: Servers, known: Known
) -> None:
    """Rule R18: without credentials it is the same address, before any other."""
    await servers.at(A, breaks_tls, takes)
    await servers.at(B, takes)
    known.set(mx1=(A, B))
    post.settings = replace(post.settings, tls=TlsPolicy.OPPORTUNISTIC)
    outcome = await post.send_one()
    assert (outcome.status, outcome.ip, outcome.tls) == (Status.DELIVERED, A, None)
    assert servers.connections == [A, A]


# Addresses that no public name should have


@pytest.mark.parametrize(
    "ip",
    [
        *("127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1"),  # noqa: S104
        *("169.254.1.1", "100.64.0.1", "192.0.2.1", "224.0.0.1", "255.255.255.255"),
        *("::1", "::", "fe80::1", "fd00::1", "2001:db8::1", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1"),
    ],
)
def test_what_is_not_public(ip: str) -> None:
    """Rule R10: loopback, private, shared, link-local, reserved, also in IPv6's clothes."""
    assert not_public(ip) == f"is not tried at {ip}, an address that is not public"


@pytest.mark.parametrize("ip", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_what_is_public(ip: str) -> None:
    """Rule R10."""
    assert not_public(ip) == ""


async def test_a_public_name_does_not_lead_here(post: Post, servers: Servers, known: Known) -> None:
    """Rule R10: skipped with a note, and deferred where nothing is left, as Postfix does."""
    await servers.at(A, takes)
    known.set(mx1=(A,), mx2=("10.0.0.1",))
    post.settings = replace(post.settings, nameservers=())
    outcome = await post.send_one()
    assert (outcome.status, outcome.enhanced) == (Status.DEFERRED, "4.7.0")
    assert post.called == []
    assert f"mx1 is not tried at {A}, an address that is not public" in post.lines


async def test_a_relay_may_be_anywhere(post: Post, servers: Servers, known: Known) -> None:
    """Rule R10: a name that the user chose is not a public one."""
    await servers.at(A, takes)
    known.set(mx1=(A,))
    post.settings = replace(post.settings, nameservers=(), route=Relay("mx1", servers.port))
    assert (await post.send_one()).status is Status.DELIVERED


# What is remembered


async def test_an_exchange_that_failed_comes_last_for_a_while(
    post: Post, servers: Servers, known: Known
) -> None:
    """Rule R3, and what is known from the mail before: 5 minutes by the clock."""
    await servers.at(B, takes_one)
    post.clock = Clock()
    known.set(mx1=(A,), mx2=(B,))
    assert (await post.send_one()).ip == B
    post.clock.advance(MEMORY - 1)
    assert (await post.send_one()).ip == B
    assert post.called == [A, B, B]
    assert "mx1 failed less than 5 minutes ago: others first" in post.lines
    post.clock.advance(1)
    await post.send_one()
    assert post.called == [A, B, B, A, B]


@pytest.mark.parametrize("fails", [drops, says("421 busy"), says("554 no")])
async def test_a_greeting_that_fails_is_remembered(
    post: Post, servers: Servers, known: Known, fails: Script
) -> None:
    await servers.at(A, fails)
    await servers.at(B, takes_one)
    known.set(mx1=(A,), mx2=(B,))
    await post.send_one()
    await post.send_one()
    assert servers.connections == [A, B, B]


async def test_who_refuses_a_mail_has_not_failed(
    post: Post, servers: Servers, known: Known
) -> None:
    not_now = says("220 mx", "250 mx", "451 not now", "221 bye")
    await servers.at(A, not_now)
    await servers.at(B, takes_one)
    known.set(mx1=(A,), mx2=(B,))
    await post.send_one()
    await post.send_one()
    assert servers.connections == [A, B, A, B]


async def test_the_only_exchange_is_tried_all_the_same(
    post: Post, servers: Servers, known: Known
) -> None:
    await servers.at(A, drops, takes_one)
    known.set(mx1=(A,))
    assert (await post.send_one()).status is Status.DEFERRED
    assert (await post.send_one()).status is Status.DELIVERED
