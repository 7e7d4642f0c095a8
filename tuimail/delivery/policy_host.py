"""Fetches MTA-STS policies from the hosts that domains have for them (RFC 8461 §3.3)."""

import asyncio
import os

from twisted.internet import error
from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.internet.endpoints import TCP4ClientEndpoint, TCP6ClientEndpoint
from twisted.internet.interfaces import IAddress
from twisted.internet.protocol import Factory
from twisted.web.client import Agent, ResponseFailed
from twisted.web.http_headers import Headers
from twisted.web.iweb import IResponse

from tuimail.delivery.demand import Demand
from tuimail.delivery.https import Body, HttpsConnection
from tuimail.delivery.reactor import as_future
from tuimail.delivery.settings import HTTPS_PORT
from tuimail.delivery.tls import Tls
from tuimail.domain import Exchange, StsPolicy, StsPolicyError, Unfetched, addresses_to_try
from tuimail.domain.mta_sts import MOST_OCTETS
from tuimail.lookup import Resolver, find_addresses
from tuimail.smtp import TlsPolicy

PATIENCE = 10.0
"""Seconds for a policy, its host's look-up included. RFC 8461 §3.3 suggests a minute, and a mail
that a person has just sent is not to wait that long."""
CONNECT_PATIENCE = 3.0
"""Seconds for one address of the host, so that the next one gets a chance."""
_OK = 200


class PolicyHosts:
    """Asks once for each `fetch`; whoever calls keeps what came of it."""

    def __init__(
        self,
        reactor: AsyncioSelectorReactor,
        resolver: Resolver,
        tls: Tls,
        port: int = HTTPS_PORT,
        patience: float = PATIENCE,
    ) -> None:
        self._reactor = reactor
        self._resolver = resolver
        self._tls = tls
        self._port = port
        self._patience = patience

    async def fetch(self, domain: str) -> StsPolicy | Unfetched:
        """`domain` in A-labels. Never raises for what a server says, or for its silence; when it
        returns or is cancelled, its socket has closed."""
        host = f"mta-sts.{domain}"
        try:
            async with asyncio.timeout(self._patience):
                return await self._fetch(host)
        except TimeoutError:
            return Unfetched(f"{host} gave no policy within {self._patience:g} s")

    async def _fetch(self, host: str) -> StsPolicy | Unfetched:
        found = await find_addresses(self._resolver, Exchange(host, 0))
        if not found.addresses:
            return Unfetched(f"the policy host {host} can't be reached: {found.why}")
        obstacles: list[str] = []
        for _, ip in addresses_to_try((found,)):
            demand = Demand(TlsPolicy.VERIFY, (host,), "verify")
            connection = HttpsConnection(self._tls.client(demand))
            try:
                obstacle = await self._connect(connection, ip)
                if not obstacle:
                    return await self._get(connection, host)
            finally:
                await as_future(connection.abort())
            obstacles.append(f"{ip}: {obstacle}")
        return Unfetched(f"the policy host {host} can't be reached ({'; '.join(obstacles)})")

    async def _connect(self, connection: HttpsConnection, ip: str) -> str:
        """What stands in the way, empty where the connection is to be trusted."""
        endpoint = TCP6ClientEndpoint if ":" in ip else TCP4ClientEndpoint
        way = endpoint(self._reactor, ip, self._port, timeout=CONNECT_PATIENCE)
        try:
            await as_future(way.connect(_Once(connection)))
        except error.ConnectError as failure:
            return _obstacle(failure)
        return await as_future(connection.judged)

    async def _get(self, connection: HttpsConnection, host: str) -> StsPolicy | Unfetched:
        authority = host if self._port == HTTPS_PORT else f"{host}:{self._port}"
        url = f"https://{authority}/.well-known/mta-sts.txt".encode("ascii")
        agent = Agent.usingEndpointFactory(self._reactor, connection)
        try:
            response = await as_future(
                agent.request(b"GET", url, Headers({"User-Agent": ["tuimail"]}))
            )
        except (ResponseFailed, error.ConnectionLost):
            return Unfetched(f"the policy host {host} gave no proper answer")
        if refusal := _refusal(response):
            return Unfetched(f"the policy host {host} {refusal}")
        body = Body(MOST_OCTETS, connection)
        response.deliverBody(body)
        octets = await as_future(body.octets)
        if octets is None:
            return Unfetched(f"the policy host {host} hung up in the middle of the policy")
        try:
            return StsPolicy.parse(octets)
        except StsPolicyError as wrong:
            return Unfetched(str(wrong))


class _Once(Factory):
    """Makes the one protocol that it was given."""

    noisy = False

    def __init__(self, connection: HttpsConnection) -> None:
        self._connection = connection

    def buildProtocol(self, addr: IAddress | None) -> HttpsConnection:  # noqa: ARG002
        return self._connection


def _refusal(response: IResponse) -> str:
    """Why the answer is no policy, empty where it may be one (RFC 8461 §3.2, §3.3)."""
    code: int = response.code
    if 300 <= code < 400:
        return f"redirects elsewhere ({code}), which MTA-STS does not allow"
    if code != _OK:
        return f"answered {code}"
    # Where users may put what they like on a web server, it is seldom plain text.
    stated = (response.headers.getRawHeaders("Content-Type") or ["nothing"])[0]
    media_type = stated.partition(";")[0].strip()
    if media_type.lower() != "text/plain":
        return f"gave {media_type} in place of text/plain"
    return ""


def _obstacle(failure: error.ConnectError) -> str:
    match failure:
        case error.TimeoutError():
            return f"no answer within {CONNECT_PATIENCE:g} s"
        case error.ConnectionRefusedError():
            return "the connection was refused"
        case error.ConnectError(osError=int(number)):
            return os.strerror(number).lower()
        case _:
            return str(failure)
