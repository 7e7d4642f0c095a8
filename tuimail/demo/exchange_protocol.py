"""An exchange on the wire: bytes and time for a `Conversation`, and its acts carried out."""

from typing import assert_never

from twisted.internet.address import IPv4Address
from twisted.internet.interfaces import (
    IAddress,
    IDelayedCall,
    IOpenSSLServerConnectionCreator,
    IPullProducer,
    IReactorTime,
)
from twisted.internet.protocol import Protocol, ServerFactory, connectionDone
from twisted.internet.tcp import Connection as TcpConnection
from twisted.python.failure import Failure
from zope.interface import implementer

from tuimail.demo.acts import Act, Babble, Collect, HangUp, Say, Secure
from tuimail.demo.connections import Connections
from tuimail.demo.exchange import Conversation, Exchange
from tuimail.demo.message_reader import MessageReader

MAX_LINE = 2048  # octets; RFC 5321 §4.5.3.1.4 asks for 512, extensions for more
BABBLE = 4096  # octets written at a time


class ExchangeFactory(ServerFactory):
    """Serves one exchange. `clock` times its pauses and its greylist."""

    noisy = False

    def __init__(
        self,
        exchange: Exchange,
        tls: IOpenSSLServerConnectionCreator | None,
        clock: IReactorTime,
        connections: Connections,
    ) -> None:
        self.exchange = exchange
        self.tls = tls
        self.clock = clock
        self.connections = connections

    def buildProtocol(self, addr: IAddress | None) -> "ExchangeProtocol":
        client = addr.host if isinstance(addr, IPv4Address) else ""
        return ExchangeProtocol(self, Conversation(self.exchange, client))


class ExchangeProtocol(Protocol):
    """Reads no further while a reply is due, so that replies keep their order."""

    transport: TcpConnection

    def __init__(self, factory: ExchangeFactory, conversation: Conversation) -> None:
        self._service = factory
        self._conversation = conversation
        self._unread = b""
        self._reader: MessageReader | None = None
        self._due: IDelayedCall | None = None
        self._leaving = False

    def connectionMade(self) -> None:
        self.transport.setTcpNoDelay(True)
        self._service.connections.enter(self.transport)
        self._perform(self._conversation.greeting())

    def connectionLost(self, _reason: Failure = connectionDone) -> None:
        self._service.connections.leave(self.transport)
        self._leaving = True
        if self._due is not None:
            self._due.cancel()

    def dataReceived(self, data: bytes) -> None:
        if self._leaving:
            return
        self._unread += data
        self._read_on()

    def _read_on(self) -> None:
        while self._unread and self._due is None and not self._leaving:
            act = self._next_act() if self._reader is None else self._read_message(self._reader)
            if act is None:
                return
            self._perform(act)

    def _next_act(self) -> Act | None:
        """What the next command brings about; None while its line goes on."""
        line, end, rest = self._unread.partition(b"\r\n")
        if len(line) > MAX_LINE:
            return self._conversation.line_too_long()
        if not end:
            return None
        self._unread = rest
        return self._conversation.command(line, self._service.clock.seconds())

    def _read_message(self, reader: MessageReader) -> Act | None:
        """What the end of the message brings about; None while it goes on."""
        rest = reader.feed(self._unread)
        self._unread = rest or b""
        if rest is None:
            return None
        self._reader = None
        return self._conversation.message(reader.message)

    def _perform(self, act: Act) -> None:
        pause = self._service.exchange.temper.pause
        if not pause:
            self._carry_out(act)
            return
        self.transport.pauseProducing()
        self._due = self._service.clock.callLater(pause, self._perform_now, act)

    def _perform_now(self, act: Act) -> None:
        self._due = None
        self.transport.resumeProducing()
        self._carry_out(act)
        self._read_on()

    def _carry_out(self, act: Act) -> None:
        match act:
            case Say(wire=wire):
                self.transport.write(wire)
            case Collect(wire=wire):
                self._reader = MessageReader(self._service.exchange.temper.size_limit)
                self.transport.write(wire)
            case Secure(wire=wire):
                self._begin_tls(wire)
            case HangUp(wire=wire):
                self._leaving = True
                self.transport.write(wire)
                self.transport.loseConnection()
            case Babble():
                self._leaving = True
                self.transport.write(act.opening)
                self.transport.registerProducer(_Babbling(self.transport, act.again), False)
            case _:
                assert_never(act)

    def _begin_tls(self, wire: bytes) -> None:
        # What came with STARTTLS came in plaintext, from anybody (RFC 3207 §4.2).
        self._unread = b""
        self.transport.write(wire)
        self.transport.startTLS(self._service.tls)
        self._conversation.secured()


@implementer(IPullProducer)
class _Babbling:
    """Writes the same words whenever the transport has room."""

    def __init__(self, transport: TcpConnection, words: bytes) -> None:
        self._transport = transport
        self._words = words * (BABBLE // len(words))

    def resumeProducing(self) -> None:
        self._transport.write(self._words)

    def stopProducing(self) -> None:
        pass
