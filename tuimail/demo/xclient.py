"""Postfix's XCLIENT: a client that is to be taken for another
(https://www.postfix.org/XCLIENT_README.html)."""

import re
from ipaddress import ip_address

NAMES = ("NAME", "ADDR", "PORT", "PROTO", "HELO", "LOGIN", "DESTADDR", "DESTPORT")

_ESCAPE = re.compile(r"\+([0-9A-F]{2})")
_UNKNOWN = frozenset({"[UNAVAILABLE]", "[TEMPUNAVAIL]"})


def attributes(argument: str) -> dict[str, str]:
    """By their names in upper case, those left out that are not known. Raises ValueError."""
    given: dict[str, str] = {}
    for attribute in argument.split(" "):
        name, _, value = attribute.partition("=")
        if name.upper() not in NAMES or not value:
            raise ValueError(f"{attribute} is no attribute")
        if value.upper() not in _UNKNOWN:
            given[name.upper()] = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), value)
    if "ADDR" in given:
        address = given["ADDR"]
        is_ipv6 = address.upper().startswith("IPV6:")
        given["ADDR"] = str(ip_address(address[5:] if is_ipv6 else address))
    if not all(value.isascii() and value.isprintable() for value in given.values()):
        raise ValueError("what is not printable can't be shown")
    return given
