"""What MAIL and RCPT may say beside their paths."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

_XTEXT = r"(?:[!-*,-<>-~]|\+[0-9A-F]{2})"  # RFC 3461 §4
_NOTIFIES = frozenset({"SUCCESS", "FAILURE", "DELAY"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """`extension` is the one it belongs to; `fits` tells whether a value does."""

    extension: str
    fits: Callable[[str], bool]


def declared_size(given: Sequence[str]) -> int:
    """The octets that SIZE announces, 0 where it does not."""
    sizes = (each[5:] for each in given if each.upper().startswith("SIZE="))
    return int(next(sizes, "0"))


def is_acceptable(
    given: Sequence[str], known: Mapping[str, Parameter], extensions: Collection[str]
) -> bool:
    """Whether each has its extension in effect, a value that fits, and is given once."""
    keywords = [each.partition("=")[0].upper() for each in given]
    values = [each.partition("=")[2] for each in given]
    return len(keywords) == len(set(keywords)) and all(
        keyword in known and known[keyword].extension in extensions and known[keyword].fits(value)
        for keyword, value in zip(keywords, values, strict=True)
    )


def _notify(value: str) -> bool:
    """NEVER stands alone (RFC 3461 §4.1)."""
    wishes = value.upper().split(",")
    return wishes == ["NEVER"] or (len(wishes) == len(set(wishes)) and _NOTIFIES.issuperset(wishes))


def _is_empty(value: str) -> bool:
    return not value


def _matches(pattern: str) -> Callable[[str], bool]:
    return lambda value: re.fullmatch(pattern, value) is not None


MAIL = {
    "SIZE": Parameter("SIZE", _matches("[0-9]{1,20}")),  # RFC 1870 §6.1
    "BODY": Parameter("8BITMIME", _matches("(?i:7BIT|8BITMIME)")),  # RFC 6152 §2
    "SMTPUTF8": Parameter("SMTPUTF8", _is_empty),  # RFC 6531 §3.4
    "REQUIRETLS": Parameter("REQUIRETLS", _is_empty),  # RFC 8689 §2
    "RET": Parameter("DSN", _matches("(?i:FULL|HDRS)")),  # RFC 3461 §4.3
    "ENVID": Parameter("DSN", _matches(rf"{_XTEXT}{{1,100}}")),  # RFC 3461 §4.4
    "AUTH": Parameter("AUTH", _matches(rf"<>|{_XTEXT}{{1,500}}")),  # RFC 4954 §5
}
RCPT = {
    "NOTIFY": Parameter("DSN", _notify),
    "ORCPT": Parameter("DSN", _matches(rf"[A-Za-z0-9-]+;{_XTEXT}{{1,500}}")),  # RFC 3461 §4.2
}
