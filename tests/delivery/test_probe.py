"""One look at one address, over real sockets."""

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from twisted.internet.asyncioreactor import AsyncioSelectorReactor

from tests.delivery.authority import AUTHORITY, Holder, named
from tests.delivery.scripted import Script, Scripted, Side, scripted
from tuimail.delivery import probe as probe_module
from tuimail.delivery.probe import Prober, Target
from tuimail.delivery.settings import Family, Settings
from tuimail.domain import Probe, Reached
from tuimail.lookup import Nameserver, Resolver
from tuimail.smtp import Envelope, FailureKind, Stage
from tuimail.transcript import Transcript

HOST = "mx.example.net"
IP = "127.0.0.1"
NOWHERE = Nameserver(IP, 9)
SETTINGS = Settings(nameservers=(NOWHERE,), identity="client.example", timeout=5.0)
TRIAL = Envelope("", ("somebody@example.com",))
PLENTY = 10.0

MakeProber = Callable[..., Prober]


@pytest.fixture
def prober(reactor: AsyncioSelectorReactor, transcript: Transcript) -> MakeProber:
    def make(**changed: object) -> Prober:
        settings = replace(SETTINGS, **changed)  # type: ignore[arg-type]  # by name
        return Prober(reactor, reactor, settings, Resolver([NOWHERE]), transcript)

    return make


def target(port: int, trial: Envelope | None = None) -> Target:
    return Target("example.net", HOST, IP, port, trial, 0.012)


async def look(prober: Prober, at: Target, seconds: float = PLENTY) -> Probe:
    async with prober.look(at, seconds) as seen:
        return seen.probe


