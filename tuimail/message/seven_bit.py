"""A foreign 8-bit message made 7-bit, for a server without 8BITMIME (RFC 6152 §3).

Each part that is not 7-bit gets another transfer encoding; all else stays octet for octet. The
`email` package, as of Python 3.11.7, is no help: it holds a message in memory several times, folds
headers anew, adds a last delimiter where there is none, leaves 8-bit octets before the first one,
and raises UnicodeEncodeError for a part without a charset.
"""

from tuimail.message.message import Message, MessageError, Spool
from tuimail.message.part_header import IDENTITY, Entity, PartHeader
from tuimail.message.part_reader import Delimiter, PartReader
from tuimail.message.transfer_encoding import (
    Base64,
    MendedQuotedPrintable,
    QuotedPrintable,
    StrippedBase64,
    Survey,
    TransferEncoding,
)
from tuimail.safetext import visible

MAX_DEPTH = 100
"""Messages and multiparts within each other; no mail that people write comes near it."""

_SIGNATURES = {b"dkim-signature": "DKIM", b"arc-message-signature": "ARC"}
"""Both cover the body as it goes over the wire (RFC 6376 §3.7, RFC 8617 §4.1.2).

Not among them: ARC-Seal, which covers header fields alone. S/MIME and OpenPGP signatures inside
one part, which cover what the part decodes to. The DKIM signature of an enclosed message: it was
for that message's own way.
"""
_ENCODED_MESSAGES = frozenset(
    {
        "message/global",
        "message/global-delivery-status",
        "message/global-disposition-notification",
        "message/global-headers",
    }
)
"""Those that may be in quoted-printable or base64 (RFC 6532 §3.5, RFC 6533)."""


class NotReencodable(MessageError):  # noqa: N818 - what it says of a message
    """A message that can't be made 7-bit without harm; why, as what follows “because”."""


def seven_bit(message: Message) -> Message:
    """The message with every part in 7-bit, and lines of at most 998 octets in those it encodes.

    Raises NotReencodable, OSError where there is no room. It takes seconds for a large message:
    call it in a thread. Memory does not grow with the message, and `message` stays open.
    """
    with message.open() as file, Spool() as spool:
        _Rewriter(PartReader(file), spool).message()
        return spool.finish(message.message_id)


