"""A send that is stopped, at any moment of it, leaves nothing behind."""

import asyncio
import os
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace

import pytest
import trustme
from twisted.internet.asyncioreactor import AsyncioSelectorReactor

from tests.delivery.letters import addresses, message
from tests.delivery.rounds import Known
from tests.delivery.scripted import Script, Side, scripted
from tuimail.delivery.clock import LOOP_CLOCK
from tuimail.delivery.courier import Courier
from tuimail.delivery.mail import Mail
from tuimail.delivery.settings import Direct, Relay, Settings, Socks
from tuimail.demo.loopback import FILLERS
from tuimail.lookup import Nameserver
from tuimail.smtp import Credentials, TlsPolicy, TlsStart
from tuimail.transcript import Outcome, Status, Transcript

SETTINGS = Settings(identity="client.example", tls=TlsPolicy.OPPORTUNISTIC)
LARGE = ("x" * 76 + "\n") * 200_000
FILES = "/dev/fd"


def twisted_traces(reactor: AsyncioSelectorReactor) -> tuple[int, int]:
    """Sockets and timers that are ours: the servers of these tests are not Twisted's."""
    watched = {*reactor.getReaders(), *reactor.getWriters()}
    return len(watched), len(reactor.getDelayedCalls()) + len(LOOP_CLOCK.getDelayedCalls())


def all_traces() -> tuple[int, int]:
    """Sockets, files and tasks, those of the servers among them."""
    return len(os.listdir(FILES)), len(asyncio.all_tasks())  # noqa: PTH208


@dataclass(slots=True)
class Moment:
    """A place that a send reaches and does not leave by itself."""

    settings: Settings
    reached: Callable[[Transcript], Awaitable[None]]
    body: str = "Hi\n"


async def until(true: Callable[[], bool]) -> None:
    while not true():
        await asyncio.sleep(0.001)


def shown(words: str) -> Callable[[Transcript], Awaitable[None]]:
    """When the transcript has these words."""

    async def reached(transcript: Transcript) -> None:
        await until(lambda: any(words in line.text for line in transcript.lines))

    return reached


@asynccontextmanager
async def served(script: Script, words: str, body: str = "Hi\n") -> AsyncIterator[Moment]:
    async with scripted(script) as server:
        yield Moment(replace(SETTINGS, route=Relay("127.0.0.1", server.port)), shown(words), body)


@asynccontextmanager
async def looking_up() -> AsyncIterator[Moment]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.settimeout(0)

        async def reached(_transcript: Transcript) -> None:
            await asyncio.get_running_loop().sock_recv(silent, 1500)

        nameserver = Nameserver("127.0.0.1", silent.getsockname()[1])
        yield Moment(replace(SETTINGS, route=Direct(9), nameservers=(nameserver,)), reached)


@contextmanager
def blocked(family: socket.AddressFamily, ip: str, port: int = 0) -> Iterator[int]:
    """A port where connecting is never answered: its backlog is full."""
    with ExitStack() as stack:
        held = stack.enter_context(socket.socket(family))
        held.bind((ip, port))
        held.listen(0)
        for _ in range(FILLERS):
            filler = stack.enter_context(socket.socket(family))
            filler.settimeout(0)
            filler.connect_ex(held.getsockname())
        yield held.getsockname()[1]


@asynccontextmanager
async def racing() -> AsyncIterator[Moment]:
    with blocked(socket.AF_INET, "127.0.0.1") as port, blocked(socket.AF_INET6, "::1", port):
        settings = replace(SETTINGS, route=Relay("localhost", port))
        yield Moment(settings, shown(f"connecting to localhost [::1]:{port}"))


async def is_silent(side: Side) -> None:
    await side.gone()


@asynccontextmanager
async def at_the_proxy() -> AsyncIterator[Moment]:
    asked = asyncio.Event()

    async def script(side: Side) -> None:
        await side.octets(3)
        asked.set()
        await side.gone()

    async def reached(_transcript: Transcript) -> None:
        await asked.wait()

    async with scripted(script) as server:
        socks = Socks("127.0.0.1", server.port)
        yield Moment(replace(SETTINGS, route=Relay("192.0.2.1", 25), socks=socks), reached)


async def to_starttls(side: Side) -> None:
    await side.say("220 mx")
    await side.hear()
    await side.say("250-mx", "250-PIPELINING", "250 STARTTLS")
    await side.hear()
    await side.say("220 go ahead")
    await side.gone()


async def to_mail(side: Side) -> None:
    await side.say("220 mx")
    await side.hear()
    await side.say("250-mx", "250 PIPELINING")
    while line := await side.hear():
        if line == "QUIT":
            await side.say("250 ok", "250 ok", "503 no", "221 bye")