class Server:
    """Follows the dialogue of a probe, and remembers the commands. `replies` are those that differ,
    by the verb, the greeting by none."""

    def __init__(
        self,
        context: ssl.SSLContext | None = None,
        replies: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.heard: list[str] = []
        self.gone = asyncio.Event()
        self._context = context
        self._replies = replies

    async def __call__(self, side: Side) -> None:
        await side.say(self._replies.get("", "220 mx ready"))
        while line := await side.hear():
            self.heard.append(line)
            match line.split()[0]:
                case "EHLO":
                    offer = ["STARTTLS"] if self._context else ["AUTH PLAIN"]
                    await side.say("250-mx", "250-PIPELINING", *(f"250 {each}" for each in offer))
                case "STARTTLS" if self._context:
                    await side.say("220 go ahead")
                    await side.encrypt(self._context)
                    self._context = None
                case "QUIT":
                    await side.say("221 bye")
                    break
                case verb:
                    await side.say(self._replies.get(verb, "250 ok"))
        await side.gone()
        self.gone.set()


@pytest.fixture
def holder() -> Holder:
    return Holder.make("leaf", named(HOST), issuer=Holder.make("root", AUTHORITY))


@pytest.fixture
def context(holder: Holder, tmp_path: Path) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(holder.write(tmp_path / "server.pem"))
    return made


async def test_a_whole_look(
    prober: MakeProber, context: ssl.SSLContext, holder: Holder, transcript: Transcript
) -> None:
    """Rules I18, I19, I21, I22, I24: one connection tells everything, and never gets past EHLO."""
    server = Server(context)
    async with scripted(server) as at:
        seen = await look(prober(), target(at.port))

    assert seen.reached is Reached.CONNECTED
    assert seen.greeting is not None
    assert seen.greeting.code == 220
    assert seen.before is not None
    assert set(seen.before.keywords) == {"PIPELINING", "STARTTLS"}
    assert seen.after is not None
    assert seen.after.keywords == {"PIPELINING": (), "AUTH": ("PLAIN",)}
    assert seen.tls is not None
    assert seen.tls.version == "TLSv1.3"
    assert seen.tls.key_exchange
    assert [each.der for each in seen.tls.chain] == [holder.octets, holder.issuer.octets]  # type: ignore[union-attr]  # it has one
    assert "no trusted authority issued it" in seen.tls.distrust
    assert seen.failure is None
    assert list(seen.timings) == ["DNS", "connect", "greeting", "TLS"]
    assert seen.timings["DNS"] == 0.012
    assert all(0 < took < PLENTY for took in seen.timings.values())
    assert server.heard == ["EHLO client.example", "STARTTLS", "EHLO client.example", "QUIT"]
    assert {entry.lane.endpoint for entry in transcript.entries} == {f"{HOST} [{IP}]:{at.port}"}
    lines = [line.text for line in transcript.lines]
    assert lines[:2] == [f"connecting to {HOST} [{IP}]:{at.port}", "connected"]
    assert lines[-2:] == ["QUIT", "221 bye"]


async def test_what_shows_is_told_before_the_farewell(prober: MakeProber) -> None:
    """A server that is slow to say goodbye holds no finding up."""
    answered = asyncio.Event()

    async def slow_to_part(side: Side) -> None:
        await side.say("220 mx")
        await side.hear()
        await side.say("250 mx")
        await side.hear()
        await answered.wait()
        await side.say("221 bye")

    async with scripted(slow_to_part) as at, prober().look(target(at.port), PLENTY) as seen:
        assert seen.probe.before is not None
        assert not answered.is_set()
        answered.set()


async def test_helo_alone(prober: MakeProber) -> None:
    """Rules I19, I20: it offers nothing, which is not the same as not to know."""
    async with scripted(plain_old) as at:
        seen = await look(prober(), target(at.port))
    assert seen.before is not None
    assert (seen.before.keywords, seen.failure) == ({}, None)


async def plain_old(side: Side) -> None:
    await side.say("220 mx")
    for reply in ("502 what", "250 mx", "221 bye"):
        await side.hear()
        await side.say(reply)


@pytest.mark.parametrize("greeting", ["421 busy", "450 later", "554 not you"])
async def test_sent_away(prober: MakeProber, greeting: str) -> None:
    """Rule I18."""
    async with scripted(Server(replies={"": greeting})) as at:
        seen = await look(prober(), target(at.port))
    assert seen.greeting is not None
    assert f"{seen.greeting.code} {seen.greeting.lines[0]}" == greeting
    assert seen.before is None


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
async def test_old_tls_is_seen(
    prober: MakeProber, context: ssl.SSLContext, version: ssl.TLSVersion
) -> None:
    """Rule I21: to see it the probe allows TLS 1.0 at security level 0."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = version
    async with scripted(Server(context)) as at:
        seen = await look(prober(), target(at.port))
    assert seen.tls is not None
    assert seen.tls.version == {"TLSv1": "TLSv1", "TLSv1_1": "TLSv1.1"}[version.name]


async def test_a_handshake_that_fails(prober: MakeProber) -> None:
    """Rule I20: what was offered is known, and no second connection is made without TLS."""
    connections = 0

    async def breaks_tls(side: Side) -> None:
        nonlocal connections
        connections += 1
        await side.say("220 mx")
        await side.hear()
        await side.say("250-mx", "250 STARTTLS")
        await side.hear()
        await side.say("220 go ahead")
        await side.octets(5)
        await side.send_raw(b"this is no handshake\r\n")

    async with scripted(breaks_tls) as at:
        seen = await look(prober(), target(at.port))
    assert seen.failure is not None
    assert seen.failure.kind is FailureKind.HANDSHAKE
    assert seen.before is not None
    assert "STARTTLS" in seen.before
    assert (seen.tls, seen.after, connections) == (None, None, 1)


# DANE


async def test_dane_is_judged_after_the_connection(
    prober: MakeProber, context: ssl.SSLContext, holder: Holder
) -> None:
    """Rule I14: by records that come later than the certificate."""
    async with scripted(Server(context)) as at, prober().look(target(at.port), PLENTY) as seen:
        pass
    good = seen.judged_by([holder.tlsa(3, 1, 1)], [HOST])
    assert (good.distrust, good.proof.partition(",")[0]) == ("", "DANE-EE")
    other = Holder.make("other", AUTHORITY)
    assert seen.judged_by([other.tlsa(3, 1, 1)], [HOST]).distrust.startswith("no TLSA record")
    assert holder.issuer is not None
    by_authority = [holder.issuer.tlsa(2, 0, 1)]
    assert seen.judged_by(by_authority, [HOST]).distrust == ""
    assert "not for other.example" in seen.judged_by(by_authority, ["other.example"]).distrust
    assert seen.judged_by([], [HOST]) == seen.probe


async def test_dane_without_a_certificate(prober: MakeProber, holder: Holder) -> None:
    """Rule I14."""
    async with scripted(Server()) as at, prober().look(target(at.port), PLENTY) as seen:
        pass
    assert seen.judged_by([holder.tlsa(3, 1, 1)], [HOST]) == seen.probe


# The open relay


@pytest.mark.parametrize("reverse_path", ["", "me@example.org"])
@pytest.mark.parametrize("encrypted", [True, False])
async def test_the_relay_check_stops_before_data(
    prober: MakeProber,
    context: ssl.SSLContext,
    reverse_path: str,
    encrypted: bool,  # noqa: FBT001
) -> None:
    """Rule I25."""
    server = Server(context if encrypted else None)
    trial = replace(TRIAL, reverse_path=reverse_path)
    async with scripted(server) as at:
        seen = await look(prober(), target(at.port, trial))
    assert server.heard[-3:] == [
        f"MAIL FROM:<{reverse_path}>",
        "RCPT TO:<somebody@example.com>",
        "QUIT",
    ]
    assert seen.relay is not None
    assert seen.relay.reply is not None
    assert (seen.relay.reply.code, seen.relay.stage) == (250, Stage.RCPT)


@pytest.mark.parametrize(
    ("replies", "stage", "code"),
    [
        ({"RCPT": "554 5.7.1 no relaying"}, Stage.RCPT, 554),
        ({"RCPT": "450 later"}, Stage.RCPT, 450),
        ({"MAIL": "550 not you", "RCPT": "503 no sender"}, Stage.MAIL, 550),
    ],
)
async def test_the_decisive_refusal(
    prober: MakeProber, replies: dict[str, str], stage: Stage, code: int
) -> None:
    """Rule I25: without a sender, the recipient's refusal says nothing of relaying."""
    server = Server(replies=replies)
    async with scripted(server) as at:
        seen = await look(prober(), target(at.port, TRIAL))
    assert seen.relay is not None
    assert seen.relay.reply is not None
    assert (seen.relay.stage, seen.relay.reply.code) == (stage, code)
    assert "DATA" not in server.heard
    assert server.heard[-1] == "QUIT"


async def test_the_relay_check_never_came_to_its_question(prober: MakeProber) -> None:
    """Rule I25."""
    async with scripted(Server(replies={"": "554 not you"})) as at:
        seen = await look(prober(), target(at.port, TRIAL))
    assert seen.relay is not None
    assert seen.relay.reply is None


# Addresses that are not connected to


async def test_a_closed_port(prober: MakeProber, transcript: Transcript) -> None:
    """Rule I18."""
    async with scripted(plain_old) as at:
        port = at.port
    seen = await look(prober(), target(port))
    assert seen.reached is Reached.NOT_CONNECTED
    assert seen.why == "it can't be reached: the connection was refused"
    assert transcript.lines[-1].text.endswith("can't be reached: the connection was refused")


async def test_no_route(
    prober: MakeProber, monkeypatch: pytest.MonkeyPatch, transcript: Transcript
) -> None:
    """Rule I23: without IPv6 here, nothing is tried."""
    monkeypatch.setattr(probe_module, "has_route", lambda ip: ":" not in ip)
    seen = await look(prober(), replace(target(25), ip="2001:db8::1"))
    assert (seen.reached, seen.why) == (Reached.NO_ROUTE, "this machine has no way to it")
    assert transcript.entries == []


async def test_another_family(prober: MakeProber, transcript: Transcript) -> None:
    """What the user does not want to use is not used to look either."""
    seen = await look(prober(family=Family.IPV6), target(25))
    assert seen.reached is Reached.NOT_TRIED
    assert seen.why == "it is not tried at 127.0.0.1, which is no IPv6 address"
    assert transcript.entries == []


async def test_an_address_that_is_not_public(prober: MakeProber, transcript: Transcript) -> None:
    """The public DNS must not make us knock at our own machine or our neighbours'."""
    seen = await look(prober(nameservers=()), target(25))
    assert seen.reached is Reached.NOT_TRIED
    assert "not public" in seen.why
    assert transcript.entries == []


# Time and politeness


@asynccontextmanager
async def silent_behind(*said: str) -> AsyncIterator[tuple[Scripted, asyncio.Event]]:
    """A greeting and replies, and then nothing; and whether the client has gone."""
    gone = asyncio.Event()

    async def script(side: Side) -> None:
        for place, line in enumerate(said):
            if place:
                await side.hear()
            await side.say(line)
        try:
            await side.gone()
        finally:
            gone.set()

    async with scripted(script) as at:
        yield at, gone


@pytest.mark.parametrize("said", [(), ("220 mx",)])
async def test_silence_ends_in_time(prober: MakeProber, said: tuple[str, ...]) -> None:
    """Rule I18: what was seen by then is told, and the connection is closed."""
    async with silent_behind(*said) as (at, gone):
        seen = await look(prober(), target(at.port), 0.05)
        await asyncio.wait_for(gone.wait(), 1)
    assert (seen.greeting is None) == (not said)
    assert seen.failure is not None
    assert seen.failure.why == "said no more within the time there was"


async def test_a_silent_farewell_ends_in_time(prober: MakeProber) -> None:
    async with silent_behind("220 mx", "250 mx") as (at, gone):
        seen = await look(prober(), target(at.port), 0.1)
        await asyncio.wait_for(gone.wait(), 1)
    assert seen.failure is None


async def test_no_time_left(prober: MakeProber, transcript: Transcript) -> None:
    seen = await look(prober(), target(25), 0.0)
    assert (seen.reached, seen.why) == (Reached.NOT_TRIED, "there was no time left for it")
    assert transcript.entries == []


async def test_cancelling_leaves_nothing_behind(prober: MakeProber) -> None:
    """Rule R38, for probes: it returns once the socket has closed."""
    before = asyncio.all_tasks()
    heard, stopped, gone = asyncio.Event(), asyncio.Event(), asyncio.Event()
    commands: list[str] = []

    async def script(side: Side) -> None:
        await side.say("220 mx")
        await side.hear()
        heard.set()
        await stopped.wait()
        await side.say("250 mx")
        commands.append(await side.hear())
        await side.say("221 bye")
        await side.gone()
        gone.set()

    async with scripted(script) as at:
        looking = asyncio.create_task(look(prober(), target(at.port)))
        await heard.wait()
        looking.cancel()
        stopped.set()
        with pytest.raises(asyncio.CancelledError):
            await looking
        await asyncio.wait_for(gone.wait(), 1)
        left = {task for task in asyncio.all_tasks() - before if "serve" not in repr(task)}
    assert (left, commands) == (set(), ["QUIT"])


async def test_a_silent_server_is_left_after_a_moment(
    prober: MakeProber, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The user who stops a look does not wait for a server that does not answer."""
    monkeypatch.setattr(probe_module, "GRACE", 0.05)
    heard, gone = asyncio.Event(), asyncio.Event()

    async def script(side: Side) -> None:
        await side.say("220 mx")
        await side.hear()
        heard.set()
        try:
            await side.gone()
        finally:
            gone.set()

    async with scripted(script) as at:
        looking = asyncio.create_task(look(prober(), target(at.port)))
        await heard.wait()
        looking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await looking
        await asyncio.wait_for(gone.wait(), 1)


async def test_two_at_once_for_one_exchange(prober: MakeProber) -> None:
    """Politeness: the others wait for their turn, those to another exchange don't."""
    present: list[str] = []
    let_go = asyncio.Event()
    most = 0

    def serving(name: str) -> Script:
        async def script(side: Side) -> None:
            nonlocal most
            present.append(name)
            most = max(most, present.count("one"))
            await let_go.wait()
            await plain_old(side)
            present.remove(name)

        return script

    one, other = serving("one"), serving("other")
    async with scripted(one) as first, scripted(other) as second:
        shared = prober()
        looks = [asyncio.create_task(look(shared, target(first.port))) for _ in range(5)]
        elsewhere = replace(target(second.port), exchange="mx2.example.net")
        looks.append(asyncio.create_task(look(shared, elsewhere)))
        while len(present) < 3:
            await asyncio.sleep(0)
        let_go.set()
        probes = await asyncio.gather(*looks)
    assert most == 2
    assert {each.reached for each in probes} == {Reached.CONNECTED}
