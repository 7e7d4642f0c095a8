"""The one Twisted protocol that speaks SMTP as a client: bytes in, bytes out, one timer, TLS."""

import asyncio
import socket
from collections import deque
from collections.abc import Callable

from OpenSSL import SSL
from twisted.internet.abstract import FileDescriptor
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import (
    IAddress,
    IDelayedCall,
    IHandshakeListener,
    IPushProducer,
    IReactorTime,
)
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.internet.tcp import Connection as TcpConnection
from twisted.python.failure import Failure
from zope.interface import implementer

from tuimail.delivery.tls import TlsClient, handshake_words
from tuimail.smtp import (
    Abort,
    BeginTls,
    Close,
    Command,
    Compute,
    Dialogue,
    Disposition,
    Eof,
    Event,
    HandshakeFailed,
    Loss,
    Pace,
    Reset,
    SaslError,
    Session,
    Settled,
    Transaction,
    Write,
)

_QUICK_ACK: int | None = getattr(socket, "TCP_QUICKACK", None)
CLOSE_GRACE = 5.0
"""Seconds for what is written to go out, and for the server's close_notify, after our Close."""


@implementer(IHandshakeListener, IPushProducer)
class SmtpConnection(Protocol):
    """Owns a dialogue and obeys it. `closed` fires, with None, when the socket is gone."""

    transport: TcpConnection

    def __init__(
        self,
        session: Session,
        tls: TlsClient,
        observe: Callable[[Event], None],
        clock: IReactorTime,
        look: Callable[[], None] | None = None,
    ) -> None:
        """`look` is called when something has happened: another command may be held."""
        self.closed: Deferred[None] = Deferred()
        self._session = session
        self._tls = tls
        self._observe = observe
        self._clock = clock
        self._settled: deque[tuple[Disposition, ...]] = deque()
        self._awaiting: deque[Deferred[tuple[Disposition, ...]]] = deque()
        self._timer: IDelayedCall | None = None
        self._grace: IDelayedCall | None = None
        self._paused = False
        self._computing: asyncio.Task[None] | None = None
        self._look = look
        self.quiet_since = clock.seconds()
        """When the server last said something, or else when the connection was made."""

    # What the courier asks for

    @property
    def usable(self) -> bool:
        """Whether a transaction submitted now could still be said."""
        return self._dialogue.usable

    def submit(self, transaction: Transaction) -> Deferred[tuple[Disposition, ...]]:
        """Fires with one disposition for each recipient, whatever happens; it never fails."""
        settled: Deferred[tuple[Disposition, ...]] = Deferred()
        self._awaiting.append(settled)
        self._dialogue.submit(transaction)
        self._pump()
        return settled

    def quit(self) -> None:
        """Ends politely; `closed` tells when that is done. Nothing needs to wait for it."""
        self._dialogue.quit()
        self._pump()

    def part(self) -> None:
        """Ends politely, and does not stay for the reply to QUIT: as Postfix does, whose
        smtp_skip_quit_response is `yes`."""
        self.quit()
        self.transport.loseConnection()
        # TLS would wait for the server's close_notify.
        FileDescriptor.loseConnection(self.transport)

    def cancel(self) -> None:
        """Stops as soon as that is safe; what is submitted gets settled at once."""
        self._dialogue.cancel(self._clock.seconds())
        self._pump()

    # What the stepper asks for

    @property
    def held(self) -> Command | None:
        """What waits to be let go."""
        return self._dialogue.held

    def release(self, command: Command | None) -> None:
        """As `Dialogue.release`. Raises ValueError."""
        self._dialogue.release(command, self._clock.seconds())
        self._pump()

    def run_on(self) -> None:
        self._dialogue.run_on()
        self._pump()

    def change_pace(self, pace: Pace) -> None:
        self._dialogue.change_pace(pace)
        self._pump()

    # What the transport reports

    def connectionMade(self) -> None:
        self._acknowledge_at_once()
        self._dialogue = Dialogue(self._session, self._report, self._clock.seconds())
        self._pump()

    def dataReceived(self, data: bytes) -> None:
        self._acknowledge_at_once()
        self.quiet_since = self._clock.seconds()
        self._dialogue.receive(data, self.quiet_since)
        self._pump()

    def handshakeCompleted(self) -> None:
        self._dialogue.tls_established(self._tls.facts(), self._clock.seconds())
        self._pump()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self._dialogue.lost(_loss(reason), self._clock.seconds())
        self._pump()
        if self._grace is not None and self._grace.active():
            self._grace.cancel()
        if self._computing is None or self._computing.done():
            self.closed.callback(None)
        else:
            # A thread can't be stopped: nothing is left behind only when it has come to its end.
            self._computing.add_done_callback(lambda _task: self.closed.callback(None))

    def pauseProducing(self) -> None:
        self._paused = True

    def resumeProducing(self) -> None:
        self._paused = False
        self.transport.unregisterProducer()
        self._pump()

    def stopProducing(self) -> None:
        """The transport is going; `connectionLost` tells why."""

    def _acknowledge_at_once(self) -> None:
        # A server that writes its TLS flight or a reply in pieces waits for our acknowledgement
        # between them (RFC 896), which we would hold back. Linux forgets the option after a while.
        if _QUICK_ACK is None or not self.transport.connected:
            return
        if self.transport.socket.family is not socket.AF_UNIX:
            self.transport.socket.setsockopt(socket.IPPROTO_TCP, _QUICK_ACK, 1)

    # How the dialogue is obeyed

    def _report(self, event: Event) -> None:
        if isinstance(event, Settled):
            self._settled.append(event.dispositions)
        self._observe(event)

    def _pump(self) -> None:
        while not self._paused or self._dialogue.over:
            match self._dialogue.next_action(self._clock.seconds()):
                case Write(data):
                    self._write(data)
                case BeginTls():
                    self.transport.startTLS(self._tls)
                case Compute(work):
                    self._computing = asyncio.ensure_future(self._compute(work))
                case Close():
                    self.transport.loseConnection()
                    self._grace = self._clock.callLater(CLOSE_GRACE, self.transport.abortConnection)
                case Abort():
                    self.transport.abortConnection()
                case None:
                    break
        self._follow_deadline()
        while self._settled:
            self._awaiting.popleft().callback(self._settled.popleft())
        if self._look is not None:
            self._look()

    async def _compute(self, work: Callable[[], bytes]) -> None:
        result: bytes | SaslError
        try:
            result = await asyncio.to_thread(work)
        except SaslError as error:
            result = error
        self._dialogue.computed(result, self._clock.seconds())
        self._pump()

    def _write(self, data: bytes) -> None:
        # Registered only while writing: a transport with a producer never closes by itself, not
        # even after a failed handshake.
        self.transport.registerProducer(self, True)
        self.transport.write(data)
        if not self._paused:
            self.transport.unregisterProducer()

    def _follow_deadline(self) -> None:
        deadline = self._dialogue.deadline
        if self._timer is not None and self._timer.active():
            if self._timer.getTime() == deadline:
                return
            self._timer.cancel()
        if deadline is not None:
            self._timer = self._clock.callLater(
                max(0.0, deadline - self._clock.seconds()), self._tick
            )

    def _tick(self) -> None:
        self._dialogue.tick(self._clock.seconds())
        self._pump()


class SmtpFactory(Factory):
    """Makes the protocol of one connection."""

    noisy = False

    def __init__(self, make: Callable[[], SmtpConnection]) -> None:
        self._make = make

    def buildProtocol(self, addr: IAddress | None) -> SmtpConnection:  # noqa: ARG002
        return self._make()


def _loss(reason: Failure) -> Loss:
    match reason.value:
        case ConnectionDone():
            return Eof()
        case SSL.Error() as error:
            return HandshakeFailed(handshake_words(error))
        case _:
            return Reset("it was reset")
