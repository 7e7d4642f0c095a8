"""What a TLS handshake showed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

_PROTOCOLS = {"TLSv1": "TLS 1.0", "SSLv3": "SSL 3.0"}


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """Subject, issuer and names are foreign text; the times are in UTC."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    not_before: datetime
    not_after: datetime
    key: str
    """`RSA 2048`, `EC secp256r1`."""
    der: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class TlsFacts:
    """Subject and issuer are foreign text (RFC 4514)."""

    version: str
    cipher: str
    subject: str
    issuer: str
    distrust: str
    """Why the certificate does not verify, in plain words; empty where it does."""
    proof: str = ""
    """What it verified by: `PKIX`, `DANE-EE`, `DANE-TA`; empty where it does not."""
    key_exchange: str = ""
    """The group, as `X25519`; empty where there is none."""
    chain: tuple[CertificateFacts, ...] = ()
    """The server's own certificate first; those that can be read."""
    bindings: Mapping[str, bytes] = field(
        default_factory=lambda: MappingProxyType({}), repr=False, compare=False
    )
    """Channel bindings by their registered names (RFC 5929, RFC 9266)."""

    @property
    def protocol(self) -> str:
        """The version as people write it: `TLS 1.3`."""
        return _PROTOCOLS.get(self.version, self.version.replace("TLSv", "TLS "))

    @property
    def verified(self) -> bool:
        return not self.distrust
