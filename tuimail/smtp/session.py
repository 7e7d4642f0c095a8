"""How a connection begins."""

from dataclasses import dataclass
from enum import Enum

from tuimail.smtp.command import Command


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

    @property
    def required(self) -> bool:
        return self in (TlsPolicy.ENCRYPT, TlsPolicy.VERIFY)


@dataclass(frozen=True, slots=True)
class TlsFacts:
    """What a finished handshake showed. Subject and issuer are foreign text (RFC 4514)."""

    version: str
    cipher: str
    subject: str
    issuer: str
    distrust: str
    """Why the certificate does not verify, in plain words; empty where it does."""

    @property
    def verified(self) -> bool:
        return not self.distrust


@dataclass(frozen=True, slots=True)
class Session:
    """`identity` is what EHLO says; `timeout` caps each stage but the final reply, in seconds.

    Raises ValueError for an identity that no command can hold.
    """

    identity: str
    tls: TlsPolicy = TlsPolicy.OPPORTUNISTIC
    timeout: float | None = None

    def __post_init__(self) -> None:
        Command.ehlo(self.identity)
