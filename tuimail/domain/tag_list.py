"""`name=value; name=value`, in which DKIM, DMARC and BIMI write records (RFC 6376 §3.2)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_SPACE = " \t\r\n"
MOST_TAGS = 100
"""Tags that are read of a list: the 30,000 that a record can hold would stop the loop."""


@dataclass(frozen=True, slots=True)
class TagList:
    """Foreign text throughout. `values` holds the first of each name, in the order written."""

    values: Mapping[str, str]
    repeated: tuple[str, ...] = ()
    """Names that stand there again."""
    malformed: tuple[str, ...] = ()
    """What is no `name=value`."""
    is_cut: bool = False
    """Whether there are more than are read."""

    @classmethod
    def parse(cls, text: str) -> "TagList":
        """From any text at all."""
        values: dict[str, str] = {}
        repeated: dict[str, None] = {}
        malformed: list[str] = []
        pieces = text.split(";", MOST_TAGS)
        for written in pieces[:MOST_TAGS]:
            tag = written.strip(_SPACE)
            name, equals, value = (part.strip(_SPACE) for part in tag.partition("="))
            if not tag:
                continue  # After the last semicolon, and nobody stumbles over two in a row.
            if not equals or not _NAME.fullmatch(name):
                malformed.append(tag)
            elif name in values:
                repeated[name] = None
            else:
                values[name] = value
        return cls(values, tuple(repeated), tuple(malformed), len(pieces) > MOST_TAGS)

    def begins_with(self, name: str, value: str) -> bool:
        """Whether the list says first of all what it is a list of."""
        return next(iter(self.values.items()), None) == (name, value)


def has_version(text: str, version: str) -> bool:
    """Whether the list begins with `v=` and this version, in these letters."""
    return TagList.parse(text.partition(";")[0]).begins_with("v", version)
