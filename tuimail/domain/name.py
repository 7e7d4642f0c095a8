"""Domain names and address literals as people write them."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

import dns.exception
import dns.name

from tuimail.safetext import visible

_HOST_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")
"""Wider than RFC 1123 §2.1 by the underscore, which real exchanges have in their names."""
_LITERAL = re.compile(r"\[(?:IPv6:([0-9a-f:.]*:[0-9a-f:.]*)|([0-9.]+))\]", re.IGNORECASE)
"""RFC 5321 §4.1.3: the tag belongs to IPv6 alone, and neither kind has a zone."""
_MOST_SHOWN = 60


class DomainError(ValueError):
    """The text is one clear line for a person."""


def domain_meant(text: str) -> str:
    """The domain of an address, the host of a URL, or the text itself. Raises DomainError."""
    text = text.strip()
    if "://" not in text:
        return text.rpartition("@")[2].strip("<> ")
    try:
        return urlsplit(text).hostname or ""
    except ValueError as error:
        raise DomainError(f"{shown(text)} is no URL") from error


def inspectable(text: str) -> str:
    """What is meant by what people type: a domain in A-labels, or an address literal. Raises
    DomainError."""
    name = domain_meant(text)
    return name if literal_address(name) is not None else a_labels(name)


def a_labels(text: str) -> str:
    """The name in lower-case A-labels, without a final dot (RFC 5891). Raises DomainError."""
    name = text.strip()
    try:
        parsed = dns.name.from_text(name, idna_codec=dns.name.IDNA_2008_UTS_46)
    except dns.name.EmptyLabel as error:
        raise DomainError(f"{shown(name)} has two dots in a row, or begins with one") from error
    except dns.name.LabelTooLong as error:
        raise DomainError(f"a part of {shown(name)} is longer than 63 characters") from error
    except dns.name.NameTooLong as error:
        raise DomainError(f"{shown(name)} is longer than 253 characters") from error
    except (dns.exception.DNSException, UnicodeError) as error:
        raise DomainError(f"{shown(name)} is no domain name") from error
    if parsed == dns.name.root:
        raise DomainError("there is no domain")
    plain: str = parsed.canonicalize().to_text(omit_final_dot=True)
    # Only now: full-width digits and a final dot make an address too.
    if _is_address(plain):
        literal = f"[IPv6:{plain}]" if ":" in plain else f"[{plain}]"
        raise DomainError(f"{shown(name)} is an address; as a domain it is {literal}")
    # A backslash is an escape to dnspython, and would be gone without a word.
    if "\\" in name or not _HOST_NAME.fullmatch(plain):
        raise DomainError(f"{shown(name)} is no domain name")
    return plain


def literal_address(domain: str) -> str | None:
    """The address in `[192.0.2.1]` or `[IPv6:2001:db8::1]` (RFC 5321 §4.1.3), None for a name.

    Raises DomainError for brackets around anything else.
    """
    if not domain.startswith("["):
        return None
    literal = _LITERAL.fullmatch(domain)
    address = (literal[1] or literal[2]) if literal else ""
    if not _is_address(address):
        example = "[192.0.2.1] or [IPv6:2001:db8::1]"
        raise DomainError(f"{shown(domain)} is no address literal, which is like {example}")
    return str(ip_address(address))


def is_host_name(name: str) -> bool:
    """Whether an MX record may name it: an address may not stand there (RFC 5321 §5.1)."""
    if _HOST_NAME.fullmatch(name) is None:
        return False
    # Thousands of names are asked about, and an address without colons ends in a digit.
    return not (name[-1].isdigit() and _is_address(name))


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def shown(text: str) -> str:
    """Foreign text as a message quotes it: safe to show, and cut where it is long."""
    return f"“{visible(text[:_MOST_SHOWN])}{'…' if len(text) > _MOST_SHOWN else ''}”"
