"""An exchange on the wire: bytes and time for a `Conversation`, and its acts carried out."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, assert_never, cast

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

from tuimail.demo.acts import Act, Babble, Collect, Count, HangUp, Say, Secure
from tuimail.demo.bindings import channel_bindings
from tuimail.demo.chunk_reader import ChunkReader
from tuimail.demo.connections import Connections
from tuimail.demo.conversation import Conversation
from tuimail.demo.exchange import Exchange
from tuimail.demo.message_reader import MessageReader
from tuimail.demo.proxied import ProxyHeaderError, read_proxy_header
from tuimail.demo.tempers import Opening

if TYPE_CHECKING:
    from OpenSSL import SSL

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
        return ExchangeProtocol(self, client)


class ExchangeProtocol(Protocol):
    """Reads no further while a reply is due, so that replies keep their order."""

    transport: TcpConnection

    def __init__(self, factory: ExchangeFactory, client: str) -> None:
        self._service = factory
        self._opening = factory.exchange.temper.opening
        self._conversation = Conversation(factory.exchange, client, self._bindings)
        self._unread = b""
        self._reader: MessageReader | ChunkReader | None = None
        self._due: IDelayedCall | None = None
        self._leaving = False

    def connectionMade(self) -> None:
        self.transport.setTcpNoDelay(True)
        self._service.connections.enter(self.transport)
        match self._opening:
            case Opening.NOTHING:
                self._perform(self._conversation.greeting())
            case Opening.TLS:
                self._begin_tls()
                self._perform(self._conversation.greeting())
            case Opening.PROXY_HEADER:
                """The greeting waits for it."""

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
        while self._due is None and not self._leaving:
            if self._opening is Opening.PROXY_HEADER:
                act = self._read_proxy_header()
            elif self._reader is not None:
                act = self._read_message(self._reader)
            else:
                act = self._next_act()
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

    def _read_proxy_header(self) -> Act | None:
        """The greeting, once it is there; where something else comes, nothing is said at all."""
        try:
            read = read_proxy_header(self._unread)
        except ProxyHeaderError:
            return HangUp()
        if read is None:
            return None
        client, self._unread = read
        self._opening = Opening.NOTHING
        if client is not None:
            self._conversation.proxied(client)
        return self._conversation.greeting()

    def _read_message(self, reader: MessageReader | ChunkReader) -> Act | None:
        """What the end of the message or chunk brings about; None while it goes on."""
        rest = reader.feed(self._unread)
        self._unread = rest or b""
        if rest is None:
            return None
        self._reader = None
        if isinstance(reader, ChunkReader):
            return self._conversation.chunk(reader.chunk)
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
            case Count(octets=octets, limit=limit):
                self._reader = ChunkReader(octets, limit)
            case Secure(wire=wire):
                self.transport.write(wire)
                self._begin_tls()
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

    def _begin_tls(self) -> None:
        # What came with STARTTLS came in plaintext, from anybody (RFC 3207 §4.2).
        self._unread = b""
        self.transport.startTLS(self._service.tls)
        self._conversation.secured()

    def _bindings(self) -> Mapping[str, bytes]:
        return channel_bindings(cast("SSL.Connection", self.transport.getHandle()))


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
