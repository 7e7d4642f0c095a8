"""Fetching a policy over HTTPS, from servers of every kind."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.internet.endpoints import TCP4ClientEndpoint
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from tests.delivery.policy_server import BODY, DOMAIN, HOST, PolicyServer, http, resolves
from tests.delivery.scripted import Script, Side
from tests.lookup.nameserver import SERVFAIL, ScriptedNameserver
from tuimail.delivery.demand import Demand
from tuimail.delivery.dialing import Dialer
from tuimail.delivery.doorstep import Doorstep, DoorstepFactory
from tuimail.delivery.https import MOST_RECEIVED, HttpsConnection
from tuimail.delivery.policy_host import PATIENCE, PolicyHosts
from tuimail.delivery.reactor import as_future
from tuimail.delivery.settings import Family, Settings
from tuimail.delivery.tls import Tls, TlsClient
from tuimail.domain import StsMode, StsPolicy, Unfetched
from tuimail.lookup import Nameserver, Resolver
from tuimail.smtp import TlsPolicy

POLICY = StsPolicy(StsMode.ENFORCE, ("mx1.example.net",), 604_800)
NOTHING = f"the policy host {HOST} gave no proper answer"
Fetch = Callable[..., Awaitable[StsPolicy | Unfetched]]


@pytest.fixture
async def nameserver() -> AsyncIterator[tuple[ScriptedNameserver, Resolver]]:
    async with ScriptedNameserver.start() as (scripted, address):
        resolves(scripted, "127.0.0.1")
        yield scripted, Resolver([address])


@pytest.fixture
def dns(nameserver: tuple[ScriptedNameserver, Resolver]) -> ScriptedNameserver:
    return nameserver[0]


@pytest.fixture
def server(tmp_path: Path) -> PolicyServer:
    return PolicyServer(tmp_path)


Host = Callable[..., PolicyHosts]


@pytest.fixture
def host(
    reactor: AsyncioSelectorReactor,
    nameserver: tuple[ScriptedNameserver, Resolver],
    server: PolicyServer,
) -> Host:
    """Asks at a port; `changed` are settings."""

    def make(port: int, clock: IReactorTime = reactor, **changed: object) -> PolicyHosts:
        # A nameserver that is named may lead to loopback.
        settings = replace(
            Settings(nameservers=(Nameserver("127.0.0.1"),), policy_port=port),
            **changed,  # type: ignore[arg-type]  # by name
        )
        dialer = Dialer(reactor, clock, settings, nameserver[1])
        return PolicyHosts(dialer, Tls(server.ca_file), nameserver[1], clock, settings)

    return make


@pytest.fixture
def fetch(server: PolicyServer, host: Host) -> Fetch:
    """From a server that follows the scripts, one for each connection."""

    async def run(*scripts: Script, **changed: object) -> StsPolicy | Unfetched:
        async with server.serve(*scripts) as served:
            return await host(served.port, **changed).fetch(DOMAIN)

    return run


def why(outcome: StsPolicy | Unfetched) -> str:
    assert isinstance(outcome, Unfetched)
    return outcome.why


async def test_a_policy(fetch: Fetch, server: PolicyServer) -> None:
    """Rule R23: it is fetched from the domain's own policy host (RFC 8461 §3.3)."""
    assert await fetch(server.saying(http())) == POLICY
    (request,) = server.requests
    assert request[0] == "GET /.well-known/mta-sts.txt HTTP/1.1"
    assert any(line.lower().startswith(f"host: {HOST}:") for line in request)


@pytest.mark.parametrize("stated", ["text/plain; charset=utf-8", "TEXT/Plain", "text/plain;"])
async def test_media_types_of_a_text(fetch: Fetch, server: PolicyServer, stated: str) -> None:
    """RFC 8461 §3.2: parameters are ignored."""
    assert await fetch(server.saying(http(BODY, "200 OK", f"Content-Type: {stated}"))) == POLICY


@pytest.mark.parametrize(
    ("response", "said"),
    [
        (http(BODY, "404 Not Found"), f"the policy host {HOST} answered 404"),
        (http(BODY, "203 Meh"), f"the policy host {HOST} answered 203"),
        (
            http(BODY, "301 Moved", "Location: https://example.com/", "Content-Type: text/plain"),
            f"the policy host {HOST} redirects elsewhere (301), which MTA-STS does not allow",
        ),
        (
            http(BODY, "200 OK", "Content-Type: text/html"),
            f"the policy host {HOST} gave text/html in place of text/plain",
        ),
        (
            http(BODY, "200 OK", "Server: silent"),
            f"the policy host {HOST} gave nothing in place of text/plain",
        ),
        (http(b"<html>"), "line 1 of its policy, “<html>”, is no “key: value”"),
        (http(b""), "its policy does not say “version: STSv1”"),
    ],
)
async def test_what_is_no_policy(
    fetch: Fetch, server: PolicyServer, response: bytes, said: str
) -> None:
    """Rules R23, I11: exactly 200, no redirect, and a text that is a policy (§3.2, §3.3)."""
    assert await fetch(server.saying(response)) == Unfetched(said, is_answer=True)
    assert len(server.requests) == 1


