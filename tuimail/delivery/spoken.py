"""The one Twisted protocol under SMTP: bytes in, bytes out, one timer, TLS."""

import asyncio
import socket
import typing
from collections.abc import Callable

from OpenSSL import SSL
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import (
    IDelayedCall,
    IHandshakeListener,
    IPushProducer,
    IReactorTime,
)
from twisted.internet.protocol import Protocol, connectionDone
from twisted.internet.tcp import Connection as TcpConnection
from twisted.python.failure import Failure
from zope.interface import implementer

from tuimail.delivery.tls import TlsClient, handshake_words
from tuimail.smtp import (
    Abort,
    Action,
    BeginTls,
    Close,
    Compute,
    Eof,
    HandshakeFailed,
    Loss,
    Reset,
    SaslError,
    TlsFacts,
    Write,
)

_QUICK_ACK: int | None = getattr(socket, "TCP_QUICKACK", None)
CLOSE_GRACE = 5.0
"""Seconds for what is written to go out, and for the server's close_notify, after our Close."""


class Speaker(typing.Protocol):
    """What says what goes out: a mail's dialogue, or a person's."""

    @property
    def deadline(self) -> float | None: ...

    @property
    def over(self) -> bool: ...

    def receive(self, data: bytes, now: float) -> None: ...

    def tls_established(self, facts: TlsFacts, now: float) -> None: ...

    def computed(self, result: bytes | SaslError, now: float) -> None: ...

    def lost(self, loss: Loss, now: float) -> None: ...

    def tick(self, now: float) -> None: ...

    def next_action(self, now: float) -> Action | None: ...


@implementer(IHandshakeListener, IPushProducer)
class SpokenConnection(Protocol):
    """Owns a speaker and obeys it. `closed` fires, with None, when the socket is gone."""

    transport: TcpConnection

    def __init__(self, tls: TlsClient, clock: IReactorTime) -> None:
        self.closed: Deferred[None] = Deferred()
        self._tls = tls
        self._clock = clock
        self._timer: IDelayedCall | None = None
        self._grace: IDelayedCall | None = None
        self._paused = False
        self._computing: asyncio.Task[None] | None = None
        self.quiet_since = clock.seconds()
        """When the server last said something, or else when the connection was made."""

    def _begin(self) -> Speaker:
        """Called when the connection is there."""
        raise NotImplementedError

    def _pumped(self) -> None:
        """Called when the speaker has been obeyed."""
        raise NotImplementedError

    # What the transport reports

    def connectionMade(self) -> None:
        self._acknowledge_at_once()
        self._speaker = self._begin()
        self._pump()

    def dataReceived(self, data: bytes) -> None:
        self._acknowledge_at_once()
        self.quiet_since = self._clock.seconds()
        self._speaker.receive(data, self.quiet_since)
        self._pump()

    def handshakeCompleted(self) -> None:
        self._speaker.tls_established(self._tls.facts(), self._clock.seconds())
        self._pump()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self._speaker.lost(_loss(reason), self._clock.seconds())
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

    # How the speaker is obeyed

    def _pump(self) -> None:
        while not self._paused or self._speaker.over:
            match self._speaker.next_action(self._clock.seconds()):
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
        self._pumped()

    async def _compute(self, work: Callable[[], bytes]) -> None:
        result: bytes | SaslError
        try:
            result = await asyncio.to_thread(work)
        except SaslError as error:
            result = error
        self._speaker.computed(result, self._clock.seconds())
        self._pump()

    def _write(self, data: bytes) -> None:
        # Registered only while writing: a transport with a producer never closes by itself, not
        # even after a failed handshake.
        self.transport.registerProducer(self, True)
        self.transport.write(data)
        if not self._paused:
            self.transport.unregisterProducer()

    def _follow_deadline(self) -> None:
        deadline = self._speaker.deadline
        if self._timer is not None and self._timer.active():
            if self._timer.getTime() == deadline:
                return
            self._timer.cancel()
        if deadline is not None:
            self._timer = self._clock.callLater(
                max(0.0, deadline - self._clock.seconds()), self._tick
            )

    def _tick(self) -> None:
        self._speaker.tick(self._clock.seconds())
        self._pump()


def _loss(reason: Failure) -> Loss:
    match reason.value:
        case ConnectionDone():
            return Eof()
        case SSL.Error() as error:
            return HandshakeFailed(handshake_words(error))
        case _:
            return Reset("it was reset")
