"""What a server says and does before anybody speaks to it."""

import asyncio

import pytest
from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.internet.endpoints import TCP4ClientEndpoint

from tests.delivery.scripted import Script, Side, scripted
from tuimail.delivery.clock import LOOP_CLOCK
from tuimail.delivery.connection import SmtpConnection
from tuimail.delivery.demand import Demand
from tuimail.delivery.doorstep import Doorstep, DoorstepFactory
from tuimail.delivery.reactor import as_future
from tuimail.delivery.tls import Tls
from tuimail.smtp import Event, FailureKind, Session, SessionFailed, TlsPolicy, TlsStart


async def hangs_up(side: Side) -> None:
    side.drop()


async def greets_and_hangs_up(side: Side) -> None:
    await side.say("554 5.7.1 not you")


async def connected(reactor: AsyncioSelectorReactor, script: Script) -> Doorstep:
    """To a server that is gone by now."""
    doorstep = Doorstep()
    async with scripted(script) as server:
        endpoint = TCP4ClientEndpoint(reactor, "127.0.0.1", server.port)
        await as_future(endpoint.connect(DoorstepFactory(doorstep)))
    for _ in range(5):
        await asyncio.sleep(0)
    return doorstep


@pytest.mark.parametrize(
    ("script", "start", "kind"),
    [
        (hangs_up, TlsStart.STARTTLS, FailureKind.LOST),
        (hangs_up, TlsStart.IMPLICIT, FailureKind.HANDSHAKE),
        (greets_and_hangs_up, TlsStart.STARTTLS, FailureKind.GREETING),
        (greets_and_hangs_up, TlsStart.IMPLICIT, FailureKind.HANDSHAKE),
    ],
)
async def test_who_comes_to_speak_gets_all_that_was_left(
    reactor: AsyncioSelectorReactor, script: Script, start: TlsStart, kind: FailureKind
) -> None:
    """Between connecting and speaking there is a moment, which a server may use."""
    doorstep = await connected(reactor, script)
    events: list[Event] = []
    demand = Demand(TlsPolicy.OPPORTUNISTIC, ("mx.example.net",), "opportunistic")
    session = Session("client.example", tls_start=start)
    connection = SmtpConnection(session, Tls().client(demand), events.append, LOOP_CLOCK)
    closed = as_future(connection.closed)
    doorstep.hand_over(connection)
    await closed
    (failure,) = (event.failure for event in events if isinstance(event, SessionFailed))
    assert failure.kind is kind
    assert LOOP_CLOCK.getDelayedCalls() == ()
