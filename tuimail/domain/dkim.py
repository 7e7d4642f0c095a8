"""Which keys a domain signs its mail with (RFC 6376 §3.6)."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from tuimail.domain.answer import Answer, AnswerStatus
from tuimail.domain.inquiry import Inquiry, Question
from tuimail.domain.name import shown
from tuimail.domain.tag_list import MOST_TAGS, TagList
from tuimail.domain.txt import texts

MOST_SELECTORS = 16
MOST_RECORDS = 8
"""Records of one selector that are read: an answer may hold thousands."""
SHORTEST_RSA = 1024  # RFC 8301 §3.2: what is shorter is no signature at all
SHORT_RSA = 2048  # RFC 8301 §3.2: what signers should have
_ED25519_OCTETS = 32  # RFC 8463 §4
_RSA_ENCRYPTION = bytes.fromhex("06092a864886f70d010101")
_INTEGER, _BIT_STRING, _SEQUENCE = 0x02, 0x03, 0x30


class KeyStatus(Enum):
    """What became of asking for the key of a selector."""

    FOUND = "found"
    REVOKED = "revoked"
    ABSENT = "absent"
    INVALID = "invalid"
    UNKNOWN = "unknown"
    """The answer could not be had. Not the same as absent."""


@dataclass(frozen=True, slots=True)
class DkimKey:
    """The key of one selector. `why` is plain words where there is none, foreign ones among them.

    `algorithm` and `bits` are there where it is found.
    """

    selector: str
    answer: Answer
    status: KeyStatus
    why: str = ""
    algorithm: str = ""
    bits: int = 0
    is_trial: bool = False
    """Whether verifiers are asked to treat signed mail as if it were not (`t=y`)."""
    texts: tuple[str, ...] = ()

    @classmethod
    def read(cls, selector: str, answer: Answer) -> "DkimKey":
        """From the answer to TXT of `SELECTOR._domainkey.DOMAIN`."""
        if answer.unknown:
            return cls(selector, answer, KeyStatus.UNKNOWN, answer.why)
        found = texts(answer)
        if not found:
            return cls(selector, answer, KeyStatus.ABSENT)
        # With several a verifier takes any (§3.6.2.2): the one that is a key, if there is one.
        keys = [cls._key(selector, answer, text, found) for text in found[:MOST_RECORDS]]
        return min(keys, key=lambda key: key.status is KeyStatus.INVALID)

    @classmethod
    def _key(cls, selector: str, answer: Answer, text: str, found: tuple[str, ...]) -> "DkimKey":
        tags = TagList.parse(text)
        try:
            algorithm, bits = _algorithm_and_bits(tags)
        except ValueError as error:
            return cls(selector, answer, KeyStatus.INVALID, str(error), texts=found)
        status = KeyStatus.FOUND if bits else KeyStatus.REVOKED
        trial = "y" in _listed(tags, "t", "")
        return cls(selector, answer, status, "", algorithm, bits, trial, found)


@dataclass(frozen=True, slots=True)
class DkimReport:
    """`below` is the answer at `_domainkey.DOMAIN`, which tells whether there may be keys."""

    domain: str
    below: Answer
    keys: tuple[DkimKey, ...] = ()
    passed_over: int = 0
    """Selectors that were not looked at, being too many."""

    @property
    def has_keys(self) -> bool:
        """Whether a name below was seen, whatever `below` says."""
        absent = (KeyStatus.ABSENT, KeyStatus.UNKNOWN)
        return any(key.status not in absent for key in self.keys)


def dkim_inquiry(domain: str, selectors: Sequence[str] = ()) -> Inquiry[DkimReport]:
    """Rule I10, in one wave. `domain` and `selectors` in A-labels."""
    asked = tuple(dict.fromkeys(selectors))
    names = [key_name(domain, selector) for selector in asked[:MOST_SELECTORS]]
    questions = tuple(Question(name, "TXT") for name in (f"_domainkey.{domain}", *names))
    below, *answers = yield questions
    keys = tuple(map(DkimKey.read, asked, answers))
    return DkimReport(domain, below, keys, len(asked) - len(keys))


def key_name(domain: str, selector: str) -> str:
    return f"{selector}._domainkey.{domain}"


def is_nothing_below(report: DkimReport) -> bool:
    """Whether there can be no selector (RFC 8020: below what does not exist, nothing does)."""
    return report.below.status is AnswerStatus.NXDOMAIN and not report.has_keys


def _algorithm_and_bits(tags: TagList) -> tuple[str, int]:
    """No bits where the key is revoked. Raises ValueError for a record that no verifier takes."""
    if tags.is_cut:
        raise ValueError(f"it has more than {MOST_TAGS} tags")
    if tags.repeated:
        raise ValueError(f"{shown(tags.repeated[0])} stands in it more than once")
    if tags.malformed:
        raise ValueError(f"{shown(tags.malformed[0])} is no “name=value”")
    if "v" in tags.values and not tags.begins_with("v", "DKIM1"):
        raise ValueError("it is no “v=DKIM1”, or does not begin with it")
    if "p" not in tags.values:
        raise ValueError("it holds no key (p)")
    algorithm = tags.values.get("k", "rsa")
    if algorithm not in ("rsa", "ed25519"):
        raise ValueError(f"verifiers know no algorithm {shown(algorithm)}")
    if "sha256" not in _listed(tags, "h", "sha256"):
        raise ValueError("it does not allow SHA-256, the only hash that verifiers take")
    if not {"*", "email"} & _listed(tags, "s", "*"):
        raise ValueError("it is not for mail")
    written = "".join(tags.values["p"].split())
    if not written:
        return algorithm, 0
    try:
        key = base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("its key is no base64") from error
    return algorithm, rsa_bits(key) if algorithm == "rsa" else _ed25519_bits(key)


def _listed(tags: TagList, name: str, default: str) -> set[str]:
    return {each.strip().lower() for each in tags.values.get(name, default).split(":")}


def _ed25519_bits(key: bytes) -> int:
    if len(key) != _ED25519_OCTETS:
        raise ValueError(f"its Ed25519 key has {len(key)} octets in place of 32")
    return 256


def rsa_bits(der: bytes) -> int:
    """The length of the modulus of a SubjectPublicKeyInfo, which is what signers publish, or of
    the RSAPublicKey in it, which is what RFC 6376 §3.6.1 says. Raises ValueError for anything else.
    """
    try:
        body, _ = _element(der, _SEQUENCE)
        if body[:1] == bytes([_SEQUENCE]):
            algorithm, rest = _element(body, _SEQUENCE)
            if not algorithm.startswith(_RSA_ENCRYPTION):
                raise ValueError("it is for another algorithm")
            wrapped, _ = _element(rest, _BIT_STRING)
            body, _ = _element(wrapped[1:], _SEQUENCE)  # after the count of unused bits
        modulus, rest = _element(body, _INTEGER)
        _element(rest, _INTEGER)
        bits = int.from_bytes(modulus).bit_length()
        if not bits:
            raise ValueError("its modulus is 0")
    except ValueError as error:
        raise ValueError("its key is no RSA key") from error
    return bits


def _element(der: bytes, tag: int) -> tuple[bytes, bytes]:
    """The content of the first element, and what follows it. Raises ValueError (X.690 §8.1)."""
    if len(der) < 2 or der[0] != tag:
        raise ValueError("another element is due")
    length, start = der[1], 2
    if length >= 0x80:
        start += length - 0x80
        length = int.from_bytes(der[2:start])
    end = start + length
    if len(der) < end:
        raise ValueError("it ends too early")
    return der[start:end], der[end:]
