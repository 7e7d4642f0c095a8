"""Octets made 7-bit while they stream by (RFC 2045 §6)."""

import base64
import re
from binascii import b2a_qp
from typing import Protocol

MAX_LINE = 998  # RFC 5322 §2.1.1, octets without CRLF

_CRLF = b"\r\n"
_PLAIN = b"\t\r\n" + bytes(range(ord(" "), ord("~") + 1)).replace(b"=", b"")
_MAX_PIECE = 73
"""Fits a line of 76 with its soft break, and with an octet that had to be escaped after all."""
_PIECE = re.compile(rb".{1,%d}(?<!=)(?<!=.)|.{1,%d}" % (_MAX_PIECE, _MAX_PIECE), re.DOTALL)
""""=C3" stays in one piece. "=" alone, which is wrong but may come in a text, is cut anywhere."""
_UNSAFE_START = re.compile(rb"--|From ")
"""A line like this, once it is wrapped, may pass for a delimiter (RFC 2046 §5.1.1), or begin a mail
in a mailbox."""
_EIGHT_BIT = re.compile(rb"=?[\x80-\xff]+")
_BASE64_LINE = 57  # RFC 2045 §6.8: 76 characters
_LONGEST_HELD = 64 * 1024


class TransferEncoding(Protocol):
    """Takes blocks cut anywhere but inside a CRLF. What it gives ends where its input ends."""

    def feed(self, block: bytes) -> bytes: ...

    def finish(self) -> bytes: ...


class Base64:
    def __init__(self) -> None:
        self._held = b""
        self._end_of_line = b""

    def feed(self, block: bytes) -> bytes:
        whole = self._held + block
        end = len(whole) - len(whole) % _BASE64_LINE
        self._held = whole[end:]
        return self._lines(whole[:end])

    def finish(self) -> bytes:
        return self._lines(self._held)

    def _lines(self, octets: bytes) -> bytes:
        if not octets:
            return b""
        # The end of the last line may belong to a delimiter.
        begin, self._end_of_line = self._end_of_line, _CRLF
        return begin + base64.encodebytes(octets).removesuffix(b"\n").replace(b"\n", _CRLF)


class StrippedBase64:
    """Base64 with 8-bit octets in it, that decoders have to ignore (RFC 2045 §6.8)."""

    def feed(self, block: bytes) -> bytes:
        return block.translate(None, bytes(range(0x80, 0x100)))

    def finish(self) -> bytes:
        return b""


class _Lines:
    """Encodes line by line."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, block: bytes) -> bytes:
        *lines, self._held = (self._held + block).split(_CRLF)
        encoded = [self.line(line) + _CRLF for line in lines]
        if len(self._held) > _LONGEST_HELD:
            end = _cut(self._held)
            encoded.append(self.line(self._held[:end]) + b"=\r\n")
            self._held = self._held[end:]
        return b"".join(encoded)

    def finish(self) -> bytes:
        return self.line(self._held)

    def line(self, octets: bytes) -> bytes:
        """A line without its end."""
        raise NotImplementedError


class QuotedPrintable(_Lines):
    def line(self, octets: bytes) -> bytes:
        # What it breaks at 76 is mended: see _UNSAFE_START.
        return _wrapped(b2a_qp(octets).replace(b"=\n", b""))


class MendedQuotedPrintable(_Lines):
    """Quoted-printable with 8-bit octets and lines too long in it, that decoders let pass.

    Lines that are right stay as they are.
    """

    def line(self, octets: bytes) -> bytes:
        if octets.isascii() and len(octets) <= MAX_LINE:
            return octets
        return _wrapped(_EIGHT_BIT.sub(_escaped, octets))


class Survey:
    """What there is to know of a part before it can be encoded."""

    def __init__(self) -> None:
        self.eight_bit = False
        self.long_lines = False
        self._nul = False
        self._octets = 0
        self._escapes = 0

    def feed(self, block: bytes) -> None:
        """Blocks cut inside a line that is too long, or between lines."""
        self.long_lines |= max(map(len, block.split(_CRLF))) > MAX_LINE
        self.eight_bit |= not block.isascii()
        self._nul |= b"\0" in block
        self._octets += len(block)
        self._escapes += len(block.translate(None, _PLAIN))

    @property
    def is_seven_bit(self) -> bool:
        """As RFC 2045 §2.7 has it; a bare CR or LF is in no message."""
        return not (self.eight_bit or self.long_lines or self._nul)

    @property
    def suits_quoted_printable(self) -> bool:
        """Whether it is shorter than base64, four octets for three. NUL is no text."""
        return not self._nul and self._escapes * 6 < self._octets


def _cut(line: bytes) -> int:
    """Where a line can be cut that goes on: an escape at its end may not be whole."""
    escape = line.rfind(b"=", len(line) - 2)
    return escape if escape >= 0 else len(line)


def _escaped(octets: re.Match[bytes]) -> bytes:
    return b"".join(b"=%02X" % octet for octet in octets[0])


def _wrapped(line: bytes) -> bytes:
    """Lines in place of one, each but the last with a soft break (RFC 2045 §6.7)."""
    pieces = _PIECE.findall(line) if len(line) > _MAX_PIECE else [line]
    return b"=\r\n".join(map(_safe, pieces))


def _safe(piece: bytes) -> bytes:
    if _UNSAFE_START.match(piece):
        return b"=%02X" % piece[0] + piece[1:]
    return piece
