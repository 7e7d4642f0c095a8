"""How we come to a server: what is said before SMTP is, and what the session is held to."""

from tuimail.delivery.address import is_loopback
from tuimail.delivery.dialing import Attempt
from tuimail.delivery.identity import hostname, identity
from tuimail.delivery.settings import Settings
from tuimail.smtp import Exposure, Pace, Session, SocketAddress


def preface(attempt: Attempt, settings: Settings) -> bytes:
    """A PROXY header, where one is wanted."""
    if settings.proxy_header is None:
        return b""
    local = attempt.doorstep.local
    remote = SocketAddress(attempt.visit.ip, attempt.lane.port) if local is not None else None
    return settings.proxy_header.encode(local, remote)


def session_with(attempt: Attempt, settings: Settings, pace: Pace = Pace.FREE) -> Session:
    """For the connection that was made."""
    visit, local = attempt.visit, attempt.doorstep.local
    name = settings.identity or identity(hostname(), local.ip if local else "127.0.0.1")
    return Session(
        name,
        visit.demand.policy,
        settings.timeout,
        host=visit.exchange,
        port=attempt.lane.port,
        protocol=settings.protocol,
        tls_start=settings.tls_start,
        credentials=settings.credentials if settings.proves_identity else None,
        exposure=Exposure.ANY if _is_here(visit.ip, settings) else settings.exposure,
        xclient=settings.xclient,
        stop_after=settings.stop_after,
        pace=pace,
    )


def _is_here(ip: str, settings: Settings) -> bool:
    """Whether the peer is this machine; a proxy's loopback is another one's."""
    return ip.startswith("/") or (settings.socks is None and is_loopback(ip))
