"""The fields of a header that was written by others (RFC 5322 §2.2)."""

import re
from collections.abc import Iterable

_NAME = re.compile(rb"([!-9;-~]+)[ \t]*:")  # RFC 5322 §4.5 allows the white space.


def field_name(line: bytes) -> bytes | None:
    """In lower case; None for a line that begins no field."""
    name = _NAME.match(line)
    return name[1].lower() if name is not None else None


def is_folded(line: bytes) -> bool:
    """Whether the line goes on with the field before it."""
    return line.startswith((b" ", b"\t"))


def split_fields(lines: Iterable[bytes]) -> list[tuple[bytes, bytes]]:
    """Names in lower case, and fields with their folded lines; none where the first is no field.

    A later line that is no field has an empty name.
    """
    fields: list[tuple[bytes, bytearray]] = []
    for line in lines:
        name = field_name(line)
        if fields and is_folded(line):
            fields[-1][1].extend(line)
        elif name is not None:
            fields.append((name, bytearray(line)))
        elif fields:
            fields.append((b"", bytearray(line)))
        else:
            return []
    return [(name, bytes(octets)) for name, octets in fields]
