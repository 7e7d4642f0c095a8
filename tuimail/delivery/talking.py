"""Connects a person to a server."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.internet.interfaces import IReactorTime

from tuimail import smtp
from tuimail.delivery.clock import LOOP_CLOCK
from tuimail.delivery.demand import Demand, Excluded
from tuimail.delivery.dialing import Attempt, Dialer
from tuimail.delivery.introduction import preface, session_with
from tuimail.delivery.patience import undisturbed
from tuimail.delivery.policy import Policies
from tuimail.delivery.reactor import as_future
from tuimail.delivery.settings import Relay, Settings
from tuimail.delivery.signpost import Signpost
from tuimail.delivery.spoken import SpokenConnection
from tuimail.delivery.stepper import SERVER_PATIENCE
from tuimail.delivery.tally import Visit
from tuimail.delivery.tls import Tls, TlsClient
from tuimail.domain import Exchange, addresses_to_try
from tuimail.lookup import Resolver
from tuimail.smtp import Capabilities, Credentials, Floor, Session, Talk, TlsPolicy
from tuimail.transcript import Advice, Event, NoExchange, Noted, PassedOver, Status, Transcript


class Call(SpokenConnection):
    """A connection that a person speaks on."""

    def __init__(
        self,
        session: Session,
        tls: TlsClient,
        watch: Callable[[Event], None],
        clock: IReactorTime,
        preface: bytes = b"",
    ) -> None:
        super().__init__(tls, clock, preface)
        self.session = session
        self._watch = watch
        self._news = asyncio.Event()
        self._gone = as_future(self.closed)

    @property
    def capabilities(self) -> Capabilities:
        return self._talk.capabilities

    @property
    def unsure(self) -> bool:
        return self._talk.unsure

    @property
    def login_refused(self) -> bool:
        """By the reply that came last."""
        return self._talk.login_refused

    @property
    def patience(self) -> float:
        """Seconds until a server may lose it; none is left where it may have."""
        return max(self.quiet_since + SERVER_PATIENCE - self._clock.seconds(), 0.0)

    async def turn(self) -> Floor:
        """Who speaks next, once that is not the server."""
        while self._talk.floor is Floor.SERVER:
            await self._news.wait()
        return self._talk.floor

    async def end(self) -> None:
        """Returns when the session is over."""
        while self._talk.floor is not Floor.NOBODY:
            await self._news.wait()

    async def gone(self) -> None:
        """Returns when the socket has closed."""
        await undisturbed(self._gone)

    def say(self, line: str) -> None:
        """Raises ValueError with one clear line for what can't be said, or not now."""
        self._talk.say(line, self._clock.seconds())
        self._pump()

    def check_login(self) -> None:
        """Raises ValueError where nobody can log in now."""
        self._talk.check_login()

    def authenticate(self, credentials: Credentials) -> None:
        """As `say`."""
        self._talk.authenticate(credentials, self._clock.seconds())
        self._pump()

    def leave(self) -> None:
        """Politely where a command may be said, else at once."""
        if self._talk.floor is Floor.COMMAND:
            self.say("QUIT")
        else:
            self.stop()

    def stop(self) -> None:
        """Drops the connection."""
        self._talk.cancel(self._clock.seconds())
        self._pump()

    def note(self, text: str) -> None:
        """Tells the transcript."""
        self._watch(Noted(self._clock.seconds(), text))

    def _begin(self) -> Talk:
        self._talk = Talk(self.session, self._report, self.note, self._clock.seconds())
        return self._talk

    def _report(self, event: smtp.Event) -> None:
        self._watch(event)

    def _pumped(self) -> None:
        self._news.set()
        self._news = asyncio.Event()


class Talker:
    """Everything here runs on the loop that `reactor` runs on."""

    def __init__(
        self,
        reactor: AsyncioSelectorReactor,
        settings: Settings,
        transcript: Transcript,
        clock: IReactorTime | None = None,
    ) -> None:
        """`clock` times everything in place of the loop. Raises OSError or ValueError for what
        the settings name and is not there."""
        self._resolver = Resolver(settings.nameservers)
        self._clock = clock or LOOP_CLOCK
        self._settings = settings
        self._transcript = transcript
        self._tls = Tls(settings.ca_file, settings.client_certificate)
        self._dialer = Dialer(reactor, self._clock, settings, self._resolver)
        self._signpost = Signpost(self._clock, settings, self._resolver)

    async def call(self, domain: str) -> Call | Status:
        """The first address that answers, of the relay or else of the domain's exchanges; where
        none does, whether that is for good. The transcript tells why."""
        watch = self._transcript.observer(self._transcript.open_lane(domain))
        found = await self._signpost.exchanges(domain, watch)
        if found.enhanced is not None:
            watch(NoExchange(self._clock.seconds(), found.why))
            if isinstance(self._settings.route, Relay):
                words = f"Where {domain} is a domain that takes mail, --mx finds its exchanges."
                watch(Advice(self._clock.seconds(), words))
            return Status.FAILED if found.enhanced.startswith("5") else Status.DEFERRED
        ways = addresses_to_try(found.exchanges)
        for exchange in found.exchanges:
            addresses = [ip for each, ip in ways if each is exchange]
            demand = await self._demand(domain, exchange, watch) if addresses else None
            if demand is None:
                continue
            attempts = [self._attempt(domain, exchange.name, ip, demand) for ip in addresses]
            reached = await self._dialer.race(attempts)
            if reached is not None:
                return self._speak(reached)
        return Status.DEFERRED

    async def _demand(
        self, domain: str, exchange: Exchange, watch: Callable[[Event], None]
    ) -> Demand | None:
        """What TLS is judged by; None where the policy lets nobody talk to this one."""
        settings = self._settings
        free = Demand(self._policy, (exchange.name,), self._policy.value)
        if settings.tls not in (None, TlsPolicy.DANE):
            return free
        policies = Policies(settings, self._resolver)
        demand = await policies.demand(domain, exchange, self._signpost.asking(watch))
        now = self._clock.seconds()
        match demand:
            case Excluded(why=why) if settings.tls is TlsPolicy.DANE:
                watch(PassedOver(now, exchange.name, why))
                return None
            case Excluded(why=why):
                watch(Noted(now, f"{exchange.name} {why}"))
            case Demand(policy=TlsPolicy.DANE, why=why):
                watch(Noted(now, f"{exchange.name}: {why}"))
                return demand
        return free

    @property
    def _policy(self) -> TlsPolicy:
        """What the session is held to: nothing, unless the user says so. Who talks by hand wants
        to see what is wrong."""
        return self._settings.tls or TlsPolicy.OPPORTUNISTIC

    def _attempt(self, domain: str, exchange: str, ip: str, demand: Demand) -> Attempt:
        port = 0 if ip.startswith("/") else self._settings.port
        lane = self._transcript.open_lane(domain, exchange, ip, port)
        return Attempt(Visit(exchange, ip, demand), lane, self._transcript.observer(lane))

    def _speak(self, attempt: Attempt) -> Call:
        session = replace(session_with(attempt, self._settings), tls=self._policy)
        tls, first = self._tls.client(attempt.visit.demand), preface(attempt, self._settings)
        call = Call(session, tls, attempt.watch, self._clock, first)
        attempt.doorstep.hand_over(call)
        return call
