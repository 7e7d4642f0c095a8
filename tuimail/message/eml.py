"""A message read from a file as it is, but for its blind recipients."""

import re
from collections.abc import Iterable
from typing import BinaryIO

from tuimail.message.fields import split_fields
from tuimail.message.message import LineEnds, Message, MessageError, Spool

_CHUNK = 64 * 1024
_MAX_HEADER = 4 * 1024 * 1024
"""Octets: the header of a mail to 50,000 recipients. What has a longer one is no message."""
_CRLF = b"\r\n"
_BLIND = frozenset({b"bcc", b"resent-bcc"})
_MESSAGE_ID = re.compile(rb"<[^<>\s]+>")


class EmlError(MessageError):
    """A file that is no message."""


def read_eml(source: BinaryIO) -> Message:
    """The message in a file: its line ends made CRLF, its Bcc and Resent-Bcc fields left out.

    Raises EmlError where it doesn't begin with a header, OSError as `source` does. Memory does
    not grow with the message.
    """
    line_ends = LineEnds()
    header, body = _read_header(source, line_ends)
    # Fields behind a line that is none count as well, though some servers take them for the body:
    # a Bcc must not be seen there either.
    fields = split_fields(header.splitlines(keepends=True))
    if not any(name not in _BLIND for name, _ in fields):
        raise EmlError(
            "the file is empty" if not header else "the file doesn't begin with a mail's header"
        )
    with Spool() as spool:
        for name, field in fields:
            if name not in _BLIND:
                spool.write(field)
        spool.write(body)
        while chunk := source.read(_CHUNK):
            spool.write(line_ends.feed(chunk))
        spool.write(line_ends.finish())
        return spool.finish(_message_id(fields))


def _read_header(source: BinaryIO, line_ends: LineEnds) -> tuple[bytes, bytes]:
    """Whole lines of header, and what was read behind them, from the empty line on."""
    read = bytearray()
    end = -1
    while end < 0:
        if len(read) > _MAX_HEADER:
            raise EmlError(f"the file's header has no end within {_MAX_HEADER} octets")
        searched = max(0, len(read) - 3)
        chunk = source.read(_CHUNK)
        if not chunk:
            read += line_ends.finish()
            if read and not read.endswith(_CRLF):
                read += _CRLF
            return bytes(read), b""
        read += line_ends.feed(chunk)
        end = read.find(_CRLF + _CRLF, searched)
    return bytes(read[: end + 2]), bytes(read[end + 2 :])


def _message_id(fields: Iterable[tuple[bytes, bytes]]) -> str:
    for name, field in fields:
        if name == b"message-id":
            found = _MESSAGE_ID.search(field)
            return found[0].decode(errors="replace") if found else ""
    return ""
