"""What TLSA records vouch for (RFC 6698, RFC 7671, RFC 7672)."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from dns.rdtypes.ANY.TLSA import TLSA

from tuimail.domain.answer import Answer
from tuimail.domain.certificate import is_certificate, is_public_key, public_key

DANE_TA = 2
"""The certificate of an authority (RFC 7671 §5.2)."""
DANE_EE = 3
"""The server's own certificate (RFC 7671 §5.1)."""
_NAMES = {0: "PKIX-TA", 1: "PKIX-EE", DANE_TA: "DANE-TA", DANE_EE: "DANE-EE"}

CERTIFICATE = 0
PUBLIC_KEY = 1

FULL = 0
_DIGESTS = {1: hashlib.sha256, 2: hashlib.sha512}
"""By their matching types; the higher, the stronger."""
_SHOWN = 8
"""Octets of an association that tell it from others."""


@dataclass(frozen=True, slots=True)
class Tlsa:
    """One record, by the fields of RFC 6698 §2.1."""

    usage: int
    selector: int
    matching: int
    association: bytes

    @property
    def usable(self) -> bool:
        """Whether mail can go by it: DANE-TA or DANE-EE, well-formed (RFC 7672 §3.1)."""
        if self.usage not in (DANE_TA, DANE_EE) or self.selector not in (CERTIFICATE, PUBLIC_KEY):
            return False
        if self.matching == FULL:
            well_formed = is_certificate if self.selector == CERTIFICATE else is_public_key
            return well_formed(self.association)
        digest = _DIGESTS.get(self.matching)
        return digest is not None and len(self.association) == digest().digest_size

    @property
    def usage_name(self) -> str:
        """Its acronym (RFC 7218), or the number that has none."""
        return _NAMES.get(self.usage, str(self.usage))

    def matches(self, certificate: bytes) -> bool:
        """Whether it is of this certificate, given in DER. Raises ValueError for what is none."""
        selected = certificate if self.selector == CERTIFICATE else public_key(certificate)
        if self.matching == FULL:
            return selected == self.association
        return _DIGESTS[self.matching](selected).digest() == self.association

    def __str__(self) -> str:
        """As in a zone file, its association cut short: `3 1 1 8d02536c887482bc…`."""
        data = self.association[:_SHOWN].hex() + "…" * (len(self.association) > _SHOWN)
        return f"{self.usage} {self.selector} {self.matching} {data}"


@dataclass(frozen=True, slots=True)
class TlsaFound:
    """`base` is the name that they belong to, without port and protocol (RFC 7672 §2.2.3)."""

    base: str
    records: tuple[Tlsa, ...]


@dataclass(frozen=True, slots=True)
class TlsaUnknown:
    """They may exist, and could not be had. `why` in plain words; `answer` is the one that was
    wanting."""

    why: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class NoTlsa:
    """There is none that the DNS vouches for. `why` in plain words."""

    why: str


TlsaLookUp = TlsaFound | TlsaUnknown | NoTlsa


def tlsa_records(answer: Answer) -> tuple[Tlsa, ...]:
    """Whether to believe them is another question: see `Answer.authentic`."""
    return tuple(
        Tlsa(record.usage, record.selector, record.mtype, record.cert)
        for record in answer.records
        if isinstance(record, TLSA)
    )


def to_match(records: Iterable[Tlsa]) -> tuple[Tlsa, ...]:
    """The usable ones; of two digests of the same thing, the stronger one (RFC 7671 §9)."""
    usable = [record for record in records if record.usable]
    strongest: dict[tuple[int, int], int] = {}
    for record in usable:
        kind = record.usage, record.selector
        strongest[kind] = max(strongest.get(kind, FULL), record.matching)
    return tuple(
        record
        for record in usable
        if record.matching in (FULL, strongest[record.usage, record.selector])
    )
