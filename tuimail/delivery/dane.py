"""Judging a certificate by TLSA records (RFC 7671, RFC 7672 §3)."""

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key
from cryptography.x509.verification import Store

from tuimail.delivery.path import obstacle
from tuimail.delivery.verdict import Verdict
from tuimail.domain.tlsa import CERTIFICATE, DANE_EE, DANE_TA, FULL, Tlsa


def judge(
    chain: Sequence[x509.Certificate],
    tlsa: Sequence[Tlsa],
    names: Sequence[str],
    at: datetime,
) -> Verdict:
    """Whether one of the usable records in `tlsa` vouches for `chain`, the server's own
    certificate first, at the moment `at`.

    DANE-EE asks for nothing else; with DANE-TA the certificate has to be valid and for one of
    `names`. Raises ValueError for a certificate beyond reading.
    """
    if not chain:
        return Verdict("the server showed no certificate")
    own = chain[0].public_bytes(Encoding.DER)
    for record in tlsa:
        if record.usage == DANE_EE and record.matches(own):
            return _vouched(record)
    distrust = f"no TLSA record of {names[0]} matches it"
    for record in tlsa:
        if record.usage == DANE_TA and (anchors := _anchors(record, chain)):
            distrust = obstacle(chain, Store(anchors), names, at)
            if not distrust:
                return _vouched(record)
    return Verdict(distrust)


def _vouched(record: Tlsa) -> Verdict:
    return Verdict(proof=f"{record.usage_name}, TLSA {record}")


def _anchors(record: Tlsa, chain: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    """The certificates that a path may end in, for this record."""
    shown = [each for each in chain[1:] if record.matches(each.public_bytes(Encoding.DER))]
    if shown or record.matching != FULL:
        return shown
    # A whole certificate or key needs not be shown by the server (RFC 7671 §5.2.2, §5.2.3).
    try:
        if record.selector == CERTIFICATE:
            return [x509.load_der_x509_certificate(record.association)]
        key = load_der_public_key(record.association)
        return [each for each in chain if _signed(each, key)]
    except (ValueError, UnsupportedAlgorithm):
        return []


def _signed(certificate: x509.Certificate, key: PublicKeyTypes) -> bool:
    signature, signed = certificate.signature, certificate.tbs_certificate_bytes
    parameters = certificate.signature_algorithm_parameters
    digest = certificate.signature_hash_algorithm
    try:
        match key:
            case RSAPublicKey() if digest and isinstance(parameters, PSS | PKCS1v15):
                key.verify(signature, signed, parameters, digest)
            case EllipticCurvePublicKey() if isinstance(parameters, ECDSA):
                key.verify(signature, signed, parameters)
            case Ed25519PublicKey() | Ed448PublicKey():
                key.verify(signature, signed)
            case _:
                return False
    except InvalidSignature:
        return False
    return True
