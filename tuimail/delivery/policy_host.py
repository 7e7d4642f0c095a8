"""Fetches MTA-STS policies from the hosts that domains have for them (RFC 8461 §3.3)."""

from twisted.internet import error
from twisted.internet.interfaces import IReactorTime
from twisted.web.client import Agent, ResponseFailed
from twisted.web.http_headers import Headers
from twisted.web.iweb import IResponse

from tuimail.delivery.demand import Demand
from tuimail.delivery.dialing import Attempt, Dialer
from tuimail.delivery.https import Body, HttpsConnection
from tuimail.delivery.narrowing import narrowed, not_public, of_other_family
from tuimail.delivery.patience import limited, undisturbed
from tuimail.delivery.reactor import as_future
from tuimail.delivery.settings import HTTPS_PORT, Settings
from tuimail.delivery.tally import Visit
from tuimail.delivery.tls import Tls
from tuimail.domain import (
    Exchange,
    Exchanges,
    StsPolicy,
    StsPolicyError,
    Unfetched,
    addresses_to_try,
    relay,
)
from tuimail.domain.mta_sts import MOST_OCTETS
from tuimail.lookup import Asking, find_addresses
from tuimail.smtp import TlsPolicy
from tuimail.transcript import Event, Lane

PATIENCE = 10.0
"""Seconds for a policy, its host's look-up included. RFC 8461 §3.3 suggests a minute, and a mail
that a person has just sent is not to wait that long."""
_OK = 200


class PolicyHosts:
    """Asks once for each `fetch`; whoever calls keeps what came of it."""

    def __init__(
        self,
        dialer: Dialer,
        tls: Tls,
        resolver: Asking,
        clock: IReactorTime,
        settings: Settings,
    ) -> None:
        self._dialer = dialer
        self._tls = tls
        self._resolver = resolver
        self._clock = clock
        self._settings = settings

    async def fetch(self, domain: str) -> StsPolicy | Unfetched:
        """`domain` in A-labels. Never raises for what a server says, or for its silence; when it
        returns or is cancelled, its socket has closed."""
        host = f"mta-sts.{domain}"
        try:
            async with limited(self._clock, self._patience):
                found = self._narrowed(
                    relay(await find_addresses(self._resolver, Exchange(host, 0)))
                )
                if not found.reachable:
                    return Unfetched(f"the policy host {found.why}")
                return await self._ask(host, found)
        except TimeoutError:
            return Unfetched(f"the policy host {host} gave no policy within {self._patience:g} s")

    @property
    def _patience(self) -> float:
        given = self._settings.timeout
        return PATIENCE if given is None else min(PATIENCE, given)

    def _narrowed(self, found: Exchanges) -> Exchanges:
        found = narrowed(found, of_other_family(self._settings.tried), "4.4.4")
        return found if self._settings.nameservers else narrowed(found, not_public, "4.7.0")

    async def _ask(self, host: str, found: Exchanges) -> StsPolicy | Unfetched:
        demand = Demand(TlsPolicy.VERIFY, (host,), "verify")
        attempts = [
            Attempt(
                Visit(host, ip, demand),
                Lane(0, host, host, ip, self._settings.policy_port),
                _quietly,
            )
            for _, ip in addresses_to_try(found.exchanges)
        ]
        connected = await self._dialer.race(attempts)
        if connected is None:
            obstacles = "; ".join(attempt.visit.obstacle for attempt in attempts)
            return Unfetched(f"the policy host {obstacles}")
        connection = HttpsConnection(self._tls.client(demand))
        connected.doorstep.hand_over(connection)
        try:
            if obstacle := await as_future(connection.judged):
                return Unfetched(f"the policy host {host} can't be asked: {obstacle}")
            return await self._get(connection, host)
        finally:
            await undisturbed(as_future(connection.abort()))

    async def _get(self, connection: HttpsConnection, host: str) -> StsPolicy | Unfetched:
        port = self._settings.policy_port
        authority = host if port == HTTPS_PORT else f"{host}:{port}"
        url = f"https://{authority}/.well-known/mta-sts.txt".encode("ascii")
        agent = Agent.usingEndpointFactory(self._clock, connection)
        try:
            response = await as_future(
                agent.request(b"GET", url, Headers({"User-Agent": ["tuimail"]}))
            )
        except (ResponseFailed, error.ConnectionLost):
            return Unfetched(f"the policy host {host} gave no proper answer")
        if refusal := _refusal(response):
            return Unfetched(f"the policy host {host} {refusal}", is_answer=True)
        body = Body(MOST_OCTETS, connection)
        response.deliverBody(body)
        octets = await as_future(body.octets)
        if octets is None:
            return Unfetched(f"the policy host {host} hung up in the middle of the policy")
        try:
            return StsPolicy.parse(octets)
        except StsPolicyError as wrong:
            return Unfetched(str(wrong), is_answer=True)


def _quietly(_event: Event) -> None:
    """A mail's transcript has one line for its policy, whatever was tried to get it."""


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
