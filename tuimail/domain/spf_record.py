"""Who may send in a domain's name, as its record says it (RFC 7208 §4.5, §4.6, §5, §6)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from ipaddress import IPv4Network, IPv6Network

from dns.rdtypes.ANY.TXT import TXT

from tuimail.domain.answer import Answer
from tuimail.domain.name import shown
from tuimail.domain.spf_macro import IN_NAMES, MacroString, domain_spec
from tuimail.domain.txt import cut

MOST_TERMS = 256
LONGEST_RECORD = 8_192
"""Terms and characters that are read: a reply has room for 64 KiB, and what is as long as this
needs TCP already, which RFC 7208 §3.4 warns of."""
_WIDEST = 60
_VERSION = "v=spf1"
_MODIFIER = re.compile(r"([a-z][a-z0-9_.-]*)=(.*)", re.IGNORECASE | re.DOTALL)
_MECHANISM = re.compile(r"([-+~?]?)([a-z][a-z0-9_.-]*)(.*)", re.IGNORECASE | re.DOTALL)
_LENGTHS = re.compile(r"(?:/(0|[1-9][0-9]?))?(?://(0|[1-9][0-9]{0,2}))?\Z")
_LENGTH = r"(?:/(?:0|[1-9][0-9]{0,2}))?"
_NETWORK = re.compile(r":[0-9a-f:.]+" + _LENGTH, re.IGNORECASE)
"""Python would take a zone or a netmask too."""


class Qualifier(StrEnum):
    """What to make of mail that a mechanism matches (§4.6.2)."""

    PASS = "+"
    FAIL = "-"
    SOFTFAIL = "~"
    NEUTRAL = "?"


class Kind(StrEnum):
    """Mechanisms (§5) and modifiers (§6), as a record writes them."""

    ALL = "all"
    INCLUDE = "include"
    A = "a"
    MX = "mx"
    PTR = "ptr"
    IP4 = "ip4"
    IP6 = "ip6"
    EXISTS = "exists"
    REDIRECT = "redirect"
    EXP = "exp"
    OTHER = "another modifier"
    """Which receivers pass over."""


_ASKING = frozenset({Kind.INCLUDE, Kind.A, Kind.MX, Kind.PTR, Kind.EXISTS, Kind.REDIRECT})
_MODIFIERS = {"redirect": Kind.REDIRECT, "exp": Kind.EXP}
_MECHANISMS = {
    kind.value: kind for kind in Kind if kind not in (Kind.REDIRECT, Kind.EXP, Kind.OTHER)
}


@dataclass(frozen=True, slots=True)
class Term:
    """A mechanism, or a modifier, which has no qualifier."""

    text: str
    """As it was written, which is printable ASCII."""
    kind: Kind
    qualifier: Qualifier = Qualifier.PASS
    target: MacroString | None = None
    """None is the domain whose record it stands in."""
    network: IPv4Network | IPv6Network | None = None
    lengths: tuple[int, int] = (32, 128)
    """Leading bits of an IPv4 and of an IPv6 address that have to be the same (§5.6)."""

    @property
    def shown(self) -> str:
        """As messages name it."""
        return cut(self.text, _WIDEST)

    @property
    def asks(self) -> bool:
        """Whether it counts among the ten that may ask the DNS (§4.6.4); `exp` does not."""
        return self.kind in _ASKING


@dataclass(frozen=True, slots=True)
class Fault:
    """What makes receivers give up on a record (§4.6), both foreign text."""

    term: str
    why: str


@dataclass(frozen=True, slots=True)
class SpfRecord:
    """Foreign text. `terms` are those that are well-formed."""

    text: str
    terms: tuple[Term, ...] = ()
    faults: tuple[Fault, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "SpfRecord":
        """From any text that `is_spf`."""
        terms: list[Term] = []
        faults: list[Fault] = []
        # The last one may have been cut in two.
        read = text if len(text) <= LONGEST_RECORD else text[:LONGEST_RECORD].rpartition(" ")[0]
        # Only spaces part terms: a tab or a line break belongs to one, and makes it a fault.
        written = [term for term in read[len(_VERSION) :].split(" ") if term]
        for term in written[:MOST_TERMS]:
            try:
                terms.append(_term(term))
            except ValueError as error:
                faults.append(Fault(term, str(error)))
        if len(text) > LONGEST_RECORD or len(written) > MOST_TERMS:
            faults.append(Fault(text, "it is longer than receivers have to read"))
        for kind in (Kind.REDIRECT, Kind.EXP):
            named = [term for term in terms if term.kind is kind]
            faults.extend(Fault(term.text, f"it is the second {kind}=") for term in named[1:])
        return cls(text, tuple(terms), tuple(faults))

    @property
    def all(self) -> Term | None:
        return next((term for term in self.terms if term.kind is Kind.ALL), None)

    @property
    def evaluated(self) -> tuple[Term, ...]:
        """In the order in which receivers go by them: nothing comes after `all` (§5.1), and
        `redirect` after everything else (§6.1)."""
        passed_over = (Kind.REDIRECT, Kind.EXP, Kind.OTHER)
        mechanisms = [term for term in self.terms if term.kind not in passed_over]
        if self.all is not None:
            return tuple(mechanisms[: mechanisms.index(self.all) + 1])
        redirects = [term for term in self.terms if term.kind is Kind.REDIRECT]
        return (*mechanisms, *redirects[:1])

    @property
    def explanation(self) -> Term | None:
        """Where the words stand that a refusal is to have (§6.2)."""
        return next((term for term in self.terms if term.kind is Kind.EXP), None)


def is_spf(text: str) -> bool:
    """Whether it is an SPF record of this version at all (§4.5)."""
    return text[: len(_VERSION)].lower() == _VERSION and text[len(_VERSION) :][:1] in ("", " ")


def spf_texts(answer: Answer) -> tuple[str, ...]:
    """The SPF records among the texts; what is no UTF-8 is U+FFFD, since an escape of it would
    be well-formed where the octet is not (§3.1)."""
    return tuple(text for text in joined(answer) if is_spf(text))


def joined(answer: Answer) -> Iterator[str]:
    """Each record's strings with nothing between (§3.3)."""
    for record in answer.records:
        if isinstance(record, TXT):
            yield b"".join(record.strings).decode("utf-8", "replace")


