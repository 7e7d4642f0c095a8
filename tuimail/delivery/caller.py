"""Calls exchanges: joins what is being said to one, or begins it."""

from collections.abc import Callable
from functools import partial

from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.internet.interfaces import IReactorTime

from tuimail.delivery.connection import SmtpConnection
from tuimail.delivery.consignment import Consignment
from tuimail.delivery.conversation import Conversation
from tuimail.delivery.dialing import Attempt, Dialer
from tuimail.delivery.introduction import preface, session_with
from tuimail.delivery.peer import Peer
from tuimail.delivery.pool import Pool
from tuimail.delivery.settings import Settings
from tuimail.delivery.stepper import Stepper
from tuimail.delivery.tally import Visit
from tuimail.delivery.tls import Tls
from tuimail.lookup import Resolver
from tuimail.smtp import Event
from tuimail.transcript import Event as Seen
from tuimail.transcript import Noted, Transcript


class Caller:
    """`hang_up` waits for what its sessions leave behind: a QUIT on its way, a closing socket."""

    def __init__(
        self,
        reactor: AsyncioSelectorReactor,
        clock: IReactorTime,
        settings: Settings,
        resolver: Resolver,
        transcript: Transcript,
    ) -> None:
        """Raises OSError or ValueError for what the settings name and is not there."""
        self._clock = clock
        self._settings = settings
        self._transcript = transcript
        self._tls = Tls(settings.ca_file, settings.client_certificate)
        self._dialer = Dialer(reactor, clock, settings, resolver)
        self._pool = Pool()
        self.stepper = Stepper(settings.pace, clock.seconds)

    async def call(
        self, consignment: Consignment, peer: Peer, watch: Callable[[Seen], None]
    ) -> tuple[Visit, ...]:
        """Gives the exchange what is pending, and records in `consignment` what came of it: the
        addresses that could not be reached, and then the session.

        Cancelling settles what was submitted, and returns once the socket has closed.
        """

        def begin() -> Conversation:
            attempts = [self._attempt(consignment.domain, peer, ip) for ip in peer.addresses]
            return Conversation(peer, attempts, self._dialer, self._speak, self._clock)

        transactions = consignment.transactions()
        unreached: list[Visit] = []
        while True:
            conversation = self._pool.join(peer, begin)
            if conversation.endpoint:
                words = f"the connection to {conversation.endpoint} is open"
                watch(Noted(self._clock.seconds(), words))
            visits = (*unreached, *await conversation.carry(consignment, transactions))
            if transactions:
                continue
            if not consignment.is_barred:
                return visits
            watch(Noted(self._clock.seconds(), f"{peer.exchange} lacks 8BITMIME: 7-bit will do"))
            *unreached, last = visits
            transactions = await consignment.seven_bit_transactions(last)
            if not transactions:
                return visits

    async def hang_up(self) -> None:
        """Returns once every connection has closed."""
        await self._pool.hang_up()

    def _attempt(self, domain: str, peer: Peer, ip: str) -> Attempt:
        port = 0 if ip.startswith("/") else peer.port
        lane = self._transcript.open_lane(domain, peer.exchange, ip, port)
        visit = Visit(peer.exchange, ip, peer.demand)
        return Attempt(visit, lane, self._transcript.observer(lane))

    def _speak(
        self, attempt: Attempt, observe: Callable[[Event], None], heed: Callable[[], None]
    ) -> SmtpConnection:
        visit, doorstep = attempt.visit, attempt.doorstep
        session = session_with(attempt, self._settings, self.stepper.pace)
        tls = self._tls.client(visit.demand)
        lane = attempt.lane
        look = partial(self.stepper.look, lane)
        first = preface(attempt, self._settings)
        connection = SmtpConnection(session, tls, observe, self._clock, first, heed, look)

        def note(text: str) -> None:
            attempt.watch(Noted(self._clock.seconds(), text))

        self.stepper.enter(lane, connection, note)
        connection.closed.addCallback(lambda _: self.stepper.leave(lane))
        doorstep.hand_over(connection)
        return connection
