"""Addresses as people type and paste them (RFC 5322 §3.4), and what is wrong with the others."""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.errors import HeaderDefect, InvalidHeaderDefect, MessageError, NonPrintableDefect
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

from tuimail.message.mailboxes import mailboxes
from tuimail.safetext import visible

if TYPE_CHECKING:
    from email.headerregistry import Address as RegistryAddress

# What is not white space, control or special (RFC 5322 §3.2.3, RFC 6532 §3.2), said by what it is
# not: `re` takes 3 ms to compile a class up to U+10FFFF.
_ATEXT = r'[^\x00-\x20\x7f"(),.:;<>@\[\\\]]'
_DOT_ATOM = rf"{_ATEXT}+(?:\.{_ATEXT}+)*"
_LOCAL_PART = re.compile(_DOT_ATOM)
_PHRASE = re.compile(rf"{_ATEXT}+(?: {_ATEXT}+)*")
_PLAIN = re.compile(
    r"""(?P<before>(?:(?P<name>[^\x00-\x1f\x7f"(),.:;<=>@\[\\\]]*)"""
    r"""|"(?P<quoted>(?:[^\x00-\x1f\x7f"\\=]|\\["\\])*)"\ *)<)?"""
    rf"(?P<local>{_DOT_ATOM})@(?P<domain>{_DOT_ATOM})(?(before)>)"
)
"""`bob@example.net`, `Bob <bob@example.net>`, `"Bob" <bob@example.net>`: most addresses, and the
parser of all that RFC 5322 allows takes five times as long."""
_EVIDENT = re.compile(
    r"(?=[^@]{1,64}@.{1,63}\Z)"
    r"[A-Za-z0-9]+(?:[._+-][A-Za-z0-9]+)*@(?:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\.)+[A-Za-z]+"
)
"""An addr-spec as most are, in which nothing can be wrong."""
_ESCAPED = re.compile(r"\\(.)")
_BRACKETED = re.compile(r"([^<>]*)<([^<>]*)>")
_SEVERAL = re.compile(r"\S@\S*\s+\S*\S@\S")
_UNREADABLE = (InvalidHeaderDefect, NonPrintableDefect)
_FORBIDDEN = frozenset("\r\n\0")
_MAX_LOCAL_PART = 64  # RFC 5321 §4.5.3.1.1, octets
_MAX_MAILBOX = 1000
"""Characters of one address with its display name: what is longer would make parsing slow."""


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox with the name it is shown by.

    `local_part` is as written, in quotes where it needs them; `domain` is as typed: a name, in
    A-labels or not, or an address literal in its brackets. Raises ValueError for CR, LF or NUL.
    """

    display_name: str
    local_part: str
    domain: str

    def __post_init__(self) -> None:
        if not _FORBIDDEN.isdisjoint(self.display_name + self.local_part + self.domain):
            raise ValueError(f"a line break or NUL in {self.local_part + '@' + self.domain!r}")

    @property
    def addr_spec(self) -> str:
        """As typed, for a person."""
        return f"{self.local_part}@{self.domain}"

    @property
    def ascii_domain(self) -> str:
        """The domain in lower-case A-labels, for DNS and the wire; a literal as it is.

        Raises ValueError where no such domain can be (IDNA 2008 with UTS #46's mapping).
        """
        return _a_labels(self.domain)

    @property
    def mailbox(self) -> str:
        """For the wire (RFC 5321 §4.1.2): the local part as typed, the domain in A-labels."""
        return f"{self.local_part}@{self.ascii_domain}"

    def __str__(self) -> str:
        """As shown beside other addresses; `parse_addresses` reads it back."""
        if not self.display_name:
            return self.addr_spec
        return f"{phrase(self.display_name)} <{self.addr_spec}>"


@dataclass(frozen=True, slots=True)
class Problem:
    """`text` is what was typed, unchanged; `why` one sentence, safe to show."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class AddressList:
    addresses: tuple[Address, ...]
    problems: tuple[Problem, ...]


def parse_addresses(text: str) -> AddressList:
    """Reads the addresses of a field, however they are separated. Raises nothing for any text.

    Commas, semicolons and line ends separate, a line that goes on in the next is unfolded, the
    members of a group count as addresses. Duplicates stay.
    """
    read = [_read(mailbox) for mailbox in mailboxes(text)]
    return AddressList(
        tuple(item for item in read if isinstance(item, Address)),
        tuple(item for item in read if isinstance(item, Problem)),
    )


def phrase(display_name: str) -> str:
    """A display name as it stands before an address, in quotes where it needs them."""
    return display_name if _PHRASE.fullmatch(display_name) else _quoted(display_name)


def _quoted(text: str) -> str:
    """A quoted-string (RFC 5322 §3.2.4)."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@lru_cache(maxsize=1024)
def _a_labels(domain: str) -> str:
    if domain.isascii():
        return domain if domain.startswith("[") else domain.lower()
    import idna  # 10 ms, and most domains are ASCII

    return idna.encode(domain, uts46=True, transitional=False).decode("ascii")


def _read(text: str) -> Address | Problem:
    if len(text) > _MAX_MAILBOX:
        return Problem(text, f"{_shown(text)} is too long for an address")
    if "@" not in text:
        return Problem(text, f"there is no @ in {_shown(text)}")
    name, local_part, domain = (
        _read_plain(text) or _read_by_registry(text) or _read_by_brackets(text)
    )
    name = " ".join(name.split())
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in name):
        return Problem(text, f"the name in {_shown(text)} has a character that can't be sent")
    fault = _fault(f"{local_part}@{domain}")
    if fault is None:
        return Address(name, local_part, domain)
    if _ESCAPED.sub("", text).count('"') % 2:
        return Problem(text, f"a quotation mark is not closed in {_shown(text)}")
    if _SEVERAL.search(text):
        return Problem(text, f"there is no comma between the addresses in {_shown(text)}")
    return Problem(text, f"{_shown(text)}: {visible(fault)}")


def _read_plain(text: str) -> tuple[str, str, str] | None:
    """Display name, local part and domain, like the other readers."""
    plain = _PLAIN.fullmatch(text)
    if plain is None:
        return None
    name = plain["name"] or _ESCAPED.sub(r"\1", plain["quoted"] or "")
    return name, plain["local"], plain["domain"]


def _read_by_registry(text: str) -> tuple[str, str, str] | None:
    """All that RFC 5322 allows, comments and obsolete forms included."""
    from email.policy import default  # 18 ms, and most addresses are plain

    if "=?" in text[text.find("<") + 1 :]:
        return None  # The registry would decode an encoded-word in the addr-spec (RFC 2047 §5).
    try:
        header = default.header_factory("To", text)
        defects: list[HeaderDefect] = list(header.defects)
        addresses: tuple[RegistryAddress, ...] = header.addresses
    except (
        AttributeError,  # "bob@[x"
        IndexError,  # "bob@"
        RecursionError,  # comments in comments
        MessageError,
        TypeError,
        ValueError,  # an encoded line break in the name
    ):
        return None
    if len(addresses) != 1 or any(isinstance(defect, _UNREADABLE) for defect in defects):
        return None
    (address,) = addresses
    return address.display_name, _written(address.username), address.domain


def _read_by_brackets(text: str) -> tuple[str, str, str]:
    """What people write though RFC 5322 forbids it: any name before the angle brackets."""
    bracketed = _BRACKETED.fullmatch(text)
    name, addr_spec = bracketed.groups() if bracketed else ("", text)
    name = name.strip().strip("'\"")
    if "@" in name and name.split() != [name]:
        name, addr_spec = "", text  # An address without its comma, rather than a name.
    local_part, _, domain = addr_spec.strip().rpartition("@")
    return name, local_part, domain


def _written(local_part: str) -> str:
    """In quotes only where it needs them (RFC 5321 §4.1.2)."""
    return local_part if _LOCAL_PART.fullmatch(local_part) else _quoted(local_part)


def _fault(addr_spec: str) -> str | None:
    """What is wrong with an addr-spec, in the words of email-validator."""
    if _EVIDENT.fullmatch(addr_spec):
        return None
    import email_validator  # 30 ms, which only those pay who have a rare address to read

    try:
        with _special_use_allowed():
            email_validator.validate_email(
                addr_spec,
                check_deliverability=False,
                globally_deliverable=False,
                test_environment=True,
                allow_domain_literal=True,
                allow_quoted_local=True,
                strict=True,
            )
    except email_validator.EmailNotValidError as error:
        sentence = str(error).rstrip(".")
        return sentence[:1].lower() + sentence[1:]
    # The library counts characters.
    excess = len(addr_spec.rpartition("@")[0].encode()) - _MAX_LOCAL_PART
    if excess > 0:
        return f"the part before the @-sign is too long ({excess} octets too many)"
    return None


_special_use_lock = Lock()


@contextmanager
def _special_use_allowed() -> Iterator[None]:
    """Lets email-validator take `.test`, `.local` and the like, which some resolver may know.

    It offers no argument for that and reads its list at each call, from its own module. The
    module gets an empty list for as long as a call lasts: other users of the library in this
    process keep the list that they know, and whatever they changed in it.
    """
    import email_validator

    with _special_use_lock:
        special_use = email_validator.SPECIAL_USE_DOMAIN_NAMES
        email_validator.SPECIAL_USE_DOMAIN_NAMES = []
        try:
            yield
        finally:
            email_validator.SPECIAL_USE_DOMAIN_NAMES = special_use


def _shown(text: str) -> str:
    return f"“{visible(text[:60])}{'…' if len(text) > 60 else ''}”"
