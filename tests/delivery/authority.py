"""Certificates of every kind, made in this process."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256, sha512
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import NameOID

from tuimail.domain import Tlsa

LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)
LAST_YEAR = datetime(2025, 1, 1, tzinfo=UTC)
LONG_AHEAD = datetime(2099, 1, 1, tzinfo=UTC)
Key = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey
AUTHORITY = x509.BasicConstraints(ca=True, path_length=None)


def named(*names: x509.GeneralName | str) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName(
        [x509.DNSName(name) if isinstance(name, str) else name for name in names]
    )


@dataclass(frozen=True, slots=True)
class Holder:
    """A certificate, its key, and who issued it."""

    certificate: x509.Certificate
    key: Key
    issuer: Self | None = None

    @classmethod
    def make(
        cls,
        subject: str,
        *extensions: x509.ExtensionType,
        issuer: Self | None = None,
        not_after: datetime = LONG_AHEAD,
        key: Key | None = None,
    ) -> Self:
        """Self-signed without an issuer."""
        own = key or ec.generate_private_key(ec.SECP256R1())
        signing = issuer.key if issuer else own
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
        builder = x509.CertificateBuilder(
            issuer.certificate.subject if issuer else name,
            name,
            own.public_key(),
            x509.random_serial_number(),
            LONG_AGO,
            not_after,
        )
        for extension in extensions:
            critical = isinstance(extension, x509.BasicConstraints)
            builder = builder.add_extension(extension, critical)
        hashed = None if isinstance(signing, ed25519.Ed25519PrivateKey) else SHA256()
        return cls(builder.sign(signing, hashed), own, issuer)

    @property
    def chain(self) -> list[x509.Certificate]:
        """Up to the root, which is included."""
        return [self.certificate, *(self.issuer.chain if self.issuer else [])]

    @property
    def octets(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    def tlsa(self, usage: int, selector: int, matching: int) -> Tlsa:
        """The record that vouches for it."""
        key = self.key.public_key()
        public = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        selected = public if selector else self.octets
        digests = [selected, sha256(selected).digest(), sha512(selected).digest()]
        return Tlsa(usage, selector, matching, digests[matching])

    def key_pem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def write(self, path: Path, chain: Sequence[x509.Certificate] | None = None) -> Path:
        """Key and chain in one PEM file, as far as the root where no chain is given."""
        shown = self.chain if chain is None else chain
        pem = [self.key_pem(), *(each.public_bytes(Encoding.PEM) for each in shown)]
        path.write_bytes(b"".join(pem))
        return path