class _Rewriter:
    """Reads one part after another and writes it down. `_seal` is why nothing may change here."""

    def __init__(self, reader: PartReader, spool: Spool) -> None:
        self._reader = reader
        self._spool = spool
        self._depth = 0
        self._seal = ""

    def message(self) -> None:
        header = self._header(Entity.MESSAGE)
        for name, signature in _SIGNATURES.items():
            if name in header:
                raise NotReencodable(f"its {signature} signature would break")
        self._entity(header.with_mime_version)

    def _header(self, entity: Entity) -> PartHeader:
        try:
            header = PartHeader.read(self._reader, entity)
        except MessageError as error:
            raise NotReencodable(str(error)) from error
        if not header.octets.isascii():
            raise NotReencodable("a header in it has 8-bit octets, which no encoding is for")
        return header

    def _entity(self, header: PartHeader) -> None:
        """One message or part, whose header has been read, to the delimiter behind it."""
        if self._depth == MAX_DEPTH:
            raise NotReencodable(f"its parts are nested more than {MAX_DEPTH} deep")
        seal = self._seal
        self._depth += 1
        self._seal = seal or _obstacle(header)
        if header.is_multipart and header.boundary is not None:
            self._composite(header)
            self._parts(header.boundary, header.entity_of_parts)
        elif header.content_type == "message/rfc822" and header.encoding in IDENTITY:
            self._composite(header)
            self._entity(self._header(Entity.MESSAGE))
        else:
            self._leaf(header)
        self._depth -= 1
        self._seal = seal

    def _composite(self, header: PartHeader) -> None:
        """Its parts become 7-bit, and so does it (RFC 2045 §6.4)."""
        self._spool.write(self._relabelled(header).octets)

    def _parts(self, boundary: bytes, entity: Entity) -> None:
        reader, depth = self._reader, self._reader.depth
        reader.enter(boundary)
        preamble = self._unread_text()
        delimiter = reader.delimiter()
        if self._needs_encoding(preamble) and not _opens(delimiter, depth):
            # Some readers take all of it for a text.
            raise NotReencodable("a multipart in it has no part")
        while delimiter is not None and delimiter.depth == depth:
            self._spool.write(delimiter.octets)
            reader.skip(delimiter)
            if delimiter.closing:
                break
            self._entity(self._header(entity))
            delimiter = reader.delimiter()
        reader.leave()
        self._unread_text()

    def _unread_text(self) -> Survey:
        """What stands before the first and behind the last delimiter, for nobody to read.

        It has no encoding; in quoted-printable at least a person can read it.
        """
        survey = self._survey()
        if self._needs_encoding(survey):
            self._encode(MendedQuotedPrintable())
        else:
            self._copy()
        return survey

    def _leaf(self, header: PartHeader) -> None:
        survey = self._survey()
        if not self._needs_encoding(survey):
            self._spool.write(self._relabelled(header).octets)
            self._copy()
        elif header.encoding in IDENTITY:
            self._encode_leaf(header, survey)
        else:
            base64 = header.encoding == "base64"
            self._spool.write(header.octets)
            self._encode(StrippedBase64() if base64 else MendedQuotedPrintable())

    def _encode_leaf(self, header: PartHeader, survey: Survey) -> None:
        # In quoted-printable, some readers take the ends of lines for their system's own.
        is_text = header.content_type.startswith("text/") and survey.suits_quoted_printable
        named = header.encoded_in("quoted-printable" if is_text else "base64").with_charset
        if header.entity is Entity.MESSAGE:
            named = named.with_mime_version
        self._spool.write(named.octets)
        self._encode(QuotedPrintable() if is_text else Base64())

    def _needs_encoding(self, survey: Survey) -> bool:
        """Raises NotReencodable for what would need it, and may not change."""
        if self._seal and survey.eight_bit:
            raise NotReencodable(self._seal)
        return not (self._seal or survey.is_seven_bit)

    def _relabelled(self, header: PartHeader) -> PartHeader:
        """For what is 7-bit now, or has been all the time."""
        if self._seal or header.encoding not in ("8bit", "binary"):
            return header
        return header.encoded_in("7bit")

    def _survey(self) -> Survey:
        """Reads what is before the next delimiter, and returns to where it began."""
        survey, start = Survey(), self._reader.position
        for block in self._reader.blocks():
            survey.feed(block)
        self._reader.return_to(start)
        return survey

    def _copy(self) -> None:
        for block in self._reader.blocks():
            self._spool.write(block)

    def _encode(self, encoding: TransferEncoding) -> None:
        for block in self._reader.blocks():
            self._spool.write(encoding.feed(block))
        self._spool.write(encoding.finish())


def _opens(delimiter: Delimiter | None, depth: int) -> bool:
    return delimiter is not None and delimiter.depth == depth and not delimiter.closing


def _obstacle(header: PartHeader) -> str:
    """Why nothing may change in a part with this header, "" where it may."""
    kind, encoding = header.content_type, header.encoding
    identity = encoding in IDENTITY
    encoded = f"says it is in “{visible(encoding[:40])}”"
    match kind.split("/"):
        case _ if not header.is_whole:
            return "readers may not agree on a header in it"
        case ["multipart", "signed"]:  # RFC 1847 §2.1: octet for octet
            return "the signature of a part would break"
        case ["multipart", _] if header.boundary is None:
            return "a multipart in it has no boundary"
        case ["multipart", _] if not identity:
            return f"a multipart in it {encoded}, which none can be"
        case ["message", "rfc822"] if identity:
            return ""
        case ["message", _] if kind not in _ENCODED_MESSAGES:
            return f"a part of it is {visible(kind[:40])}, which has no 8-bit encoding"
        case _ if not identity and encoding not in ("base64", "quoted-printable"):
            return f"a part of it {encoded}, an encoding that is not known"
        case _:
            return ""
