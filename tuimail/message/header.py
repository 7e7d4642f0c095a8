"""Header fields: checked, encoded, folded (RFC 5322 §2.2, RFC 2047).

The `email` package's charset writes the encoded-words. Its header registry, as of Python 3.11.7,
is no help with the rest: it writes the name `=?utf-8?q?a=2C?= b` as two addresses, and encodes
local parts and long words of ASCII; its `Header` loses a U+2028.
"""

import re
from collections.abc import Sequence
from email.charset import Charset
from itertools import repeat

from tuimail.message.addresses import Address, parse_addresses, phrase
from tuimail.message.message import MessageError
from tuimail.safetext import visible

_LINE = 78  # RFC 5322 §2.1.1, without CRLF
_ENCODED_WORD = 60  # At most 75 (RFC 2047 §2); with most field names it fits a line of 78.
_PLAIN = re.compile(r"(?:[!-~]{1,300}(?:[ \t]{1,300}(?=[!-~])|\Z))*+")
"""ASCII that can stand in a field as it is: folded between its words, and with each character of
a word escaped, no line is longer than 998 octets (RFC 5322 §2.1.1)."""
_WORDS = re.compile(r"^[^ ]+(?: [^ \t]+)?|[ \t]+[^ \t]+")
"""Each with the white space before it, where a line may be folded; the first beside the name."""
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
    if "=?" in value or not _PLAIN.fullmatch(value):
        value = _encoded_words(value)
    return _folded(name, value)


def address_field(name: str, addresses: Sequence[Address]) -> bytes:
    """Names in encoded-words where needed, domains in A-labels.

    The field is ASCII unless a local part is not (RFC 6532). Raises HeaderError.
    """
    for address in addresses:
        _check_value(name, str(address))
    return _folded(name, ", ".join(map(_mailbox, addresses)))


def given_field(name: str, value: str) -> bytes:
    """A field as its writer gave it: ASCII as it stands, encoded only where it must be.

    Raises HeaderError for a field that `compose` writes, or that could begin another.
    """
    _check_name(name)
    _check_value(name, value)
    if _PLAIN.fullmatch(stripped := value.strip(" \t")):
        return _folded(name, stripped)
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


def _mailbox(address: Address) -> str:
    name = address.display_name
    if not name:
        return address.mailbox
    is_plain = "=?" not in name and _PLAIN.fullmatch(name)
    return f"{phrase(name) if is_plain else _encoded_words(name)} <{address.mailbox}>"


def _encoded_words(value: str) -> str:
    return " ".join(filter(None, _UTF8.header_encode_lines(value, repeat(_ENCODED_WORD))))


def _folded(name: str, value: str) -> bytes:
    # `email.header.Header` puts a long first word on the second line, and some readers take a bare
    # "Subject:" for empty.
    first, *others = _WORDS.findall(f"{name}: {value}")
    lines = [first]
    for word in others:
        if len(lines[-1]) + len(word) > _LINE:
            lines.append(word)
        else:
            lines[-1] += word
    return "".join(f"{line}\r\n" for line in lines).encode()
