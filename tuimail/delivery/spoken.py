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
    Command,
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
_STARTTLS = Command.starttls().wire
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

    def __init__(self, tls: TlsClient, clock: IReactorTime, preface: bytes = b"") -> None:
        """`preface` goes out before everything else, TLS included."""
        self.closed: Deferred[None] = Deferred()
        self._tls = tls
        self._clock = clock
        self._preface = preface
        self._timer: IDelayedCall | None = None
        self._alarm = 0.0
        """The deadline that the timer was set for: it goes off a little later."""
        self._grace: IDelayedCall | None = None
        self._paused = False
        self._buffers = False
        self._quick_ack: int | None = None
        self._computing: asyncio.Task[None] | None = None
        self._preparing: asyncio.Task[None] | None = None
        self.quiet_since = clock.seconds()
        """When the server last said something, or else when the connection was made."""

    def _begin(self) -> Speaker:
        """Called when the connection is there."""
        raise NotImplementedError

    def _reported(self) -> None:
        """Called when something has been reported to the speaker, before it is obeyed."""

    def _pumped(self) -> None:
        """Called when the speaker has been obeyed."""
        raise NotImplementedError

    # What the transport reports

    def connectionMade(self) -> None:
        if self.transport.connected and self.transport.socket.family is not socket.AF_UNIX:
            self._quick_ack = _QUICK_ACK
        self._acknowledge_at_once()
        if self._preface:
            self._write(self._preface)
        self._speaker = self._begin()
        self._pump()

    def dataReceived(self, data: bytes) -> None:
        self.quiet_since = self._clock.seconds()
        self._speaker.receive(data, self.quiet_since)
        self._pump()
        # Behind what was written, which acknowledges too.
        self._acknowledge_at_once()

    def handshakeCompleted(self) -> None:
        self._speaker.tls_established(self._tls.facts(), self._clock.seconds())
        self._pump()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self._speaker.lost(_loss(reason), self._clock.seconds())
        self._pump()
        if self._grace is not None and self._grace.active():
            self._grace.cancel()
        # A thread can't be stopped: nothing is left behind only when it has come to its end.
        threads = [task for task in (self._computing, self._preparing) if task is not None]
        if all(task.done() for task in threads):
            self.closed.callback(None)
        else:
            ended = asyncio.gather(*threads, return_exceptions=True)
            ended.add_done_callback(lambda _ended: self.closed.callback(None))

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
        if self._quick_ack is not None and self.transport.connected:
            self.transport.socket.setsockopt(socket.IPPROTO_TCP, self._quick_ack, 1)

    # How the speaker is obeyed

    def _pump(self) -> None:
        self._reported()
        while not self._paused or self._speaker.over:
            match self._speaker.next_action(self._clock.seconds()):
                case Write(data):
                    self._write(data)
                    if data == _STARTTLS:
                        self._prepare_tls()
                case BeginTls():
                    self._buffers = True
                    self.transport.startTLS(self._tls)
                    self._prepare_tls()
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

    def _prepare_tls(self) -> None:
        """While the server answers."""
        if self._preparing is None:
            self._preparing = asyncio.ensure_future(self._prepared_tls())

    async def _prepared_tls(self) -> None:
        # What was just written goes out first: a thread that computes gives way in milliseconds.
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await asyncio.to_thread(self._tls.prepare)

    async def _compute(self, work: Callable[[], bytes]) -> None:
        result: bytes | SaslError
        try:
            result = await asyncio.to_thread(work)
        except SaslError as error:
            result = error
        self._speaker.computed(result, self._clock.seconds())
        self._pump()

    def _write(self, data: bytes) -> None:
        if not self._buffers and self.transport.connected:
            # What the kernel takes at once waits for no round of the loop.
            sent = self.transport.writeSomeData(data)
            if sent == len(data):
                return
            if isinstance(sent, int):
                data = data[sent:]
        # From here on in order, behind what the transport still has.
        self._buffers = True
        # Registered only while writing: a transport with a producer never closes by itself, not
        # even after a failed handshake.
        self.transport.registerProducer(self, True)
        self.transport.write(data)
        if not self._paused:
            self.transport.unregisterProducer()

    def _follow_deadline(self) -> None:
        # Each reply puts the deadline off. A timer that comes too early looks again, which costs
        # less than another timer for each reply.
        deadline = self._speaker.deadline
        if self._timer is not None:
            if deadline is not None and self._alarm <= deadline:
                return
            self._timer.cancel()
            self._timer = None
        if deadline is not None:
            self._alarm = deadline
            delay = max(0.0, deadline - self._clock.seconds())
            self._timer = self._clock.callLater(delay, self._tick)

    def _tick(self) -> None:
        self._timer = None
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
