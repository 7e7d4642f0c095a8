"""Domain names and address literals as people write them."""

from ipaddress import ip_address

import dns.exception
import dns.name


class DomainError(ValueError):
    """The text is one clear line for a person."""


def a_labels(text: str) -> str:
    """The name in lower-case A-labels, without a final dot (RFC 5891). Raises DomainError."""
    name = text.strip()
    if not name.strip("."):
        raise DomainError("there is no domain")
    try:
        parsed = dns.name.from_text(name, idna_codec=dns.name.IDNA_2008_UTS_46)
    except dns.name.EmptyLabel as error:
        raise DomainError(f"“{name}” has two dots in a row, or begins with one") from error
    except dns.name.LabelTooLong as error:
        raise DomainError(f"a part of “{name}” is longer than 63 characters") from error
    except dns.name.NameTooLong as error:
        raise DomainError(f"“{name[:40]}…” is longer than 253 characters") from error
    except (dns.exception.DNSException, UnicodeError) as error:
        raise DomainError(f"“{name}” is no domain name") from error
    plain = parsed.canonicalize().to_text(omit_final_dot=True)
    if any(character.isspace() or character in "\\@/:\"'<>()," for character in plain):
        raise DomainError(f"“{name}” is no domain name")
    return plain


def literal_address(domain: str) -> str | None:
    """The address in `[192.0.2.1]` or `[IPv6:2001:db8::1]` (RFC 5321 §4.1.3), None for a name.

    Raises DomainError for brackets around anything else.
    """
    if not domain.startswith("["):
        return None
    inside = domain.removeprefix("[").removesuffix("]")
    tag, _, rest = inside.partition(":")
    try:
        return str(ip_address(rest if tag.lower() == "ipv6" else inside))
    except ValueError as error:
        raise DomainError(f"“{domain}” is no address literal") from error
