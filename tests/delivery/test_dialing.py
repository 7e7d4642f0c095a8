"""Connecting to one exchange: which of its addresses answers first, and what that leaves."""

import asyncio
import errno

import pytest
from twisted.internet import error
from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.internet.task import Clock

from tuimail.delivery.demand import Demand
from tuimail.delivery.dialing import HEAD_START, Attempt, Dialer
from tuimail.delivery.settings import Settings
from tuimail.delivery.tally import Reach, Visit
from tuimail.delivery.unreachable import UnreachableError
from tuimail.lookup import Resolver
from tuimail.smtp import TlsPolicy
from tuimail.transcript import Transcript

V6, V4, OTHER_V6 = "2001:db8::1", "192.0.2.1", "2001:db8::2"


def attempts(transcript: Transcript, *ips: str, port: int = 25) -> list[Attempt]:
    made = []
    for ip in ips:
        lane = transcript.open_lane("example.net", "mx.example.net", ip, port)
        demand = Demand(TlsPolicy.NONE, ("mx.example.net",), "none")
        visit = Visit("mx.example.net", ip, demand)
        made.append(Attempt(visit, lane, transcript.observer(lane)))
    return made


class Network:
    """Answers as the test says. What was begun stays in `begun`, in that order."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.cancelled: list[str] = []
        self._answers: dict[str, asyncio.Future[None]] = {}

    async def connect(self, attempt: Attempt) -> None:
        ip = attempt.visit.ip
        self.begun.append(ip)
        self._answers[ip] = asyncio.get_running_loop().create_future()
        try:
            await self._answers[ip]
        except asyncio.CancelledError:
            self.cancelled.append(ip)
            raise

    def answers(self, ip: str) -> None:
        self._answers[ip].set_result(None)

    def refuses(self, ip: str) -> None:
        self._answers[ip].set_exception(UnreachableError(Reach.REFUSED, "refused"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    """Every dialer's."""
    network = Network()
    monkeypatch.setattr(Dialer, "_connect", lambda _self, attempt: network.connect(attempt))
    return network


@pytest.fixture
def dialer(reactor: AsyncioSelectorReactor, clock: Clock) -> Dialer:
    return Dialer(reactor, clock, Settings(), Resolver())


async def settle() -> None:
    """Lets everything run that can run without time passing."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_the_next_address_begins_after_a_head_start(
    dialer: Dialer, network: Network, clock: Clock, transcript: Transcript
) -> None:
    """RFC 8305 §5: 250 ms after the one before began, and the first that connects wins."""
    race = asyncio.create_task(dialer.race(attempts(transcript, V6, V4, OTHER_V6)))
    await settle()
    clock.advance(HEAD_START - 0.01)
    await settle()
    assert network.begun == [V6]
    clock.advance(0.01)
    await settle()
    assert network.begun == [V6, V4]
    network.answers(V4)
    winner = await race
    assert winner is not None
    assert winner.visit.ip == V4
    assert network.cancelled == [V6]
    assert network.begun == [V6, V4]
    assert clock.getDelayedCalls() == []
    assert [line.text for line in transcript.lines] == [
        f"connecting to mx.example.net [{V6}]:25",
        f"connecting to mx.example.net [{V4}]:25",
        "connected",
        f"mx.example.net [{V6}]:25 is not needed: mx.example.net [{V4}]:25 answered first",
    ]


async def test_a_refusal_lets_the_next_begin_at_once(
    dialer: Dialer, network: Network, transcript: Transcript
) -> None:
    """Rules R3, R7: RFC 8305 §5, no time has to pass."""
    race = asyncio.create_task(dialer.race(attempts(transcript, V6, V4)))
    await settle()
    network.refuses(V6)
    await settle()
    assert network.begun == [V6, V4]
    network.answers(V4)
    winner = await race
    assert winner is not None
    assert winner.visit.ip == V4


async def test_the_slower_first_can_still_win(
    dialer: Dialer, network: Network, clock: Clock, transcript: Transcript
) -> None:
    race = asyncio.create_task(dialer.race(attempts(transcript, V6, V4)))
    await settle()
    clock.advance(HEAD_START)
    await settle()
    network.refuses(V4)
    await settle()
    network.answers(V6)
    winner = await race
    assert winner is not None
    assert winner.visit.ip == V6


async def test_all_are_silent(
    dialer: Dialer, network: Network, clock: Clock, transcript: Transcript
) -> None:
    """Rule R36: 30 s for each, and they run side by side."""
    tried = attempts(transcript, V6, V4)
    race = asyncio.create_task(dialer.race(tried))
    await settle()
    for _ in range(122):
        clock.advance(0.25)
        await settle()
    assert await race is None
    assert network.cancelled == [V6, V4]
    assert [each.visit.reach for each in tried] == [Reach.BLOCKED, Reach.BLOCKED]
    assert tried[0].visit.obstacle == (
        f"mx.example.net [{V6}]:25 can't be reached: no answer within 30 s"
    )
    assert clock.getDelayedCalls() == []


async def test_the_time_limit_caps_connecting(
    reactor: AsyncioSelectorReactor, clock: Clock, transcript: Transcript
) -> None:
    """Rule R36: `--timeout` caps the 30 s."""
    dialer = Dialer(reactor, clock, Settings(timeout=4), Resolver())
    race = asyncio.create_task(dialer.race(attempts(transcript, V4)))
    await settle()
    clock.advance(4)
    assert await race is None
    assert transcript.lines[-1].text.endswith("no answer within 4 s")


@pytest.mark.parametrize("steps", range(4))
async def test_cancelling_a_race_leaves_nothing(
    dialer: Dialer, network: Network, clock: Clock, transcript: Transcript, steps: int
) -> None:
    """Rule R38: at every step of it."""
    before = asyncio.all_tasks()
    race = asyncio.create_task(dialer.race(attempts(transcript, V6, V4)))
    for _ in range(steps):
        await settle()
        clock.advance(HEAD_START)
    race.cancel()
    with pytest.raises(asyncio.CancelledError):
        await race
    assert network.cancelled == network.begun
    assert clock.getDelayedCalls() == []
    assert asyncio.all_tasks() == before


@pytest.mark.parametrize(
    ("failure", "reach", "why"),
    [
        (error.ConnectionRefusedError(), Reach.REFUSED, "the connection was refused"),
        (error.NoRouteError(errno.ENETUNREACH, ""), Reach.BLOCKED, "network is unreachable"),
        (error.ConnectError(errno.EACCES, ""), Reach.BLOCKED, "permission denied"),
        (error.ConnectError(errno.ENOENT, ""), Reach.REFUSED, "no such file or directory"),
        (
            error.ConnectBindError(errno.EADDRNOTAVAIL, ""),
            Reach.REFUSED,
            "this host can't use the source address: cannot assign requested address",
        ),
    ],
)
def test_what_stands_in_the_way_is_said_in_words(
    failure: error.ConnectError, reach: Reach, why: str
) -> None:
    met = UnreachableError.of(failure)
    assert (met.reach, met.why) == (reach, why)
