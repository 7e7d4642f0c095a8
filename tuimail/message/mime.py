"""A draft made into a message (RFC 5322, RFC 2045)."""

import base64
import hashlib
import re
import secrets
from collections.abc import Iterator
from datetime import datetime
from email.quoprimime import body_encode
from email.utils import encode_rfc2231, format_datetime
from mimetypes import guess_type
from pathlib import Path

from tuimail.message.draft import Draft, text_octets
from tuimail.message.header import HeaderError, address_field, given_field, text_field
from tuimail.message.message import Message, Spool

_NOT_SEVEN_BIT = re.compile(rb"[^\t\n -~]|^From |^.{999}|[^\n]\Z", re.MULTILINE)
"""What may not, or will not, travel as it is: relays and mailboxes put a `>` before `From `, lines
have at most 998 octets (RFC 5322 §2.1.1), and SMTP would end a last line that has no end."""
_QUOTED_LINE = 70  # RFC 2045 §6.7 allows 76: "=46rom" and "=0D=" add 2 and 4.
_SIMPLE_FILENAME = re.compile(r"(?!.*=\?)[ !#-\[\]-~]{1,60}")
_FILENAME_SECTION = re.compile(r"(?:%..|[^%]){1,50}")  # RFC 2231 §3
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
    attachment that can't be read. Memory does not grow with the attachments, as it would with
    the `email` package's generators: they hold each part several times.
    """
    if boundary is None:
        # "=_" is in no line of quoted-printable or base64 (RFC 2045 §6.7).
        boundary = "=_" + hashlib.sha256(message_id.encode()).hexdigest()[:32]
    with Spool() as spool:
        for field in _header(draft, now, message_id):
            spool.write(field)
        _write_content(spool, draft, boundary)
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


def _write_content(spool: Spool, draft: Draft, boundary: str) -> None:
    text = _text_part(text_octets(draft.body))
    if not draft.attachments:
        spool.write(text)
        return
    delimiter = f"--{boundary}\r\n".encode("ascii")
    spool.write(f'Content-Type: multipart/mixed; boundary="{boundary}"\r\n\r\n'.encode("ascii"))
    spool.write(delimiter + text)
    for path in draft.attachments:
        with path.open("rb") as file:
            # The CRLF before a delimiter belongs to it (RFC 2046 §5.1.1), not to the part.
            spool.write(b"\r\n" + delimiter + _attachment_header(path))
            base64.encode(file, spool)
    spool.write(f"\r\n--{boundary}--\r\n".encode("ascii"))


def _text_part(octets: bytes) -> bytes:
    """A text in the shortest encoding that keeps each octet of it."""
    charset = "us-ascii" if octets.isascii() else "utf-8"
    encoding, content = "7bit", octets
    if _NOT_SEVEN_BIT.search(octets):
        encoding, content = min(
            ("quoted-printable", _quoted_printable(octets)),
            ("base64", base64.encodebytes(octets.replace(b"\n", b"\r\n"))),
            key=lambda encoded: len(encoded[1]),
        )
    header = f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: {encoding}"
    return header.encode("ascii") + b"\r\n\r\n" + content


def _quoted_printable(octets: bytes) -> bytes:
    # `body_encode` takes a bare CR for a line's end, and knows neither `From ` nor a missing end.
    pieces = octets.decode("latin-1").split("\r")
    quoted = "=0D=\n".join(body_encode(piece, _QUOTED_LINE) for piece in pieces)
    quoted = re.sub("^From ", "=46rom ", quoted, flags=re.MULTILINE)
    return (quoted if octets.endswith(b"\n") else f"{quoted}=\n").encode("ascii")


def _attachment_header(path: Path) -> bytes:
    return (
        f"Content-Type: {_media_type(path)}\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment;\r\n {_filename(path)}\r\n\r\n"
    ).encode("ascii")


def _media_type(path: Path) -> str:
    # The slash keeps `guess_type` from reading "data:,a.pdf" as a URL.
    media_type, compression = guess_type(f"/{path.name}")
    # RFC 2046 §5.2.1 and §5.1 forbid base64 for messages and multiparts.
    if media_type is None or compression or media_type.startswith(("message/", "multipart/")):
        return "application/octet-stream"
    return media_type


def _filename(path: Path) -> str:
    """The parameter of Content-Disposition (RFC 2183 §2.3).

    The `email` package, as of Python 3.11.7, would refuse a name with a line break, or write it
    as it is, and send the name `=?utf-8?q?x?=` as `x`.
    """
    name = path.name.encode(errors="surrogateescape").decode(errors="replace")
    if _SIMPLE_FILENAME.fullmatch(name):
        return f'filename="{name}"'
    sections = _FILENAME_SECTION.findall(encode_rfc2231(name, "utf-8"))
    if len(sections) == 1:
        return f"filename*={sections[0]}"
    return ";\r\n ".join(f"filename*{n}*={section}" for n, section in enumerate(sections))
