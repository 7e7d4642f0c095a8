"""A web server with one page: the MTA-STS policy of a domain (RFC 8461 §3.3)."""

from twisted.internet.interfaces import IAddress
from twisted.internet.protocol import ServerFactory, connectionDone
from twisted.internet.tcp import Connection as TcpConnection
from twisted.protocols.basic import LineOnlyReceiver
from twisted.python.failure import Failure

from tuimail.demo.certificates import ServerTls
from tuimail.demo.connections import Connections

_PAGE = b"/.well-known/mta-sts.txt"


class PolicyHost(LineOnlyReceiver):
    """Answers one request, whatever its headers say, and hangs up."""

    transport: TcpConnection

    def __init__(self, policy: bytes, tls: ServerTls, connections: Connections) -> None:
        self._policy = policy
        self._tls = tls
        self._connections = connections
        self._request: bytes | None = None

    def connectionMade(self) -> None:
        self._connections.enter(self.transport)
        self.transport.startTLS(self._tls)

    def lineReceived(self, line: bytes) -> None:
        if self._request is None:
            self._request = line
        elif not line:
            self._answer(self._request.split(b" "))

    def connectionLost(self, _reason: Failure = connectionDone) -> None:
        self._connections.leave(self.transport)

    def _answer(self, request: list[bytes]) -> None:
        match request:
            case [b"GET", target, _version] if target == _PAGE:
                status, page = b"200 OK", self._policy
            case [b"GET", _target, _version]:
                status, page = b"404 Not Found", b"The only page here is %s\n" % _PAGE
            case _:
                status, page = b"400 Bad Request", b"This server answers GET\n"
        self.transport.write(
            b"HTTP/1.1 %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n"
            b"Connection: close\r\n\r\n%s" % (status, len(page), page)
        )
        self.transport.loseConnection()


class PolicyHostFactory(ServerFactory):
    """Makes a protocol for each connection."""

    noisy = False

    def __init__(self, policy: str, tls: ServerTls, connections: Connections) -> None:
        self._policy = policy.encode()
        self._tls = tls
        self._connections = connections

    def buildProtocol(self, _addr: IAddress | None) -> PolicyHost:
        return PolicyHost(self._policy, self._tls, self._connections)
