"""Calls one address of one exchange, and speaks one session there."""

import asyncio
import errno
import os
from collections.abc import Callable
from typing import cast

from twisted.internet import error
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.internet.endpoints import TCP4ClientEndpoint, TCP6ClientEndpoint
from twisted.internet.interfaces import IStreamClientEndpoint

from tuimail.delivery.connection import SmtpConnection, SmtpFactory
from tuimail.delivery.consignment import Consignment
from tuimail.delivery.identity import hostname, identity
from tuimail.delivery.reactor import as_future
from tuimail.delivery.settings import Settings
from tuimail.delivery.tally import Reach, Visit
from tuimail.delivery.tls import TlsClient
from tuimail.delivery.trust import Trust
from tuimail.smtp import (
    Event,
    Session,
    SessionFailed,
    Settled,
    Stage,
    TlsEstablished,
)
from tuimail.transcript import Connected, Connecting, NotConnected, Transcript


class Caller:
    """`hang_up` waits for what its sessions leave behind: a QUIT on its way, a closing socket."""

    def __init__(
        self, reactor: AsyncioSelectorReactor, settings: Settings, transcript: Transcript
    ) -> None:
        """Raises OSError or ValueError for the settings' CA file."""
        self._reactor = reactor
        self._settings = settings
        self._transcript = transcript
        self._trust = Trust(settings.ca_file)
        self._closing: set[asyncio.Future[None]] = set()

    async def call(self, consignment: Consignment, visit: Visit, port: int) -> None:
        """Gives the exchange what is pending, and records in `consignment` and `visit` what came
        of it. Cancelling settles what was submitted, and returns once the socket has closed."""
        lane = self._transcript.open_lane(consignment.domain, visit.exchange, visit.ip, port)
        watch = self._transcript.observer(lane)

        def observe(event: Event) -> None:
            match event:
                case TlsEstablished(facts=facts):
                    visit.facts = facts
                case SessionFailed(failure=failure):
                    visit.failure = failure
                case Settled():
                    consignment.record(event, visit)
            watch(event)

        def meet() -> SmtpConnection:
            watch(Connected(self._reactor.seconds()))
            tls = TlsClient(visit.demand, self._trust)
            return SmtpConnection(self._session(visit, port), tls, observe, self._reactor)

        watch(Connecting(self._reactor.seconds()))
        try:
            connection = await as_future(self._endpoint(visit.ip, port).connect(SmtpFactory(meet)))
        except error.ConnectError as obstacle:
            visit.reach, why = _obstacle(obstacle, self._patience)
            watch(NotConnected(self._reactor.seconds(), why))
            consignment.tally.unreachable(f"{lane.endpoint} can't be reached: {why}", visit)
        else:
            await self._speak(cast("SmtpConnection", connection), consignment)

    async def hang_up(self) -> None:
        """Returns once every connection has closed; each has its own time limit."""
        if self._closing:
            await asyncio.wait(self._closing)

    async def _speak(self, connection: SmtpConnection, consignment: Consignment) -> None:
        closed = as_future(connection.closed)
        self._closing.add(closed)
        closed.add_done_callback(self._closing.discard)
        transactions = consignment.transactions()
        try:
            for transaction in transactions:
                dispositions = await asyncio.shield(as_future(connection.submit(transaction)))
                transactions.settled(transaction, dispositions)
        except asyncio.CancelledError:
            connection.cancel()
            await asyncio.wait({closed})
            raise
        connection.quit()

    def _session(self, visit: Visit, port: int) -> Callable[[IPv4Address | IPv6Address], Session]:
        def session(local: IPv4Address | IPv6Address) -> Session:
            asked = self._settings
            return Session(
                asked.identity or identity(hostname(), local.host),
                visit.demand.policy,
                asked.timeout,
                host=visit.exchange,
                port=port,
                protocol=asked.protocol,
                tls_start=asked.tls_start,
                credentials=asked.credentials,
                exposure=asked.exposure,
                xclient=asked.xclient,
                stop_after=asked.stop_after,
            )

        return session

    def _endpoint(self, ip: str, port: int) -> IStreamClientEndpoint:
        endpoint = TCP6ClientEndpoint if ":" in ip else TCP4ClientEndpoint
        return endpoint(self._reactor, ip, port, timeout=self._patience)

    @property
    def _patience(self) -> float:
        return Stage.CONNECT.limit(self._settings.timeout)


_BLOCKED = frozenset({errno.EACCES, errno.EPERM, errno.EHOSTUNREACH, errno.ENETUNREACH})


def _obstacle(failure: error.ConnectError, patience: float) -> tuple[Reach, str]:
    match failure:
        case error.TimeoutError():
            return Reach.BLOCKED, f"no answer within {patience:g} s"
        case error.ConnectionRefusedError():
            return Reach.REFUSED, "the connection was refused"
        case error.ConnectError(osError=int(number)):
            reach = Reach.BLOCKED if number in _BLOCKED else Reach.REFUSED
            return reach, os.strerror(number).lower()
        case _:
            return Reach.REFUSED, str(failure)
