"""Header fields: checked, encoded, folded (RFC 5322 §2.2, RFC 2047)."""

import re
from collections.abc import Iterable, Sequence
from email.charset import Charset
from itertools import repeat

from tuimail.message.addresses import Address, parse_addresses, phrase
from tuimail.message.message import MessageError
from tuimail.safetext import visible

_LINE = 78  # RFC 5322 §2.1.1, without CRLF
_WORD = 900  # A longer word, with the field's name before it, might not fit a line of 998 octets.
_ENCODED_WORD = 60  # At most 75 (RFC 2047 §2); with most field names it fits a line of 78.
_LONG_NAME = 60
"""Characters of a display name: a longer one is folded as encoded-words."""
_FIELD_NAME = re.compile(r"[!-9;-~]{1,76}")  # RFC 5322 §3.6.8
_FORBIDDEN = frozenset("\r\n\0")
_SURROGATE = re.compile("[\ud800-\udfff]")  # How Python writes a byte that is not UTF-8.
_UTF8 = Charset("utf-8")

_COMPOSED = frozenset({"from", "to", "cc", "subject", "date", "message-id", "mime-version"})
_BLIND = frozenset({"bcc", "resent-bcc"})
_ADDRESSES = frozenset(
    {
        "disposition-notification-to",
        "mail-followup-to",
        "mail-reply-to",
        "reply-to",
        "resent-cc",
        "resent-from",
        "resent-sender",
        "resent-to",
        "sender",
    }
)
"""Fields whose value is read as addresses: an encoded-word may not hide one (RFC 2047 §5)."""


class HeaderError(MessageError):
    """A header field that can't be sent."""


def text_field(name: str, value: str) -> bytes:
    """An unstructured field (RFC 5322 §2.2.1) that a reader decodes to just this value."""
    _check_value(name, value)
    if "=?" in value or value != value.strip() or not _is_printable(value):
        return _folded(name, _encoded_words(value))
    return _folded(name, _words(value))


def address_field(name: str, addresses: Sequence[Address]) -> bytes:
    """Names in encoded-words where needed, domains in A-labels.

    The field is ASCII unless a local part is not (RFC 6532). Raises HeaderError.
    """
    words: list[str] = []
    for address in addresses:
        _check_value(name, str(address))
        if address.display_name:
            words += _phrase(address.display_name)
            words.append(f" <{address.mailbox}>,")
        else:
            words.append(f" {address.mailbox},")
    if words:
        words[-1] = words[-1].removesuffix(",")
    return _folded(name, words)


def given_field(name: str, value: str) -> bytes:
    """A field as its writer gave it: ASCII as it stands, encoded only where it must be.

    Raises HeaderError for a field that `compose` writes, or that could begin another.
    """
    _check_name(name)
    _check_value(name, value)
    if _is_printable(value):
        return _folded(name, _words(value.strip(" \t")))
    if name.lower() in _ADDRESSES:
        read = parse_addresses(value)
        for problem in read.problems:
            raise HeaderError(f"{name}: {problem.why}")
        return address_field(name, read.addresses)
    return text_field(name, value)


def _check_name(name: str) -> None:
    if not _FIELD_NAME.fullmatch(name):
        raise HeaderError(f"“{visible(name[:80])}” can't be the name of a header field")
    lower = name.lower()
    if lower in _BLIND:
        raise HeaderError(f"{name} would show the blind recipients: they have a field of their own")
    if lower in _COMPOSED or lower.startswith("content-"):
        raise HeaderError(f"{name} is written from the mail itself, it can't be given once more")


def _check_value(name: str, value: str) -> None:
    if not _FORBIDDEN.isdisjoint(value):
        raise HeaderError(f"{name} has a line break or NUL, which a header field can't hold")
    if _SURROGATE.search(value):
        raise HeaderError(f"{name} has bytes that are no text in UTF-8")


def _is_printable(value: str) -> bool:
    """ASCII that can stand in a field as it is, folded between its words."""
    return (
        value.isascii()
        and value.replace("\t", " ").isprintable()
        and all(len(word) <= _WORD for word in _words(value))
    )


def _words(value: str) -> list[str]:
    """Each with the white space before it, where a line may be folded (RFC 5322 §2.2.3)."""
    return re.findall(r"[ \t]*[^ \t]+", f" {value}")


def _phrase(display_name: str) -> list[str]:
    """A display name in words (RFC 5322 §3.2.5)."""
    if "=?" in display_name or len(display_name) > _LONG_NAME or not _is_printable(display_name):
        return _encoded_words(display_name)
    written = phrase(display_name)
    return _words(written) if written == display_name else [f" {written}"]


def _encoded_words(value: str) -> list[str]:
    encoded = _UTF8.header_encode_lines(value, repeat(_ENCODED_WORD))
    return [f" {word}" for word in encoded if word]


def _folded(name: str, words: Iterable[str]) -> bytes:
    lines = [f"{name}:"]
    for word in words:
        # The first word stays beside the name: some readers take a bare "Subject:" for empty.
        if len(lines[-1]) + len(word) > _LINE and lines != [f"{name}:"]:
            lines.append(word)
        else:
            lines[-1] += word
    return "".join(f"{line}\r\n" for line in lines).encode()
