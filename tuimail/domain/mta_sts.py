"""Whether a domain asks for verified TLS, and of which exchanges (MTA-STS, RFC 8461)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum

from dns.rdtypes.ANY.TXT import TXT

from tuimail.domain.answer import Answer, AnswerStatus
from tuimail.domain.name import is_host_name, shown

MOST_OCTETS = 65_536  # RFC 8461 §3.3
LONGEST_AGE = 31_557_600  # RFC 8461 §3.2: a year
_VERSION = b"v=STSv1"
_RECORD_FIELD = re.compile(rb"([A-Za-z0-9][A-Za-z0-9_.-]{0,31})=([!-:<>-~]+)")
_ID = re.compile(rb"[A-Za-z0-9]{1,32}")
_POLICY_FIELD = re.compile(
    r"([A-Za-z0-9][A-Za-z0-9_.-]{0,31}):[ \t]*([^\x00-\x20\x7f]+(?: +[^\x00-\x20\x7f]+)*)"
)
_SECONDS = re.compile(r"[0-9]{1,10}")


class StsStatus(Enum):
    """What became of asking for the record of a domain."""

    FOUND = "found"
    ABSENT = "absent"
    INVALID = "invalid"
    """There are records, and none that counts."""
    UNKNOWN = "unknown"
    """The answer could not be had. Not the same as absent."""


@dataclass(frozen=True, slots=True)
class StsRecord:
    """The record of `_mta-sts.DOMAIN`, which says that there is a policy (RFC 8461 §3.1).

    `id` is empty where none is found; `why` then says so in plain words, foreign ones among them.
    """

    status: StsStatus
    id: str = ""
    why: str = ""

    @classmethod
    def read(cls, answer: Answer) -> "StsRecord":
        """From the answer to TXT."""
        if answer.unknown:
            why = f"its MTA-STS record could not be looked up: {answer.why}"
            return cls(StsStatus.UNKNOWN, why=why)
        texts = [b"".join(record.strings) for record in answer.records if isinstance(record, TXT)]
        meant = [text for text in texts if text.startswith(_VERSION + b";")]
        if answer.status is not AnswerStatus.FOUND or not meant:
            return cls(StsStatus.ABSENT, why="it has no MTA-STS record")
        if len(meant) > 1:
            why = f"it has {len(meant)} MTA-STS records, and none counts unless it is the only one"
            return cls(StsStatus.INVALID, why=why)
        try:
            return cls(StsStatus.FOUND, _record_id(meant[0]))
        except ValueError as error:
            return cls(StsStatus.INVALID, why=str(error))


class StsMode(StrEnum):
    ENFORCE = "enforce"
    """Only verified exchanges of the policy get the mail."""
    TESTING = "testing"
    """What does not match is reported, where reports are sent, and gets the mail all the same."""
    NONE = "none"
    """The domain has given MTA-STS up."""


class StsPolicyError(ValueError):
    """The text is one clear line for a person, in which “its” is the domain's."""


@dataclass(frozen=True, slots=True)
class StsPolicy:
    """`mx` in lower-case A-labels, `*.` before some; `max_age` in seconds from the fetch on."""

    mode: StsMode
    mx: tuple[str, ...]
    max_age: int

    @classmethod
    def parse(cls, body: bytes) -> "StsPolicy":
        """From the body of `mta-sts.txt` (RFC 8461 §3.2). Raises StsPolicyError."""
        fields, patterns = _fields(body)
        if fields.get("version") != "STSv1":
            raise StsPolicyError("its policy does not say “version: STSv1”")
        mode = _mode(fields)
        if not patterns and mode is not StsMode.NONE:
            raise StsPolicyError("its policy names no exchange (mx)")
        return cls(mode, patterns, _max_age(fields))

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """Keys and values in the order of RFC 8461 §3.2's examples."""
        patterns = (("mx", pattern) for pattern in self.mx)
        return (
            ("version", "STSv1"),
            ("mode", self.mode.value),
            *patterns,
            ("max_age", str(self.max_age)),
        )

    @property
    def text(self) -> str:
        """What `parse` reads as this policy; never longer than the body it came from."""
        return "".join(f"{key}:{value}\n" for key, value in self.fields)

    def matches(self, exchange: str) -> bool:
        """Whether the policy names this host, in A-labels; `*` is one whole label (§4.1)."""
        name = exchange.lower().removesuffix(".")
        label, _, rest = name.partition(".")
        return name in self.mx or (bool(label) and f"*.{rest}" in self.mx)


@dataclass(frozen=True, slots=True)
class Unfetched:
    """There is no policy to be had; `why` in plain words, foreign ones among them."""

    why: str
    is_answer: bool = False
    """Whether the policy host has given something else. Silence may not be the domain's doing."""


def _record_id(text: bytes) -> str:
    """Raises ValueError for a record that breaks RFC 8461 §3.1's grammar."""
    _, *fields = (field.strip(b" \t") for field in text.split(b";"))
    if fields[-1] == b"":
        fields.pop()
    read: dict[bytes, bytes] = {}
    for field in fields:
        found = _RECORD_FIELD.fullmatch(field)
        if found is None:
            said = shown(field.decode("ascii", "backslashreplace"))
            raise ValueError(f"{said} in its MTA-STS record is no “name=value”")
        read.setdefault(found[1], found[2])
    if not _ID.fullmatch(read.get(b"id", b"")):
        raise ValueError("its MTA-STS record has no id of 1 to 32 letters and digits")
    return read[b"id"].decode("ascii")


def _fields(body: bytes) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """The first of each field, and every pattern of `mx`. Raises StsPolicyError."""
    if len(body) > MOST_OCTETS:
        raise StsPolicyError("its policy is longer than 64 KiB")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise StsPolicyError("its policy is no text in UTF-8") from error
    fields: dict[str, str] = {}
    patterns: dict[str, None] = {}
    for number, ended in enumerate(text.split("\n"), start=1):
        line = ended.removesuffix("\r").rstrip(" \t")
        if not line:
            continue  # Editors leave them behind, and they say nothing.
        field = _POLICY_FIELD.fullmatch(line)
        if field is None:
            raise StsPolicyError(f"line {number} of its policy, {shown(line)}, is no “key: value”")
        if field[1] == "mx":
            patterns[_pattern(field[2])] = None
        else:
            fields.setdefault(field[1], field[2])
    return fields, tuple(patterns)


def _pattern(value: str) -> str:
    pattern = value.lower()
    # What is no ASCII may become ASCII in lower case.
    if not value.isascii() or not is_host_name(pattern.removeprefix("*.")):
        raise StsPolicyError(f"{shown(value)} in its policy is no exchange’s name in A-labels")
    return pattern


def _mode(fields: Mapping[str, str]) -> StsMode:
    try:
        return StsMode(fields["mode"])
    except KeyError as error:
        raise StsPolicyError("its policy has no mode") from error
    except ValueError as error:
        said = shown(fields["mode"])
        raise StsPolicyError(f"its policy has the mode {said}, which means nothing") from error


def _max_age(fields: Mapping[str, str]) -> int:
    seconds = fields.get("max_age")
    if seconds is None:
        raise StsPolicyError("its policy has no max_age")
    if not _SECONDS.fullmatch(seconds):
        raise StsPolicyError(f"its policy has the max_age {shown(seconds)}, which is no number")
    return min(int(seconds), LONGEST_AGE)
