"""Looks at exchanges: one connection to one address, as far as EHLO, and QUIT."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from weakref import WeakValueDictionary

from cryptography.exceptions import UnsupportedAlgorithm
from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.internet.interfaces import IReactorTime

from tuimail import smtp
from tuimail.delivery.address import has_route
from tuimail.delivery.connection import SmtpConnection
from tuimail.delivery.demand import Demand
from tuimail.delivery.dialing import Attempt, Dialer
from tuimail.delivery.identity import hostname, identity
from tuimail.delivery.narrowing import not_public, of_other_family
from tuimail.delivery.patience import limited, undisturbed
from tuimail.delivery.reactor import as_future
from tuimail.delivery.settings import Settings
from tuimail.delivery.sight import Sight
from tuimail.delivery.tally import Visit
from tuimail.delivery.tls import Tls, TlsClient
from tuimail.domain import Probe, Reached, RelayTrial, Tlsa
from tuimail.lookup import Asking
from tuimail.smtp import Content, Envelope, Session, Stage, TlsPolicy, Transaction
from tuimail.transcript import Event, NotConnected, Recorder

MOST_FOR_ONE = 2
"""Connections to one exchange at once."""
MOST_AT_ONCE = 20
"""Connections at once, to whomever."""
GRACE = 1.0
"""Seconds for the server to hear of it when the user stops a look."""


@dataclass(frozen=True, slots=True)
class Target:
    """One address of an exchange of a domain. `trial` is what to try a foreign recipient with,
    None for not at all; `dns` is how long the look-up took, in seconds, nothing where it was known
    before."""

    domain: str
    exchange: str
    ip: str
    port: int
    trial: Envelope | None = None
    dns: float = 0.0


class Look:
    """What came of one connection, and how its certificate is judged by what becomes known of it
    later."""

    def __init__(self, probe: Probe, tls: TlsClient | None = None) -> None:
        self.probe = probe
        self._tls = tls

    def judged_by(self, tlsa: Sequence[Tlsa], names: Sequence[str]) -> Probe:
        """`tlsa` are usable records, `names` the identities that the certificate may bear."""
        if self._tls is None or self.probe.tls is None or not tlsa:
            return self.probe
        try:
            verdict = self._tls.judged_by(tlsa, names)
        except (ValueError, UnsupportedAlgorithm) as error:
            return replace(self.probe, distrust=f"it can't be read: {error}")
        return replace(self.probe, distrust=verdict.distrust, proof=verdict.proof)


class Prober:
    """Polite: it says what it is, comes seldom, and says goodbye."""

    def __init__(
        self,
        reactor: AsyncioSelectorReactor,
        clock: IReactorTime,
        settings: Settings,
        resolver: Asking,
        transcript: Recorder,
    ) -> None:
        """Raises OSError or ValueError for what the settings name and is not there."""
        self._clock = clock
        self._settings = settings
        self._transcript = transcript
        self._dialer = Dialer(reactor, clock, settings, resolver)
        # Without the client certificate: exchanges need not know who asks.
        self._tls = Tls(settings.ca_file)
        self._places = asyncio.Semaphore(MOST_AT_ONCE)
        self._places_at: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def look(self, target: Target, seconds: float) -> AsyncIterator[Look]:
        """Gives what shows as soon as nothing more will, after `seconds` at the latest, and leaves
        when the socket has closed."""
        until = self._clock.seconds() + seconds
        objection = self._objection(target.ip)
        if objection:
            yield _blind(target, Reached.NOT_TRIED, f"it {objection}")
            return
        if self._settings.socks is None and not has_route(target.ip):
            yield _blind(target, Reached.NO_ROUTE, "this machine has no way to it")
            return
        at_exchange = self._places_at.setdefault(target.exchange, asyncio.Semaphore(MOST_FOR_ONE))
        async with at_exchange, self._places:
            left = until - self._clock.seconds()
            if left <= 0:
                yield _blind(target, Reached.NOT_TRIED, "there was no time left for it")
                return
            began = self._clock.seconds()
            attempt, obstacle = await self._dial(target, left)
            if obstacle:
                yield _blind(target, Reached.NOT_CONNECTED, f"it can't be reached: {obstacle}")
                return
            async with self._spoken(target, attempt, began, until) as look:
                yield look

    def _objection(self, ip: str) -> str:
        elsewhere = of_other_family(self._settings.tried)(ip)
        return elsewhere or ("" if self._settings.nameservers else not_public(ip))

    async def _dial(self, target: Target, seconds: float) -> tuple[Attempt, str]:
        """What stands in the way, empty where it is connected."""
        lane = self._transcript.open_lane(target.domain, target.exchange, target.ip, target.port)
        tell, obstacle = self._transcript.observer(lane), ""

        def watch(event: Event) -> None:
            nonlocal obstacle
            if isinstance(event, NotConnected):
                obstacle = event.why
            tell(event)

        attempt = Attempt(Visit(target.exchange, target.ip, _demand(target)), lane, watch)
        try:
            async with limited(self._clock, seconds):
                await self._dialer.race([attempt])
        except TimeoutError:
            watch(NotConnected(self._clock.seconds(), f"no answer within {seconds:.1f} s"))
        return attempt, obstacle

    @asynccontextmanager
    async def _spoken(
        self, target: Target, attempt: Attempt, began: float, until: float
    ) -> AsyncIterator[Look]:
        connected = self._clock.seconds()
        sight = Sight(_first_sight(target, connected - began), connected)
        tls = self._tls.client(_demand(target))
        connection = self._speak(target, attempt, sight, tls)
        closed = as_future(connection.closed)
        try:
            if not await self._in_time(sight.complete.wait(), until):
                sight.out_of_time()
            yield Look(sight.probe, tls)
            await self._in_time(asyncio.shield(closed), until)
        finally:
            await undisturbed(asyncio.ensure_future(self._end(connection, closed, until)))

    async def _end(
        self, connection: SmtpConnection, closed: "asyncio.Future[None]", until: float
    ) -> None:
        """Politely, as far as that takes but a moment."""
        if closed.done():
            return
        connection.cancel()
        grace = min(until, self._clock.seconds() + GRACE)
        if not await self._in_time(asyncio.shield(closed), grace):
            connection.part()
            await closed

    async def _in_time(self, work: Awaitable[object], until: float) -> bool:
        try:
            async with limited(self._clock, max(0.0, until - self._clock.seconds())):
                await work
        except TimeoutError:
            return False
        return True

    def _speak(
        self, target: Target, attempt: Attempt, sight: Sight, tls: TlsClient
    ) -> SmtpConnection:
        settings, local = self._settings, attempt.doorstep.local
        session = Session(
            settings.identity or identity(hostname(), local.ip if local else "127.0.0.1"),
            TlsPolicy.OPPORTUNISTIC,
            settings.timeout,
            host=target.exchange,
            port=target.port,
            stop_after=Stage.RCPT,  # Before DATA: nobody gets anything.
        )

        def observe(event: smtp.Event) -> None:
            sight.watch(event)
            attempt.watch(event)

        connection = SmtpConnection(session, tls, observe, self._clock)
        attempt.doorstep.hand_over(connection)
        if target.trial is not None:
            connection.submit(Transaction(target.trial, Content(BytesIO, 0)))
        connection.quit()
        return connection


def _demand(target: Target) -> Demand:
    return Demand(TlsPolicy.OPPORTUNISTIC, (target.exchange,), "probe")


def _first_sight(target: Target, took: float) -> Probe:
    known = {"DNS": target.dns} if target.dns else {}
    return Probe(
        target.exchange,
        target.ip,
        Reached.CONNECTED,
        relay=RelayTrial(target.trial.forward_paths[0]) if target.trial is not None else None,
        timings={**known, "connect": took},
    )


def _blind(target: Target, reached: Reached, why: str) -> Look:
    return Look(Probe(target.exchange, target.ip, reached, why))
