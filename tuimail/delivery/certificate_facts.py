"""A certificate as people look at it."""

from collections.abc import Iterator, Sequence

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding

from tuimail.delivery.path import names_of
from tuimail.smtp import CertificateFacts

MOST_CERTIFICATES = 10
"""Of a chain: a server may show as many as it likes."""


def facts_of(chain: Sequence[x509.Certificate]) -> tuple[CertificateFacts, ...]:
    """Those that can be read, the server's own certificate first."""
    return tuple(_readable(chain[:MOST_CERTIFICATES]))


def _readable(chain: Sequence[x509.Certificate]) -> Iterator[CertificateFacts]:
    for certificate in chain:
        try:
            yield CertificateFacts(
                certificate.subject.rfc4514_string(),
                certificate.issuer.rfc4514_string(),
                tuple(names_of(certificate)),
                certificate.not_valid_before_utc,
                certificate.not_valid_after_utc,
                _key(certificate),
                certificate.public_bytes(Encoding.DER),
            )
        except ValueError:
            continue


def _key(certificate: x509.Certificate) -> str:
    try:
        key = certificate.public_key()
    except UnsupportedAlgorithm:
        return "unknown"
    match key:
        case RSAPublicKey():
            return f"RSA {key.key_size}"
        case EllipticCurvePublicKey():
            return f"EC {key.curve.name}"
        case _:
            return type(key).__name__.removesuffix("PublicKey")
