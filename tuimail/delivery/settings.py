"""How mail is to travel, as the user wants it."""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from tuimail.delivery.address import unmapped
from tuimail.delivery.route import Direct, Relay, Route, UnixSocket, parse_server
from tuimail.delivery.socks import Socks
from tuimail.safetext import visible
from tuimail.smtp import (
    Credentials,
    Exposure,
    Pace,
    Protocol,
    ProxyHeader,
    Stage,
    TlsPolicy,
    TlsStart,
)

if TYPE_CHECKING:
    from tuimail.lookup import Nameserver

__all__ = [
    "ClientCertificate",
    "Direct",
    "Family",
    "Relay",
    "Route",
    "Settings",
    "Socks",
    "UnixSocket",
    "parse_server",
]

SMTP_PORT = 25
HTTPS_PORT = 443
LMTP_PORT = 24  # RFC 2033 §5 says only that it is not 25; IANA has 24 for private mail systems
SUBMISSION_PORT = 587  # RFC 6409 §3.1
SUBMISSIONS_PORT = 465  # RFC 8314 §7.3


class Family(Enum):
    """Which addresses are tried."""

    ANY = "any"
    IPV4 = "IPv4"
    IPV6 = "IPv6"

    @classmethod
    def of(cls, ip: str) -> "Family":
        """Raises ValueError for what is no address."""
        return cls.IPV4 if unmapped(ip).version == 4 else cls.IPV6


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """PEM files: a certificate with its chain, and its private key, which may be the same file."""

    chain: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Settings:
    """`timeout` caps each stage but the final reply, in seconds.

    Raises ValueError with one clear line for what goes not together.
    """

    route: Route = Direct()  # noqa: RUF009 - it is frozen
    tls: TlsPolicy | None = None
    """None is `auto`: DANE where the DNS has it, else MTA-STS where enforced, else by the route."""
    tls_start: TlsStart = TlsStart.STARTTLS
    ca_file: Path | None = None
    """Certificate authorities to trust instead of the system's, as PEM."""
    client_certificate: ClientCertificate | None = None
    nameservers: "tuple[Nameserver, ...]" = ()
    """Empty means the system's."""
    identity: str | None = None
    """What EHLO says; None means this host's name."""
    timeout: float | None = None
    protocol: Protocol = Protocol.SMTP
    credentials: Credentials | None = None
    exposure: Exposure = Exposure.VERIFIED
    xclient: tuple[str, ...] = ()
    stop_after: Stage | None = None
    pace: Pace = Pace.FREE
    """How sessions begin; a `Stepper` changes it, and lets go what waits."""
    family: Family = Family.ANY
    source_address: str | None = None
    """The local address to connect from."""
    socks: Socks | None = None
    """The proxy to connect through."""
    proxy_header: ProxyHeader | None = None
    """Said before everything else on each connection."""
    policy_port: int = HTTPS_PORT
    """Where MTA-STS policies are served; only a world of one's own has it elsewhere."""

    def __post_init__(self) -> None:
        if self.source_address is None:
            return
        try:
            family = Family.of(self.source_address)
        except ValueError as error:
            raise ValueError(
                f"“{visible(self.source_address)}” is no address of this host"
            ) from error
        if self.family not in (Family.ANY, family):
            raise ValueError(
                f"no {self.family.value} address can be reached from {self.source_address}"
            )

    @property
    def port(self) -> int:
        """Where the servers listen, said by the route or else by what is spoken there.

        Who proves to a relay who they are submits mail; so does who begins with TLS.
        """
        match self.route:
            case Direct(port=int(port)) | Relay(port=int(port)):
                return port
        if self.protocol is Protocol.LMTP:
            return LMTP_PORT
        if self.tls_start is TlsStart.IMPLICIT:
            return SUBMISSIONS_PORT
        if isinstance(self.route, Relay) and self.credentials is not None:
            return SUBMISSION_PORT
        return SMTP_PORT

    @property
    def tried(self) -> Family:
        """The family of addresses that are tried: a source address reaches no other; a proxy has
        its own."""
        if self.family is not Family.ANY or self.source_address is None or self.socks is not None:
            return self.family
        return Family.of(self.source_address)

    @property
    def proves_identity(self) -> bool:
        """Whether credentials are to be sent: an exchange that the DNS names has no business with
        what proves us to a relay."""
        return self.credentials is not None and not isinstance(self.route, Direct)

    @property
    def policy(self) -> TlsPolicy:
        """The TLS policy that holds: an exchange is taken as it is, a relay has to prove itself."""
        if self.tls is not None:
            return self.tls
        match self.route:
            case Relay(is_loopback=False):
                return TlsPolicy.VERIFY
            case _:
                return TlsPolicy.OPPORTUNISTIC
