"""IP addresses, as far as it matters where they lead."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

Address = IPv4Address | IPv6Address


@lru_cache  # One server's address is read several times for each mail.
def unmapped(ip: str) -> Address:
    """`::ffff:192.0.2.1` is 192.0.2.1 in IPv6's clothes. Raises ValueError for no address."""
    address = ip_address(ip)
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address


def is_loopback(ip: str) -> bool:
    return unmapped(ip).is_loopback