async def test_a_policy_that_is_too_long(fetch: Fetch, server: PolicyServer) -> None:
    """Rules R23, I11: 64 KiB at most, whatever length is announced; the rest is never read."""
    longest = BODY + b"\n" * (65_536 - len(BODY))
    assert await fetch(server.saying(http(longest))) == POLICY
    too_long = "its policy is longer than 64 KiB"
    assert why(await fetch(server.saying(http(longest + b"\n")))) == too_long
    endless = http(longest).replace(b"65536", b"9" * 12) + b"\n" * 4096
    assert why(await fetch(server.saying(endless))) == too_long


async def test_a_response_without_an_end(fetch: Fetch, server: PolicyServer) -> None:
    """Headers, interim responses and chunks have no limit in HTTP; a response here has one."""
    head, _, _ = http().partition(b"\r\n\r\n")
    many = head + b"\r\nX-More: and more" * (MOST_RECEIVED // 10) + b"\r\n\r\n" + BODY
    assert why(await fetch(server.saying(many))) == NOTHING
    interim = b"HTTP/1.1 103 Early Hints\r\n\r\n" * (MOST_RECEIVED // 20)
    assert why(await fetch(server.saying(interim))) == NOTHING


async def test_a_body_in_chunks(fetch: Fetch, server: PolicyServer) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunks = [b"1\r\n%c\r\n" % octet for octet in BODY]
    assert await fetch(server.saying(head, *chunks, b"0\r\n\r\n")) == POLICY


@pytest.mark.parametrize(
    ("names", "dates", "said"),
    [
        (("mx1.example.net",), {}, f"it is for mx1.example.net, not for {HOST}"),
        ((DOMAIN,), {}, f"it is for {DOMAIN}, not for {HOST}"),
        ((HOST,), {"not_after": datetime(2020, 1, 1, tzinfo=UTC)}, "it expired on 2020-01-01"),
    ],
)
async def test_a_certificate_that_does_not_verify(
    fetch: Fetch, server: PolicyServer, names: tuple[str, ...], dates: dict[str, object], said: str
) -> None:
    """Rule R23: the policy host proves its own name, before it is asked anything (§3.3)."""
    context = server.context(*names, **dates)
    outcome = await fetch(server.saying(http(), context=context))
    assert said in why(outcome)
    assert server.requests == []


async def test_a_wildcard_certificate(fetch: Fetch, server: PolicyServer) -> None:
    """RFC 8461 §3.3: `*` may be the whole left-most label."""
    context = server.context("*.example.net")
    assert await fetch(server.saying(http(), context=context)) == POLICY


async def test_an_authority_nobody_knows(
    fetch: Fetch, server: PolicyServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Rule R23."""
    stranger = PolicyServer(tmp_path_factory.mktemp("stranger"))
    outcome = await fetch(server.saying(http(), context=stranger.context()))
    assert "no trusted authority issued it" in why(outcome)
    assert server.requests == []


async def test_no_tls_at_all(fetch: Fetch) -> None:
    async def plaintext(side: Side) -> None:
        await side.send_raw(http())
        await side.gone()

    assert "the TLS handshake failed" in why(await fetch(plaintext))


async def test_an_answer_before_the_question(fetch: Fetch, server: PolicyServer) -> None:
    """Whichever of the two comes first, there is an end."""

    async def hasty(side: Side) -> None:
        await side.encrypt(server.context())
        await side.send_raw(http())
        await side.gone()

    outcome = await fetch(hasty)
    assert outcome == POLICY or why(outcome) == NOTHING


async def test_hanging_up_at_every_step(fetch: Fetch, server: PolicyServer) -> None:
    async def at_once(side: Side) -> None:
        side.drop()

    async def before_the_answer(side: Side) -> None:
        await server.hear(side)
        side.drop()

    async def in_the_middle(side: Side) -> None:
        await server.hear(side)
        await side.send_raw(http()[:-20])
        side.drop()

    assert "it hung up during the TLS handshake" in why(await fetch(at_once))
    assert why(await fetch(before_the_answer)) == NOTHING
    cut = f"the policy host {HOST} hung up in the middle of the policy"
    assert why(await fetch(in_the_middle)) == cut


async def test_a_connection_that_goes_before_the_handshake(
    reactor: AsyncioSelectorReactor, server: PolicyServer
) -> None:
    """Between connecting and TLS there is a moment, which a server may use."""

    async def at_once(side: Side) -> None:
        side.drop()

    async with server.serve(at_once) as served:
        doorstep = Doorstep()
        endpoint = TCP4ClientEndpoint(reactor, "127.0.0.1", served.port)
        await as_future(endpoint.connect(DoorstepFactory(doorstep)))
    # The server is gone by now.
    connection = HttpsConnection(Tls().client(Demand(TlsPolicy.VERIFY, (HOST,), "verify")))
    doorstep.hand_over(connection)
    assert await as_future(connection.judged) == "it hung up during the TLS handshake"
    await as_future(connection.abort())


async def test_a_body_without_a_length_ends_with_tls_or_not_at_all(
    fetch: Fetch, server: PolicyServer
) -> None:
    """Whoever cuts the connection could else make a year of a policy a second, or less strict."""
    head = b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n"

    async def ending(side: Side) -> None:
        await server.hear(side)
        await side.send_raw(head + BODY)

    async def cut(side: Side) -> None:
        await server.hear(side)
        await side.send_raw(head + BODY[:-4])
        side.drop()

    assert await fetch(ending) == POLICY
    assert "hung up" in why(await fetch(cut))


async def test_addresses_in_turn(
    fetch: Fetch, server: PolicyServer, dns: ScriptedNameserver
) -> None:
    """Rule R6: one address that refuses, IPv6 as IPv4, does not hide the next."""
    resolves(dns, "::1", "127.0.0.9", "127.0.0.1")
    assert await fetch(server.saying(http())) == POLICY


async def test_every_address_refuses(host: Host, dns: ScriptedNameserver) -> None:
    resolves(dns, "127.0.0.9", "127.0.0.1")
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        outcome = await host(port).fetch(DOMAIN)
    assert why(outcome) == (
        f"the policy host {HOST} [127.0.0.9]:{port} can't be reached: the connection was refused;"
        f" {HOST} [127.0.0.1]:{port} can't be reached: the connection was refused"
    )


async def test_no_address(host: Host, dns: ScriptedNameserver) -> None:
    resolves(dns)
    assert why(await host(1).fetch(DOMAIN)) == f"the policy host {HOST}: it has no address"
    dns.say(f"A {HOST}", SERVFAIL)
    assert "could not be looked up" in why(await host(1).fetch(DOMAIN))


async def test_an_address_that_is_not_public(host: Host) -> None:
    """Rule R10: no name in the public DNS makes us connect to this machine or a neighbour."""
    outcome = await host(1, nameservers=()).fetch(DOMAIN)
    assert "is not tried at 127.0.0.1, an address that is not public" in why(outcome)


async def test_only_the_family_that_is_asked_for(host: Host) -> None:
    outcome = await host(1, family=Family.IPV6).fetch(DOMAIN)
    assert "is not tried at 127.0.0.1, which is no" in why(outcome)


@pytest.mark.parametrize("domain", [f"{'a.' * 124}example", "nowhere.test"])
async def test_a_host_that_is_not_there(host: Host, domain: str) -> None:
    assert why(await host(1).fetch(domain)).startswith("the policy host mta-sts.")


async def connected(_server: PolicyServer, _side: Side) -> None: ...


async def asked(server: PolicyServer, side: Side) -> None:
    await server.hear(side)


async def answering(server: PolicyServer, side: Side) -> None:
    await server.hear(side)
    await side.send_raw(http()[:-1])


silent = pytest.mark.parametrize("until", [connected, asked, answering])
"""How far a server goes that then says no more."""


@asynccontextmanager
async def fetching(
    until: Callable[[PolicyServer, Side], Awaitable[None]],
    server: PolicyServer,
    host: Host,
    clock: Clock,
    **changed: object,
) -> AsyncIterator["asyncio.Task[StsPolicy | Unfetched]"]:
    """A fetch that has come so far."""
    reached = asyncio.Event()

    async def script(side: Side) -> None:
        await until(server, side)
        reached.set()
        await side.gone()

    async with server.serve(script) as served:
        task = asyncio.create_task(host(served.port, clock, **changed).fetch(DOMAIN))
        await reached.wait()
        yield task


@silent
async def test_a_host_that_takes_its_time(
    until: Callable[[PolicyServer, Side], Awaitable[None]], server: PolicyServer, host: Host
) -> None:
    """Rule R23: a time limit over all (RFC 8461 §3.3), wherever the host falls silent."""
    clock = Clock()
    async with fetching(until, server, host, clock) as task:
        clock.advance(PATIENCE - 0.1)
        clock.advance(0.1)
        assert await task == Unfetched(f"the policy host {HOST} gave no policy within 10 s")
    assert clock.getDelayedCalls() == []


async def test_the_users_own_time_limit(server: PolicyServer, host: Host) -> None:
    """Rule R36: `--timeout` caps it."""
    clock = Clock()
    async with fetching(asked, server, host, clock, timeout=2.0) as task:
        clock.advance(2.0)
        assert why(await task).endswith("within 2 s")


@silent
async def test_cancelling_leaves_nothing_behind(
    until: Callable[[PolicyServer, Side], Awaitable[None]],
    reactor: AsyncioSelectorReactor,
    server: PolicyServer,
    host: Host,
) -> None:
    """Rule R38: when a fetch returns or is cancelled, its socket and its timers are gone."""
    left = {*reactor.getReaders(), *reactor.getWriters(), *reactor.getDelayedCalls()}
    clock = Clock()
    async with fetching(until, server, host, clock) as task:
        others = asyncio.all_tasks() - {task}
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        now = {*reactor.getReaders(), *reactor.getWriters(), *reactor.getDelayedCalls()}
        assert now == left
        assert asyncio.all_tasks() <= others
    assert clock.getDelayedCalls() == []


class Wire(StringTransport):
    """Speaks no TLS: what lies under it is not what these octets are about."""

    def startTLS(self, _tls: TlsClient) -> None: ...  # noqa: N802 - Twisted's name


def over(wire: StringTransport) -> tuple[PolicyHosts, HttpsConnection]:
    resolver, tls, clock = Resolver([Nameserver("127.0.0.1", 1)]), Tls(), Clock()
    dialer = Dialer(cast("AsyncioSelectorReactor", clock), clock, Settings(), resolver)
    connection = HttpsConnection(tls.client(Demand(TlsPolicy.VERIFY, (HOST,), "verify")))
    connection.makeConnection(wire)  # type: ignore[no-untyped-call]  # nor has Twisted for this
    return PolicyHosts(dialer, tls, resolver, clock, Settings()), connection


async def test_a_connection_that_goes_before_the_question() -> None:
    host, connection = over(Wire())  # type: ignore[no-untyped-call]
    connection.connectionLost(Failure(ConnectionDone()))
    assert why(await host._get(connection, HOST)) == NOTHING


async def answered(octets: bytes) -> StsPolicy | Unfetched:
    """What comes of a request that these octets answer, up to the connection's end."""
    wire: Any = Wire()  # type: ignore[no-untyped-call]  # Twisted has no types for it
    host, connection = over(wire)
    getting = asyncio.create_task(host._get(connection, HOST))
    while not wire.value():
        await asyncio.sleep(0)
    connection.dataReceived(octets)
    connection.connectionLost(Failure(ConnectionDone()))
    return await getting


@given(
    st.binary(max_size=60)
    | st.tuples(
        st.sampled_from([b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 ", b"HTTP/9.9 200\r\n", b""]),
        st.lists(
            st.sampled_from(
                [
                    b"Content-Type: text/plain\r\n",
                    b"Content-Length: -1\r\n",
                    b"Content-Length: 5\r\n",
                    b"Content-Length: 99999999999999999999\r\n",
                    b"Transfer-Encoding: chunked\r\n",
                    b"Transfer-Encoding: gzip\r\n",
                    b" folded\r\n",
                    b"\r\n",
                    b"ffffffffffff\r\n",
                    b"x\r\n",
                    BODY,
                ]
            )
        ).map(b"".join),
        st.binary(max_size=20),
    ).map(b"".join)
)
def test_any_answer_is_a_policy_or_plain_words(octets: bytes) -> None:
    loop = asyncio.new_event_loop()
    try:
        outcome = loop.run_until_complete(answered(octets))
    finally:
        loop.close()
    assert outcome == POLICY or why(outcome)


def test_a_proper_answer_over_the_wire_of_these_tests() -> None:
    """So that the one above fails for what the octets have wrong."""
    loop = asyncio.new_event_loop()
    try:
        assert loop.run_until_complete(answered(http())) == POLICY
    finally:
        loop.close()
