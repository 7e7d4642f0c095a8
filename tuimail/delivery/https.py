"""An HTTPS connection that is judged before anything is asked over it."""

from OpenSSL import SSL
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.internet.interfaces import (
    IHandshakeListener,
    IProtocol,
    IProtocolFactory,
    IStreamClientEndpoint,
)
from twisted.internet.protocol import Protocol, connectionDone
from twisted.internet.tcp import Connection as TcpConnection
from twisted.python.failure import Failure
from twisted.web.client import URI, ResponseDone
from twisted.web.http import PotentialDataLoss
from twisted.web.iweb import IAgentEndpointFactory
from zope.interface import implementer

from tuimail.delivery.tls import TlsClient, handshake_words

MOST_RECEIVED = 500_000
"""Octets of one response: its header and its chunks have no limit of their own."""


@implementer(IAgentEndpointFactory, IHandshakeListener, IStreamClientEndpoint)
class HttpsConnection(Protocol):
    """For one request. To Twisted's Agent it is the endpoint of every URI."""

    transport: TcpConnection | None = None

    def __init__(self, tls: TlsClient) -> None:
        self.judged: Deferred[str] = Deferred()
        """Fires after the handshake, with what speaks against it in plain words; empty where
        nothing does. It never fails."""
        self._tls = tls
        self._http: IProtocol | None = None
        self._received = 0
        self._closed: Deferred[None] = Deferred()
        self.closed_cleanly = False
        """Whether the server said that it had nothing more to say."""

    def abort(self) -> Deferred[None]:
        """Fires when the socket is gone."""
        if self.transport is None:
            return succeed(None)
        self.transport.abortConnection()
        return self._closed

    # What the transport reports

    def connectionMade(self) -> None:
        if self.transport is not None:
            self.transport.startTLS(self._tls)

    def handshakeCompleted(self) -> None:
        distrust = self._tls.facts().distrust
        self.judged.callback(f"its certificate does not verify: {distrust}" if distrust else "")

    def dataReceived(self, data: bytes) -> None:
        self._received += len(data)
        if self._http is None or self._received > MOST_RECEIVED:
            # It speaks before it is asked, or will not end.
            self.abort()
        else:
            self._http.dataReceived(data)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.closed_cleanly = reason.check(ConnectionDone) is not None
        if not self.judged.called:
            self.judged.callback(_handshake_failure(reason))
        if self._http is not None:
            self._http.connectionLost(reason)
        self._closed.callback(None)

    # What the Agent asks for

    def endpointForURI(self, uri: URI) -> IStreamClientEndpoint:  # noqa: ARG002
        return self

    def connect(self, protocolFactory: IProtocolFactory) -> Deferred[IProtocol]:
        if self.transport is None or self._closed.called:
            return fail(ConnectionLost())
        http = protocolFactory.buildProtocol(self.transport.getPeer())
        if http is None:
            return fail(ConnectionLost())
        self._http = http
        http.makeConnection(self.transport)
        return succeed(http)


class Body(Protocol):
    """Collects a response's body. `octets` fires with it, with more than `most` octets as soon as
    it is longer, or with None where the connection broke."""

    def __init__(self, most: int, connection: HttpsConnection) -> None:
        self.octets: Deferred[bytes | None] = Deferred()
        self._most = most
        self._connection = connection
        self._collected = bytearray()

    def dataReceived(self, data: bytes) -> None:
        if not self.octets.called:
            self._collected += data
            if len(self._collected) > self._most:
                self.octets.callback(bytes(self._collected))

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        if self.octets.called:
            return
        # Where no length was given, a body that is cut short looks like one that ends.
        whole = reason.check(ResponseDone) or (
            reason.check(PotentialDataLoss) and self._connection.closed_cleanly
        )
        self.octets.callback(bytes(self._collected) if whole else None)


def _handshake_failure(reason: Failure) -> str:
    match reason.value:
        case SSL.Error() as error:
            return f"the TLS handshake failed: {handshake_words(error)}"
        case _:
            return "it hung up during the TLS handshake"
