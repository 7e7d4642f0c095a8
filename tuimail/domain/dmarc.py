"""What a domain asks of receivers for mail that only pretends to come from it (RFC 9989 §4.7)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from tuimail.domain.name import DomainError, a_labels, shown
from tuimail.domain.tag_list import MOST_TAGS, TagList, has_version

MOST_ADDRESSES = 32
"""Addresses for reports that are read of a list: 64 KiB hold thousands."""
_MAILTO = re.compile(r"mailto:[^@?!\s]+@([^@?!/\s]{1,253})(![0-9]+[kmgt]?)?(\?\S*)?", re.IGNORECASE)
"""RFC 6068, with the size limit that RFC 7489 had, which is passed over (RFC 9990 §4)."""
_FAILURES = re.compile(r"[01ds](:[01ds])*", re.IGNORECASE)
_REMOVED = ("pct", "rf", "ri")  # RFC 9989 appendix C


class Policy(StrEnum):
    """From the mildest on."""

    NONE = "none"
    QUARANTINE = "quarantine"
    REJECT = "reject"


class Alignment(StrEnum):
    """How like the domain in From another one has to be to vouch for it (§4.4)."""

    RELAXED = "r"
    """Under the same organizational domain."""
    STRICT = "s"
    """The same."""


class Suffix(StrEnum):
    """Whether others register domains below it (the tag `psd`)."""

    YES = "y"
    NO = "n"
    UNSAID = "u"


class Trial(StrEnum):
    """Whether the policy is to be applied a step milder than it says (the tag `t`)."""

    YES = "y"
    NO = "n"


@dataclass(frozen=True, slots=True)
class ReportAddress:
    """`host` in A-labels; `uri` is foreign text."""

    uri: str
    host: str


@dataclass(frozen=True, slots=True)
class DmarcRecord:
    """The only record of `_dmarc.DOMAIN`, as receivers take it: a tag that means nothing is what
    it would be if it were absent. Policies are what is asked in the end for mail of the domain
    itself, of those below it, and of names below it that do not exist.
    """

    domain: str
    text: str
    policy: Policy
    subdomains: Policy
    nonexistent: Policy
    dkim: Alignment = Alignment.RELAXED
    spf: Alignment = Alignment.RELAXED
    suffix: Suffix = Suffix.UNSAID
    trial: Trial = Trial.NO
    aggregate: tuple[ReportAddress, ...] = ()
    failure: tuple[ReportAddress, ...] = ()
    is_sound: bool = True
    """Whether `p` is there, and neither it nor `sp` nor `np` is nonsense. Otherwise receivers
    take all as `none`, and without an address for reports nobody heeds the record (§4.10.1)."""
    faults: tuple[str, ...] = ()
    """What is passed over, in plain words, foreign ones among them."""
    outdated: tuple[str, ...] = ()
    """Tags that RFC 7489 had."""

    @property
    def is_heeded(self) -> bool:
        return self.is_sound or bool(self.aggregate)

    @classmethod
    def parse(cls, domain: str, text: str) -> "DmarcRecord":
        """From any text that `is_dmarc`."""
        tags = TagList.parse(text)
        faults = _Faults(tags)
        asked = {name: faults.choice(Policy, name) for name in ("p", "sp", "np")}
        sound = asked["p"] is not None and not any(
            name in tags.values and policy is None for name, policy in asked.items()
        )
        policy = asked["p"] if sound and asked["p"] else Policy.NONE
        subdomains = (asked["sp"] if sound else None) or policy
        if "p" not in tags.values:
            faults.found.append("it has no policy (p)")
        if not _FAILURES.fullmatch(tags.values.get("fo", "0")):
            faults.found.append(f"fo={shown(tags.values['fo'])} means nothing")
        return cls(
            domain,
            text,
            policy,
            subdomains,
            (asked["np"] if sound else None) or subdomains,
            faults.choice(Alignment, "adkim") or Alignment.RELAXED,
            faults.choice(Alignment, "aspf") or Alignment.RELAXED,
            faults.choice(Suffix, "psd") or Suffix.UNSAID,
            faults.choice(Trial, "t") or Trial.NO,
            tuple(faults.addresses("rua")),
            tuple(faults.addresses("ruf")),
            sound,
            tuple(faults.found),
            tuple(name for name in _REMOVED if name in tags.values),
        )


def is_dmarc(text: str) -> bool:
    """Whether it is a DMARC record at all: `v=DMARC1` comes first, in these letters (§4.7)."""
    return has_version(text, "DMARC1")


E = TypeVar("E", bound=StrEnum)


class _Faults:
    """Reads tags, and keeps what was wrong with them."""

    def __init__(self, tags: TagList) -> None:
        self.found = [f"{shown(tag)} is no “name=value”" for tag in tags.malformed]
        self.found += [f"{shown(name)} stands in it more than once" for name in tags.repeated]
        self.found += [f"it has more than {MOST_TAGS} tags"] if tags.is_cut else []
        self._values = tags.values

    def choice(self, kind: type[E], name: str) -> E | None:
        """None where the tag is absent or none of these."""
        value = self._values.get(name)
        if value is None:
            return None
        try:
            return kind(value.lower())
        except ValueError:
            self.found.append(f"{name}={shown(value)} means nothing")
            return None

    def addresses(self, name: str) -> Iterator[ReportAddress]:
        if name not in self._values:
            return
        uris = [uri.strip() for uri in self._values[name].split(",", MOST_ADDRESSES)]
        if len(uris) > MOST_ADDRESSES:
            uris.pop()
            self.found.append(f"{name} lists more than {MOST_ADDRESSES} addresses")
        for uri in uris:
            address = _MAILTO.fullmatch(uri)
            try:
                if address is None or not uri.isascii():
                    raise DomainError
                yield ReportAddress(uri, a_labels(address[1]))
            except DomainError:
                self.found.append(f"{shown(uri)} in {name} is no “mailto:” and address")
