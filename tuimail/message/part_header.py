"""The header of a message or of one of its parts, as far as its encoding goes (RFC 2045)."""

import re
from dataclasses import dataclass, replace
from enum import Enum, auto

from tuimail.message.fields import field_name, is_folded, split_fields
from tuimail.message.message import MessageError
from tuimail.message.part_reader import PartReader

IDENTITY = frozenset({"7bit", "8bit", "binary"})
"""Encodings that leave every octet as it is (RFC 2045 §6.2)."""

_MAX_HEADER = 4 * 1024 * 1024  # octets; the same as for a whole message
_CRLF = b"\r\n"
_CONTENT = frozenset({b"content-type", b"content-transfer-encoding"})
_TYPE = re.compile(rb"\s*([^\s;/()]+/[^\s;/()]+)")
_PARAMETER = re.compile(
    rb';\s*([^\s=;"]+)\s*=\s*("(?:\\.|[^"\\])*"|[^\s;]*)', re.DOTALL
)  # RFC 2045 §5.1
_COMMENT = re.compile(rb"\([^()]*\)")
_QUOTED_PAIR = re.compile(rb"\\(.)", re.DOTALL)
_MAX_BOUNDARY = 990  # octets; RFC 2046 §5.1.1 allows 70, a line has 998


class Entity(Enum):
    """What a header stands above."""

    MESSAGE = auto()
    PART = auto()
    DIGEST_PART = auto()
    """Of a multipart/digest: a message, unless it says otherwise (RFC 2046 §5.1.5)."""


@dataclass(frozen=True, slots=True)
class PartHeader:
    """Fields by their names in lower case, each with its folded lines.

    `end` is the empty line, b"" where there is none: a header that a delimiter ends, or one
    with a line that is no field, where some readers see the body begin and others don't.
    """

    fields: tuple[tuple[bytes, bytes], ...]
    end: bytes
    entity: Entity

    @classmethod
    def read(cls, reader: PartReader, entity: Entity) -> "PartHeader":
        """Raises MessageError for one that is too long."""
        lines: list[bytes] = []
        octets = 0
        end = b""
        while reader.delimiter() is None:
            start = reader.position
            line = reader.line()
            if line in (_CRLF, b""):
                end = line
                break
            if lines and not lines[-1].endswith(_CRLF):
                lines[-1] += line
            elif field_name(line) is not None or (lines and is_folded(line)):
                lines.append(line)
            else:
                reader.return_to(start)
                break
            octets += len(line)
            if octets > _MAX_HEADER:
                raise MessageError(f"a header in it has no end within {_MAX_HEADER} octets")
        return cls(tuple(split_fields(lines)), end, entity)

    @property
    def octets(self) -> bytes:
        return b"".join(octets for _, octets in self.fields) + self.end

    @property
    def is_whole(self) -> bool:
        """Whether all readers see the same header: it ends, and says once what it heads."""
        names = [name for name, _ in self.fields if name in _CONTENT]
        return self.end != b"" and len(names) == len(set(names))

    def __contains__(self, name: bytes) -> bool:
        return any(name == known for known, _ in self.fields)

    @property
    def content_type(self) -> str:
        """In lower case. What is no type at all stands for plain text (RFC 2045 §5.2)."""
        if b"content-type" not in self:
            return "message/rfc822" if self.entity is Entity.DIGEST_PART else "text/plain"
        found = _TYPE.match(self._value(b"content-type"))
        return found[1].decode("ascii", "replace").lower() if found else "text/plain"

    @property
    def is_multipart(self) -> bool:
        return self.content_type.startswith("multipart/")

    @property
    def entity_of_parts(self) -> Entity:
        return Entity.DIGEST_PART if self.content_type == "multipart/digest" else Entity.PART

    @property
    def boundary(self) -> bytes | None:
        """None where it is missing or can't be one."""
        boundary = self._parameters.get(b"boundary", b"").rstrip()
        return boundary if 0 < len(boundary) <= _MAX_BOUNDARY else None

    @property
    def encoding(self) -> str:
        """Content-Transfer-Encoding in lower case, `7bit` where none is given."""
        given = _COMMENT.sub(b"", self._value(b"content-transfer-encoding")).strip().lower()
        return given.decode("ascii", "replace") or "7bit"

    def encoded_in(self, encoding: str) -> "PartHeader":
        """The same header with another Content-Transfer-Encoding."""
        field = b"Content-Transfer-Encoding: " + encoding.encode("ascii") + _CRLF
        return self._with(b"content-transfer-encoding", field)

    @property
    def with_charset(self) -> "PartHeader":
        """Says of plain text without a charset that it is not known (RFC 1428 §3).

        Other text may name its own: HTML does.
        """
        if self.content_type != "text/plain" or b"charset" in self._parameters:
            return self
        given = dict(self.fields).get(b"content-type", b"Content-Type: text/plain")
        return self._with(
            b"content-type", given.rstrip(b" \t\r\n;") + b"; charset=unknown-8bit\r\n"
        )

    @property
    def with_mime_version(self) -> "PartHeader":
        if b"mime-version" in self:
            return self
        return self._with(b"mime-version", b"MIME-Version: 1.0\r\n")

    def _value(self, name: bytes) -> bytes:
        """Of the first such field, unfolded."""
        field = dict(reversed(self.fields)).get(name, b":")
        return field.partition(b":")[2].replace(_CRLF, b"")

    @property
    def _parameters(self) -> dict[bytes, bytes]:
        return {
            name.lower(): _unquoted(value)
            for name, value in _PARAMETER.findall(self._value(b"content-type"))
        }

    def _with(self, name: bytes, field: bytes) -> "PartHeader":
        others = tuple((known, field if known == name else octets) for known, octets in self.fields)
        return replace(self, fields=others if name in self else (*others, (name, field)))


def _unquoted(value: bytes) -> bytes:
    if len(value) > 1 and value.startswith(b'"') and value.endswith(b'"'):
        return _QUOTED_PAIR.sub(rb"\1", value[1:-1])
    return value
