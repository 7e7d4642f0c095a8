"""IP addresses, as far as it matters where they lead."""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

Address = IPv4Address | IPv6Address
_DISCARD = 9  # RFC 863: any port would do


def unmapped(ip: str) -> Address:
    """`::ffff:192.0.2.1` is 192.0.2.1 in IPv6's clothes. Raises ValueError for no address."""
    address = ip_address(ip)
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address


def is_loopback(ip: str) -> bool:
    return unmapped(ip).is_loopback


def has_route(ip: str) -> bool:
    """Whether this machine knows a way to it. Sends nothing."""
    address = unmapped(ip)
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as way:
            way.connect((str(address), _DISCARD))
    except OSError:
        return False
    return True
