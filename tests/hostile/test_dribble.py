"""Servers that say one octet a minute, on a clock that has the time."""

import asyncio
import sys
from collections.abc import AsyncIterator

import pytest
from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.internet.task import Clock

from tests.hostile.wire import Wire
from tests.smtp.scripts import HANDSHAKE, STANDING, Standing
from tests.smtp.test_timeouts import LIMITS
from tuimail.delivery.connection import SmtpConnection
from tuimail.delivery.demand import Demand
from tuimail.delivery.tls import Tls
from tuimail.smtp import (
    Accepted,
    Disposition,
    Event,
    Session,
    SessionFailed,
    Settled,
    Stage,
    TlsPolicy,
    Transaction,
    Unanswered,
    Unknown,
)

MINUTE = 60
AWAITED = {**STANDING, Stage.HANDSHAKE: Standing(HANDSHAKE)}
DISPOSITIONS = {Stage.FINAL: Unknown, Stage.QUIT: Accepted}
PIECES = {"a reply": b"250-" + b"x" * 60, "white space": b"\r" * 60, "noise": b"\0" * 60}
BLOCKS = 4 + 2
"""Writes that the transport takes: four commands, and two blocks of the message."""


@pytest.fixture(autouse=True)
async def on_a_loop(reactor: AsyncioSelectorReactor) -> AsyncIterator[None]:
    """A handshake is prepared on the one that runs, and nobody here waits for that."""
    assert reactor.running
    before = asyncio.all_tasks()
    yield
    for preparing in asyncio.all_tasks() - before - {asyncio.current_task()}:
        await preparing


class Slow:
    """A connection to a server that takes its time."""

    def __init__(self, room: int) -> None:
        self.clock = Clock()
        self.events: list[Event] = []
        self.wire = Wire(self.clock, room)
        demand = Demand(TlsPolicy.OPPORTUNISTIC, ("mx.example.net",), "opportunistic")
        self._connection = SmtpConnection(
            Session("client.example"),
            Tls().client(demand),
            self.events.append,
            self.clock,
        )
        self._connection.makeConnection(self.wire)  # type: ignore[no-untyped-call]

    def submit(self, transaction: Transaction) -> None:
        self._connection.submit(transaction)

    def quit(self) -> None:
        self._connection.quit()

    @property
    def dispositions(self) -> list[Disposition]:
        settled = (event for event in self.events if isinstance(event, Settled))
        return [disposition for event in settled for disposition in event.dispositions]

    def say(self, octets: bytes) -> None:
        self._connection.dataReceived(octets)

    def wait(self, seconds: int) -> bool:
        """Whether the client has lost its patience."""
        self.clock.pump([1] * seconds)
        return self.wire.gone is not None


@pytest.mark.parametrize("pieces", PIECES)
@pytest.mark.parametrize("stage", LIMITS)
async def test_one_octet_a_minute(stage: Stage, pieces: str) -> None:
    """Rules R33, R36: each stage has its limit to the reply's end, which no octet renews."""
    standing = AWAITED[stage]
    slow = Slow(BLOCKS if stage is Stage.BODY else sys.maxsize)
    for transaction in standing.mails:
        slow.submit(transaction)
    slow.quit()
    for line in standing.script.splitlines():
        speaker, _, text = line.strip().partition(": ")
        if speaker == "S":
            slow.say(text.encode() + b"\r\n")
    for octet in PIECES[pieces]:
        if slow.wait(MINUTE):
            break
        slow.say(bytes((octet,)))
    assert slow.wire.gone == LIMITS[stage]
    assert isinstance(slow.dispositions[-1], DISPOSITIONS.get(stage, Unanswered))
    failures = [event.failure.why for event in slow.events if isinstance(event, SessionFailed)]
    why = f"gave no answer within {LIMITS[stage]} s while {stage.words}"
    assert failures == ([] if stage is Stage.QUIT else [why])
    assert slow.clock.getDelayedCalls() == []