async def to_data(side: Side) -> None:
    await side.say("220 mx")
    await side.hear()
    await side.say("250 mx")
    while await side.hear() != "DATA":
        await side.say("250 ok")
    await side.say("354 go")


async def reads_no_message(side: Side) -> None:
    await to_data(side)
    await asyncio.Event().wait()


async def gives_no_final_reply(side: Side) -> None:
    await to_data(side)
    await side.hear_message()
    await side.gone()


async def asks_for_scram(side: Side) -> None:
    await side.say("220 mx")
    await side.hear()
    await side.say("250-mx", "250 AUTH SCRAM-SHA-256")
    await side.gone()


@asynccontextmanager
async def authenticating() -> AsyncIterator[Moment]:
    async with served(asks_for_scram, "AUTH SCRAM") as moment:
        credentials = Credentials("me", "hidden")
        yield replace(moment, settings=replace(moment.settings, credentials=credentials))


@asynccontextmanager
async def implicit_tls() -> AsyncIterator[Moment]:
    async with served(is_silent, "connected") as moment:
        yield replace(moment, settings=replace(moment.settings, tls_start=TlsStart.IMPLICIT))


@asynccontextmanager
async def encrypted() -> AsyncIterator[Moment]:
    """In the middle of the message, under TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("mx.example.net").configure_cert(context)

    async def script(side: Side) -> None:
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
        await asyncio.Event().wait()

    async with served(script, "message, ", LARGE) as moment:
        yield moment


MOMENTS: dict[str, tuple[Callable[[], AbstractAsyncContextManager[Moment]], Status]] = {
    "looking up": (looking_up, Status.DEFERRED),
    "racing": (racing, Status.DEFERRED),
    "at the proxy": (at_the_proxy, Status.DEFERRED),
    "greeting": (lambda: served(is_silent, "connected"), Status.DEFERRED),
    "implicit TLS": (implicit_tls, Status.DEFERRED),
    "handshake": (lambda: served(to_starttls, "220 go ahead"), Status.DEFERRED),
    "AUTH": (authenticating, Status.DEFERRED),
    "MAIL": (lambda: served(to_mail, "MAIL FROM"), Status.DEFERRED),
    "message": (lambda: served(reads_no_message, "message, ", LARGE), Status.DEFERRED),
    "message under TLS": (encrypted, Status.DEFERRED),
    "final reply": (lambda: served(gives_no_final_reply, "message, "), Status.UNKNOWN),
}


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("name", MOMENTS)
async def test_stopping_leaves_nothing(
    reactor: AsyncioSelectorReactor, name: str, times: int
) -> None:
    """Rules R33, R38: no socket, file, timer or task is left, once or twice stopped; and what is
    known by then is told."""
    made, status = MOMENTS[name]
    everything, ours = all_traces(), twisted_traces(reactor)
    async with made() as moment:
        outcome = await _stopped(reactor, moment, times)
        assert twisted_traces(reactor) == ours
    await until(lambda: all_traces() == everything)
    assert outcome.status is status


async def test_a_race_that_is_won_leaves_nothing(
    reactor: AsyncioSelectorReactor, known: Known
) -> None:
    """RFC 8305 §5: the attempt that was not needed is closed when the winner is spoken with."""

    async def takes(side: Side) -> None:
        await side.say("220 mx")
        await side.hear()
        watched.append(twisted_traces(reactor)[0] - ours[0])
        await side.say("250 mx")
        while await side.hear() != "DATA":
            await side.say("250 ok")
        await side.say("354 go")
        await side.gone()

    everything, ours = all_traces(), twisted_traces(reactor)
    watched: list[int] = []
    known.set(mx1=("::1", "127.0.0.1"))
    transcript = Transcript()
    async with scripted(takes) as server:
        with blocked(socket.AF_INET6, "::1", server.port):
            moment = Moment(replace(SETTINGS, route=Relay("mx1", server.port)), shown("message, "))
            await _stopped(reactor, moment, 1, transcript)
        assert twisted_traces(reactor) == ours
    await until(lambda: all_traces() == everything)
    assert watched == [1]
    assert any("is not needed" in line.text for line in transcript.lines)


async def _stopped(
    reactor: AsyncioSelectorReactor,
    moment: Moment,
    times: int,
    transcript: Transcript | None = None,
) -> Outcome:
    transcript = transcript or Transcript()
    ours = twisted_traces(reactor)
    courier = Courier(reactor, moment.settings, transcript)
    with message(body=moment.body) as content:
        mail = Mail(content, "me@example.com", addresses("bob@example.net"))
        sending = asyncio.create_task(courier.send(mail))
        await moment.reached(transcript)
        for _ in range(times):
            courier.stop()
            await asyncio.sleep(0)
        outcome = await sending
        assert twisted_traces(reactor) == ours
    await courier.close()
    return outcome
