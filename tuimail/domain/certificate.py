"""A certificate's octets (RFC 5280 §4.1), as far as the DNS can vouch for them."""

from collections.abc import Iterator

_SEQUENCE = 0x30
_VERSION = 0xA0
_BIT_STRING = 0x03
_KEY = 5
"""The key's place behind serial number, signature, issuer, validity and subject."""


def public_key(certificate: bytes) -> bytes:
    """The subjectPublicKeyInfo, octet for octet as the certificate has it: encoded anew it could
    differ from what was digested. Raises ValueError for what is no certificate in DER."""
    parts = [part for _, part in _elements(_content(certificate))]
    if len(parts) != 3:
        raise ValueError("no certificate")
    fields = list(_elements(_content(parts[0])))
    if fields and fields[0][0] == _VERSION:
        del fields[0]
    if len(fields) <= _KEY or not is_public_key(fields[_KEY][1]):
        raise ValueError("a certificate without a key")
    return fields[_KEY][1]


def is_public_key(der: bytes) -> bool:
    """Whether it has the form of a subjectPublicKeyInfo."""
    try:
        return [tag for tag, _ in _elements(_content(der))] == [_SEQUENCE, _BIT_STRING]
    except ValueError:
        return False


def is_certificate(der: bytes) -> bool:
    try:
        return bool(public_key(der))
    except ValueError:
        return False


def _content(der: bytes) -> bytes:
    """What is inside of one SEQUENCE with nothing behind it."""
    header, length = _header(der)
    if der[0] != _SEQUENCE or header + length != len(der):
        raise ValueError("no sequence")
    return der[header:]


def _elements(der: bytes) -> Iterator[tuple[int, bytes]]:
    """Each element's tag, and the whole of it."""
    while der:
        header, length = _header(der)
        end = header + length
        if end > len(der):
            raise ValueError("an element that is cut off")
        yield der[0], der[:end]
        der = der[end:]


def _header(der: bytes) -> tuple[int, int]:
    """The octets of tag and length, and the length that they tell (X.690 §8.1.3)."""
    if len(der) < 2:
        raise ValueError("an element that is cut off")
    if der[1] < 0x80:
        return 2, der[1]
    size = der[1] & 0x7F
    if not 0 < size <= 4 or len(der) < 2 + size:
        raise ValueError("an element without a definite length")
    return 2 + size, int.from_bytes(der[2 : 2 + size], "big")
