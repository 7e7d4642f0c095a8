"""The PROXY header of a load balancer, as a server reads it (HAProxy's PROXY protocol, §2)."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address

_SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
_TEXT = re.compile(rb"PROXY TCP[46] ([0-9A-Fa-f.:]+) ([0-9A-Fa-f.:]+) ([0-9]{1,5}) ([0-9]{1,5})")
_MAX_TEXT = 107  # octets with CRLF, §2.1
_FIXED = 16  # octets of a binary header before its addresses, §2.2


class ProxyHeaderError(ValueError):
    """What came is no PROXY header."""


def read_proxy_header(octets: bytes) -> tuple[str | None, bytes] | None:
    """The client's IP address and what follows the header; None while it goes on.

    The address is None where the balancer speaks for itself. Raises ProxyHeaderError.
    """
    common = min(len(octets), len(_SIGNATURE))
    if octets[:common] == _SIGNATURE[:common]:
        return _read_binary(octets)
    line, end, rest = octets.partition(b"\r\n")
    if len(line) > _MAX_TEXT - 2:
        raise ProxyHeaderError("too long")
    if not end:
        return None
    if line.startswith(b"PROXY UNKNOWN"):
        return None, rest
    found = _TEXT.fullmatch(line)
    if found is None:
        raise ProxyHeaderError("no PROXY header")
    source, destination = map(_address, (found[1], found[2]))
    if source.version != destination.version:
        raise ProxyHeaderError("addresses of two families")
    return str(source), rest


def _read_binary(octets: bytes) -> tuple[str | None, bytes] | None:
    if len(octets) < _FIXED:
        return None
    command, family = octets[12], octets[13]
    end = _FIXED + int.from_bytes(octets[14:16])
    if len(octets) < end:
        return None
    addresses, rest = octets[_FIXED:end], octets[end:]
    match command, family:
        case 0x20, _:
            return None, rest
        case 0x21, 0x11 if len(addresses) >= 12:
            return str(IPv4Address(addresses[:4])), rest
        case 0x21, 0x21 if len(addresses) >= 36:
            return str(IPv6Address(addresses[:16])), rest
        case _:
            raise ProxyHeaderError("no PROXY header of version 2")


def _address(text: bytes) -> IPv4Address | IPv6Address:
    try:
        return ip_address(text.decode("ascii"))
    except ValueError as error:
        raise ProxyHeaderError("no address") from error
