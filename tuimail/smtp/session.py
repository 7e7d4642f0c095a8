"""How a connection begins, and what it is held to."""

from dataclasses import dataclass
from enum import Enum

from tuimail.smtp.command import Command
from tuimail.smtp.sasl import Credentials
from tuimail.smtp.stage import Stage


class TlsPolicy(Enum):
    """What TLS has to give before mail goes out."""

    NONE = "none"
    """Never asked for."""
    OPPORTUNISTIC = "opportunistic"
    """Taken where offered, whatever the certificate; plaintext otherwise (RFC 7435)."""
    ENCRYPT = "encrypt"
    """Required, whatever the certificate."""
    VERIFY = "verify"
    """Required, with a certificate that verifies: chain, name and dates (RFC 5280, RFC 6125)."""
    DANE = "dane"
    """Required, with a certificate that the DNS vouches for (RFC 7672)."""

    @property
    def required(self) -> bool:
        return self in (TlsPolicy.ENCRYPT, TlsPolicy.VERIFY, TlsPolicy.DANE)

    @property
    def authenticates(self) -> bool:
        """Whether the certificate has to prove who the server is."""
        return self in (TlsPolicy.VERIFY, TlsPolicy.DANE)


class TlsStart(Enum):
    """When TLS begins."""

    STARTTLS = "starttls"
    IMPLICIT = "implicit"
    """Before the greeting (RFC 8314 §3.3)."""


class Protocol(Enum):
    SMTP = "smtp"
    LMTP = "lmtp"
    """A final reply for each recipient, and LHLO (RFC 2033)."""


class Exposure(Enum):
    """On what connection credentials may be sent (RFC 4954 §14)."""

    VERIFIED = "verified"
    """Under TLS with a certificate that verifies."""
    ANY = "any"
    """On every one: the peer is this machine, or the user said so."""


class Pace(Enum):
    FREE = "free"
    STEP = "step"
    """Each command waits to be let go."""


@dataclass(frozen=True, slots=True)
class Session:
    """`identity` is what EHLO says; `timeout` caps each stage but the final reply, in seconds;
    `host` and `port` are the server's, for mechanisms that tell them.

    Raises ValueError for an identity or XCLIENT attribute that no command can hold.
    """

    identity: str
    tls: TlsPolicy = TlsPolicy.OPPORTUNISTIC
    timeout: float | None = None
    host: str = ""
    port: int = 0
    protocol: Protocol = Protocol.SMTP
    tls_start: TlsStart = TlsStart.STARTTLS
    credentials: Credentials | None = None
    exposure: Exposure = Exposure.VERIFIED
    xclient: tuple[str, ...] = ()
    """Attributes as `ADDR=192.0.2.1`, said where the server offers XCLIENT."""
    stop_after: Stage | None = None
    """Where to end politely, None for the whole way."""
    pace: Pace = Pace.FREE

    def __post_init__(self) -> None:
        Command.ehlo(self.identity)
        if self.xclient:
            Command.xclient(self.xclient)
