"""How mail is to travel, as the user wants it."""

import re
from dataclasses import dataclass
from enum import Enum
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from tuimail.safetext import visible
from tuimail.smtp import Credentials, Exposure, Protocol, Stage, TlsPolicy, TlsStart

if TYPE_CHECKING:
    from tuimail.lookup import Nameserver

SMTP_PORT = 25
HTTPS_PORT = 443
_HOST = re.compile(r"[^\s.@/\\,;]+(\.[^\s.@/\\,;]+)*\.?")
_PORT = re.compile(r"[0-9]{1,5}")


@dataclass(frozen=True, slots=True)
class Direct:
    """Straight to the exchanges of each recipient's domain, which listen on `port`."""

    port: int = SMTP_PORT


@dataclass(frozen=True, slots=True)
class Relay:
    """Everything through one server. `host` is a name or an address."""

    host: str
    port: int = SMTP_PORT

    @classmethod
    def parse(cls, text: str) -> "Relay":
        """Reads `HOST`, `HOST:PORT` and `[IPV6]:PORT`. Raises ValueError with one clear line."""
        host, port = text, ""
        if text.startswith("["):
            host, _, port = text[1:].partition("]")
            port = port.removeprefix(":")
        elif text.count(":") == 1:
            host, _, port = text.partition(":")
        if not _HOST.fullmatch(host):
            raise ValueError(f"“{visible(text)}” names no server")
        if port and not (_PORT.fullmatch(port) and 0 < int(port) < 65536):
            raise ValueError(f"“{visible(port)}” is no port, which is a number from 1 to 65535")
        return cls(host, int(port or SMTP_PORT))

    @property
    def is_loopback(self) -> bool:
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host.lower().rstrip(".") == "localhost"


@dataclass(frozen=True, slots=True)
class UnixSocket:
    """Everything through a server on this machine, which listens on a socket in the file system."""

    path: Path


Route = Direct | Relay


class Family(Enum):
    """Which addresses are tried."""

    ANY = "any"
    IPV4 = "ipv4"
    IPV6 = "ipv6"


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """PEM files: a certificate with its chain, and its private key, which may be the same file."""

    chain: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Settings:
    """`timeout` caps each stage but the final reply, in seconds."""

    route: Route = Direct()
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
    family: Family = Family.ANY
    source_address: str | None = None
    """The local address to connect from."""
    policy_port: int = HTTPS_PORT
    """Where MTA-STS policies are served; only a world of one's own has it elsewhere."""

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
