"""What a server's EHLO offers (RFC 5321 §4.1.1.1)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from tuimail.smtp.reply import Reply

_NUMBER = re.compile(r"[0-9]{1,20}")


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Keywords and their parameters, both in upper case."""

    keywords: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def from_reply(cls, reply: Reply) -> "Capabilities":
        """Reads the reply to EHLO: its first line is the server's name, each other one a keyword.

        `AUTH=PLAIN`, which old servers write, counts as `AUTH PLAIN`.
        """
        return cls(_keywords(reply.lines[1:]))

    @property
    def mechanisms(self) -> tuple[str, ...]:
        """What AUTH offers (RFC 4954 §3)."""
        return self.keywords.get("AUTH", ())

    def limit(self, name: str) -> int | None:
        """`RCPTMAX`, `MAILMAX` or `RCPTDOMAINMAX`, None where there is none (RFC 9422 §4)."""
        for word in self.keywords.get("LIMITS", ()):
            key, _, digits = word.partition("=")
            if key == name and _NUMBER.fullmatch(digits):
                return int(digits) or None
        return None

    def __contains__(self, keyword: str) -> bool:
        return keyword in self.keywords

    @property
    def size_limit(self) -> int | None:
        """Octets of the largest message, None where unknown or unlimited (RFC 1870 §4)."""
        match self.keywords.get("SIZE"):
            case (digits,) if _NUMBER.fullmatch(digits):
                return int(digits) or None
            case _:
                return None


@lru_cache(maxsize=16)  # A server offers each session the same.
def _keywords(lines: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    keywords: dict[str, tuple[str, ...]] = {}
    for line in lines:
        words = line.upper().split()
        if words and words[0].startswith("AUTH="):
            words = ["AUTH", words[0].removeprefix("AUTH="), *words[1:]]
        if words:
            known = keywords.get(words[0], ())
            keywords[words[0]] = known + tuple(w for w in words[1:] if w and w not in known)
    return MappingProxyType(keywords)
