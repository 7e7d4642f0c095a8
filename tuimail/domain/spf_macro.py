"""What an SPF record leaves open until there is a mail (RFC 7208 §7)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from tuimail.domain.name import shown

IN_NAMES = frozenset("slodiphv")
IN_EXPLANATIONS = IN_NAMES | frozenset("crt")
"""Letters that may stand in each (§7.2)."""
_LONGEST_NAME = 253  # §7.3
_LONGEST_LABEL = 63
_PART = re.compile(
    r"%\{(?P<letter>[a-z])(?P<kept>[0-9]{0,3})(?P<reversal>r?)(?P<delimiters>[-.+,/_=]*)\}"
    r"|%(?P<escape>[%_-])"
    r"|(?P<literal>[ -$&-~]+)",
    re.IGNORECASE,
)
_ESCAPES = {"%": "%", "_": " ", "-": "%20"}
_TOP_LEVEL = re.compile(r"(?=[a-z0-9-]*[a-z-])[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", re.IGNORECASE)
"""§7.1: letters, digits and hyphens, and not digits alone."""


@dataclass(frozen=True, slots=True)
class Macro:
    """`letter` in lower case. `kept` counts parts from the right, None is all of them."""

    letter: str
    delimiters: str = "."
    kept: int | None = None
    is_reversed: bool = False
    is_for_url: bool = False

    def expand(self, value: str) -> str:
        parts = re.split(f"[{re.escape(self.delimiters)}]", value)
        if self.is_reversed:
            parts.reverse()
        text = ".".join(parts if self.kept is None else parts[-self.kept :])
        return quote(text, safe="") if self.is_for_url else text


@dataclass(frozen=True, slots=True)
class MacroString:
    """As it was written, and in parts."""

    text: str
    parts: tuple[str | Macro, ...]

    @classmethod
    def parse(cls, text: str, letters: frozenset[str]) -> "MacroString":
        """Raises ValueError, whose words are for a person."""
        return cls(text, tuple(_parts(text, letters)))

    @property
    def letters(self) -> frozenset[str]:
        """What has to be known of a mail."""
        return frozenset(part.letter for part in self.parts if isinstance(part, Macro))

    def expand(self, values: Mapping[str, str]) -> str:
        """`values` by letter in lower case."""
        return "".join(
            part if isinstance(part, str) else part.expand(values[part.letter])
            for part in self.parts
        )


def domain_spec(text: str) -> MacroString:
    """Where a name is due (§7.1). Raises ValueError, whose words are for a person."""
    spec = MacroString.parse(text, IN_NAMES)
    if not spec.parts:
        raise ValueError("it names no domain")
    last = spec.parts[-1]
    # “%%”, “%_” and “%-” count as macros too, and no literal is like what they mean.
    if isinstance(last, Macro) or last in _ESCAPES.values():
        return spec
    _, dot, top = last.removesuffix(".").rpartition(".")
    if not dot or not _TOP_LEVEL.fullmatch(top):
        raise ValueError(f"{shown(text)} ends in no top-level domain")
    return spec


def expanded_name(spec: MacroString, values: Mapping[str, str]) -> str | None:
    """The name to ask for, shortened from the left where it is too long (§7.3)."""
    name = spec.expand(values).removesuffix(".")
    if len(name) > _LONGEST_NAME:
        name = name[name.find(".", -_LONGEST_NAME - 1) + 1 :]
    return askable(name)


def askable(name: str) -> str | None:
    """The name in lower case, as questions have it; None for what is no name in the DNS (§4.8)."""
    labels = name.split(".")
    if len(name) > _LONGEST_NAME or not name.isascii():
        return None
    if not all(0 < len(label) <= _LONGEST_LABEL for label in labels):
        return None
    # A backslash is an escape in a question, and a lone “@” the root.
    return name.lower().replace("\\", "\\\\") if name != "@" else None


def _parts(text: str, letters: frozenset[str]) -> Iterator[str | Macro]:
    at = 0
    while at < len(text):
        found = _PART.match(text, at)
        if found is None:
            begun = text[at : at + 1]
            raise ValueError(
                f"{shown(text[at:])} begins no macro"
                if begun == "%"
                else f"{shown(begun)} may not stand in it"
            )
        at = found.end()
        if found["literal"]:
            yield found["literal"]
        elif found["escape"]:
            yield _ESCAPES[found["escape"]]
        else:
            yield _macro(found, letters)


def _macro(found: re.Match[str], letters: frozenset[str]) -> Macro:
    letter = found["letter"].lower()
    kept = int(found["kept"]) if found["kept"] else None
    if letter not in letters:
        raise ValueError(f"{shown(found[0])} is no macro that may stand in it")
    if kept == 0:
        raise ValueError(f"{shown(found[0])} keeps nothing")
    return Macro(
        letter,
        found["delimiters"] or ".",
        kept,
        bool(found["reversal"]),
        found["letter"].isupper(),
    )