def _term(text: str) -> Term:
    """Raises ValueError, whose words are for a person."""
    modifier = _MODIFIER.fullmatch(text)
    if modifier is not None:
        kind = _MODIFIERS.get(modifier[1].lower(), Kind.OTHER)
        if kind is Kind.OTHER:
            return Term(text, kind, target=MacroString.parse(modifier[2], IN_NAMES))
        return Term(text, kind, target=domain_spec(modifier[2]))
    mechanism = _MECHANISM.fullmatch(text)
    if mechanism is None:
        raise ValueError(f"{shown(text)} is neither a mechanism nor a modifier")
    named = _MECHANISMS.get(mechanism[2].lower())
    if named is None:
        raise ValueError(f"there is no mechanism {shown(mechanism[2])}")
    qualifier = Qualifier(mechanism[1] or "+")
    return _mechanism(partial(Term, text, named, qualifier), named, mechanism[3])


def _mechanism(term: "partial[Term]", kind: Kind, rest: str) -> Term:
    if kind is Kind.ALL:
        if rest:
            raise ValueError("nothing may follow “all”")
        return term()
    if kind in (Kind.IP4, Kind.IP6):
        return term(network=_network(kind, rest))
    lengths = (32, 128)
    if kind in (Kind.A, Kind.MX):
        rest, lengths = _without_lengths(rest)
    if not rest and kind not in (Kind.INCLUDE, Kind.EXISTS):
        return term(lengths=lengths)
    if not rest.startswith(":"):
        raise ValueError(f"{shown(rest)} may not follow “{kind}”" if rest else "it names no domain")
    return term(target=domain_spec(rest[1:]), lengths=lengths)


def _network(kind: Kind, rest: str) -> IPv4Network | IPv6Network:
    network, version = (IPv4Network, "IPv4") if kind is Kind.IP4 else (IPv6Network, "IPv6")
    try:
        if not _NETWORK.fullmatch(rest):
            raise ValueError
        return network(rest[1:], strict=False)
    except ValueError as error:
        raise ValueError(f"{shown(rest.removeprefix(':'))} is no {version} network") from error


def _without_lengths(rest: str) -> tuple[str, tuple[int, int]]:
    found = _LENGTHS.search(rest)
    if found is None or not found[0]:
        return rest, (32, 128)
    lengths = int(found[1] or 32), int(found[2] or 128)
    if lengths[0] > 32 or lengths[1] > 128:
        raise ValueError(f"{shown(found[0])} is longer than an address")
    return rest[: found.start()], lengths
