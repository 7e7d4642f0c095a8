"""A draft made into a message (RFC 5322, RFC 2045)."""

import hashlib
import re
import secrets
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime
from mimetypes import guess_type
from pathlib import Path
from urllib.parse import quote

from tuimail.message.draft import Draft, text_octets
from tuimail.message.header import HeaderError, address_field, given_field, text_field
from tuimail.message.message import Message, Spool

_MAX_LINE = 998  # RFC 5322 §2.1.1, without CRLF
_CHUNK = 57 * 1024
"""Octets of an attachment read at once: whole lines of base64."""
_NOT_SEVEN_BIT = re.compile(rb"[^\t\n -~]|^From ", re.MULTILINE)
"""What may not, or will not, travel as it is: relays and mailboxes put a `>` before `From `."""
_FROM = re.compile(rb"(From )")
_NOT_ASCII = bytes(range(128, 256))
_SIMPLE_FILENAME = re.compile(r"[ !#-\[\]-~]{1,60}")
_ATTRIBUTE_SAFE = "!#$&+-.^_`|~"  # RFC 2231 §7's attribute-char, beside letters and digits
_FILENAME_SECTION = re.compile(r"(?:%..|[^%]){1,50}")
_UNDISCLOSED = b"To: undisclosed-recipients:;\r\n"
"""Who gets a mail with blind recipients alone reads that others may have it too."""


def make_message_id(domain: str) -> str:
    """A new Message-ID, in angle brackets (RFC 5322 §3.6.4).

    `domain` is an ASCII name or literal of the sender or his host. Raises ValueError for one that
    names no host in particular.
    """
    if not domain.isascii() or domain.lower() in ("", "localhost", "localhost.localdomain"):
        raise ValueError(f"a Message-ID can't be made unique by the domain {domain!r}")
    return f"<{secrets.token_hex(16)}@{domain}>"


def compose(
    draft: Draft, *, now: datetime, message_id: str, boundary: str | None = None
) -> Message:
    """The message, 7-bit but for local parts in its header that are not ASCII.

    `now` knows its time zone. `boundary` is made from `message_id` where it is not given. Raises
    HeaderError for a field and MessageError for a body that can't be sent, OSError for an
    attachment that can't be read. Memory does not grow with the attachments.
    """
    if boundary is None:
        # "=_" is in no line of quoted-printable or base64 (RFC 2045 §6.7).
        boundary = "=_" + hashlib.sha256(message_id.encode()).hexdigest()[:32]
    with Spool() as spool:
        for field in _header(draft, now, message_id):
            spool.write(field)
        for chunk in _content(draft, boundary):
            spool.write(chunk)
        return spool.finish(message_id)


def _header(draft: Draft, now: datetime, message_id: str) -> Iterator[bytes]:
    if draft.sender is None:
        raise HeaderError("From has no address")
    yield text_field("Date", format_datetime(now))
    yield address_field("From", (draft.sender,))
    if draft.to:
        yield address_field("To", draft.to)
    if draft.cc:
        yield address_field("Cc", draft.cc)
    if not draft.to and not draft.cc:
        yield _UNDISCLOSED
    if draft.subject:
        yield text_field("Subject", draft.subject)
    yield text_field("Message-ID", message_id)
    for name, value in draft.headers:
        yield given_field(name, value)
    yield b"MIME-Version: 1.0\r\n"


def _content(draft: Draft, boundary: str) -> Iterator[bytes]:
    if not draft.attachments:
        yield from _text_part(text_octets(draft.body))
        return
    yield f'Content-Type: multipart/mixed; boundary="{boundary}"\r\n\r\n'.encode("ascii")
    delimiter = f"--{boundary}\r\n".encode("ascii")
    yield delimiter
    yield from _text_part(text_octets(draft.body))
    for path in draft.attachments:
        # The CRLF before a delimiter belongs to it (RFC 2046 §5.1.1), not to the part.
        yield b"\r\n" + delimiter
        yield from _attachment_part(path)
    yield f"\r\n--{boundary}--\r\n".encode("ascii")


def _text_part(octets: bytes) -> Iterator[bytes]:
    """A text in the first of 7bit, quoted-printable and base64 that keeps each octet of it."""
    charset = "us-ascii" if octets.isascii() else "utf-8"
    yield f"Content-Type: text/plain; charset={charset}\r\n".encode("ascii")
    if _is_seven_bit(octets):
        yield b"Content-Transfer-Encoding: 7bit\r\n\r\n"
        yield octets.replace(b"\n", b"\r\n")
    elif _is_mostly_ascii(octets):
        yield b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        yield from _quoted_printable(octets)
    else:
        yield b"Content-Transfer-Encoding: base64\r\n\r\n"
        yield _base64(octets.replace(b"\n", b"\r\n"))


def _is_seven_bit(octets: bytes) -> bool:
    return (
        _NOT_SEVEN_BIT.search(octets) is None
        and max(map(len, octets.split(b"\n"))) <= _MAX_LINE
        # SMTP ends the last line, so a text without that end would arrive with it.
        and (not octets or octets.endswith(b"\n"))
    )


def _is_mostly_ascii(octets: bytes) -> bool:
    """Whether quoted-printable, 3 octets for 1 that is not ASCII, is shorter than base64."""
    return len(octets.translate(None, _NOT_ASCII)) * 6 >= len(octets) * 5


def _quoted_printable(octets: bytes) -> Iterator[bytes]:
    *lines, rest = octets.split(b"\n")
    for line in lines:
        yield _quoted_printable_line(line) + b"\r\n"
    if rest:
        yield _quoted_printable_line(rest) + b"=\r\n"


def _quoted_printable_line(line: bytes) -> bytes:
    # Each "From " on a line of its own, which encodes its space: elsewhere a line might break
    # before it, and begin with it.
    pieces = (b2a_qp(piece, istext=False) for piece in _FROM.split(line) if piece)
    return b"=\n".join(pieces).replace(b"\n", b"\r\n")


def _attachment_part(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield f"Content-Type: {_media_type(path)}\r\n".encode("ascii")
        yield b"Content-Transfer-Encoding: base64\r\n"
        yield f"Content-Disposition: attachment;{_filename(path)}\r\n\r\n".encode("ascii")
        while chunk := file.read(_CHUNK):
            yield _base64(chunk)


def _media_type(path: Path) -> str:
    # The slash keeps `guess_type` from reading "data:,a.pdf" as a URL.
    media_type, compression = guess_type(f"/{path.name}")
    if media_type is None or compression is not None:
        return "application/octet-stream"
    # RFC 2046 §5.2.1 and §5.1 forbid base64 for these.
    if media_type.startswith(("message/", "multipart/")):
        return "application/octet-stream"
    return media_type


def _filename(path: Path) -> str:
    """The parameter of Content-Disposition (RFC 2183 §2.3), each on a line of its own."""
    name = path.name.encode(errors="surrogateescape").decode(errors="replace")
    if _SIMPLE_FILENAME.fullmatch(name) and "=?" not in name:
        return f'\r\n filename="{name}"'
    sections = _FILENAME_SECTION.findall(quote(name, safe=_ATTRIBUTE_SAFE))
    if len(sections) == 1:
        return f"\r\n filename*=utf-8''{sections[0]}"
    # RFC 2231 §3 and §4: the charset stands in the first section.
    sections[0] = f"utf-8''{sections[0]}"
    return ";".join(f"\r\n filename*{number}*={section}" for number, section in enumerate(sections))


def _base64(octets: bytes) -> bytes:
    return encodebytes(octets).replace(b"\n", b"\r\n")
