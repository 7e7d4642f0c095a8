"""IP addresses, as far as it matters where they lead."""

import socket
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

Address = IPv4Address | IPv6Address
_SOMEBODY = ("192.0.2.1", "2001:db8::1")  # RFC 5737, RFC 3849: nobody's
_DISCARD = 9  # RFC 863: any port would do


@lru_cache  # One server's address is read several times for each mail.
def unmapped(ip: str) -> Address:
    """`::ffff:192.0.2.1` is 192.0.2.1 in IPv6's clothes. Raises ValueError for no address."""
    address = ip_address(ip)
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address


def is_loopback(ip: str) -> bool:
    return unmapped(ip).is_loopback


def has_route(ip: str) -> bool:
    """Whether this machine knows a way to it. Sends nothing."""
    return _near_end(ip) is not None


def public_addresses() -> tuple[str, ...]:
    """This machine's own, of each family, as far as others see it come from there: none behind a
    translation of addresses. Sends nothing."""
    near_ends = filter(None, map(_near_end, _SOMEBODY))
    return tuple(ip for ip in near_ends if unmapped(ip).is_global)


def _near_end(ip: str) -> str | None:
    """Our address on the way to one, None where this machine knows no way."""
    address = unmapped(ip)
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as way:
            way.connect((str(address), _DISCARD))
            return str(way.getsockname()[0])
    except OSError:
        return None
