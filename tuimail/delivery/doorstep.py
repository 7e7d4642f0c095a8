"""A connection that nobody speaks on yet."""

import asyncio
from typing import cast

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.error import ConnectError
from twisted.internet.interfaces import IAddress, IConnector
from twisted.internet.protocol import ClientFactory, Protocol, connectionDone
from twisted.internet.tcp import Connection as TcpConnection
from twisted.python.failure import Failure

from tuimail.smtp import SocketAddress


class Doorstep(Protocol):
    """Leaves what the server says, and that it hangs up, for whoever comes to speak.

    Of several that are tried at once one is handed over, and the others are dropped.
    """

    transport: TcpConnection
    local: SocketAddress | None
    """Our end, None for a UNIX socket. Kept, for a socket that the server has closed by now can't
    tell any more."""

    def __init__(self) -> None:
        self._heard = bytearray()
        self._lost: Failure | None = None
        self._news = asyncio.Event()
        self._gone = asyncio.Event()

    def connectionMade(self) -> None:
        self.local = _socket_address(self.transport.getHost())
        if self.local is not None:
            self.transport.setTcpNoDelay(True)

    def dataReceived(self, data: bytes) -> None:
        # Not more than one read at once, whatever the server does.
        self.transport.pauseProducing()
        self._heard += data
        self._news.set()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self._lost = reason
        self._news.set()
        self._gone.set()

    def write(self, data: bytes) -> None:
        self.transport.write(data)

    async def read(self, count: int) -> bytes:
        """So many octets, no more. Raises EOFError where the connection ends before."""
        while len(self._heard) < count:
            if self._lost:
                raise EOFError
            self._news.clear()
            self.transport.resumeProducing()
            await self._news.wait()
        data = bytes(self._heard[:count])
        del self._heard[:count]
        return data

    def hand_over(self, protocol: Protocol) -> None:
        """`protocol` has the connection from here on, with all that came of it."""
        transport = self.transport
        # Its factory holds on to the doorstep: to each other, they are garbage to be looked for.
        del self.transport
        transport.protocol = protocol
        protocol.makeConnection(transport)
        if self._heard:
            # By way of the transport: with TLS from the start, there is a layer between.
            transport.protocol.dataReceived(bytes(self._heard))
        if self._lost is None:
            transport.resumeProducing()
        else:
            transport.protocol.connectionLost(self._lost)

    async def drop(self) -> None:
        """Returns once the socket is closed, which it may never have been open for."""
        if self.connected:
            self.transport.abortConnection()
            await self._gone.wait()


class DoorstepFactory(ClientFactory):
    """Makes the one doorstep it was given. `answer` tells when, or raises ConnectError."""

    noisy = False

    def __init__(self, doorstep: Doorstep) -> None:
        self._doorstep = doorstep
        self.answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def buildProtocol(self, addr: IAddress | None) -> Doorstep:  # noqa: ARG002
        if not self.answer.done():
            self.answer.set_result(None)
        return self._doorstep

    def clientConnectionFailed(self, connector: IConnector, reason: Failure) -> None:  # noqa: ARG002
        if not self.answer.done():
            self.answer.set_exception(cast("ConnectError", reason.value))


def _socket_address(address: object) -> SocketAddress | None:
    """None for a UNIX socket."""
    match address:
        case (
            IPv4Address(host=str(host), port=int(port))
            | IPv6Address(host=str(host), port=int(port))
        ):
            return SocketAddress(host, port)
        case _:
            return None
