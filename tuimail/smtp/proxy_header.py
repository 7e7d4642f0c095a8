"""HAProxy's PROXY protocol: tells a server whose connection this is, before anything else
(https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt, sections 2.1 and 2.2)."""

import re
from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv4Address, IPv6Address, ip_address

from tuimail.safetext import visible

_GIVEN = re.compile(r"(v[12])(?::(?:\[([^][]+)\]|([^][:]+)):([0-9]{1,5}))?")
_SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
_LOCAL, _PROXY = b"\x20", b"\x21"  # version 2 in the high half, the command in the low one
_UNSPECIFIED, _TCP4, _TCP6 = b"\x00", b"\x11", b"\x21"


class ProxyVersion(Enum):
    TEXT = "v1"
    BINARY = "v2"


@dataclass(frozen=True, slots=True)
class SocketAddress:
    """Raises ValueError for what is no address, or no port."""

    ip: str
    port: int

    def __post_init__(self) -> None:
        ip_address(self.ip)
        if not 0 <= self.port <= 65535:
            raise ValueError(f"{self.port} is no port")


@dataclass(frozen=True, slots=True)
class ProxyHeader:
    """`source` is who the server is to believe it talks with, None for who really does."""

    version: ProxyVersion
    source: SocketAddress | None = None

    @classmethod
    def parse(cls, text: str) -> "ProxyHeader":
        """Reads `v1`, `v2`, `v2:192.0.2.1:4711` and `v2:[2001:db8::1]:4711`.

        Raises ValueError with one clear line.
        """
        given = _GIVEN.fullmatch(text)
        try:
            if given is None:
                raise ValueError(text)
            version, ipv6, ipv4, port = given.groups()
            source = SocketAddress(ipv6 or ipv4, int(port)) if port else None
        except ValueError as error:
            raise ValueError(
                f"“{visible(text)}” is no PROXY header: write v1, v2 or v2:192.0.2.1:4711"
            ) from error
        return cls(ProxyVersion(version), source)

    def encode(self, source: SocketAddress | None, destination: SocketAddress | None) -> bytes:
        """The header for a connection between these two; None where it has no such address.

        A connection without addresses says UNKNOWN, or in version 2 LOCAL: the server then goes
        by what it sees.
        """
        source = self.source or source
        if source is None or destination is None:
            return self._unknown()
        ends = _alike(_address(source), _address(destination))
        ports = source.port, destination.port
        if self.version is ProxyVersion.TEXT:
            family = f"TCP{ends[0].version}"
            return f"PROXY {family} {ends[0]} {ends[1]} {ports[0]} {ports[1]}\r\n".encode("ascii")
        addresses = b"".join(end.packed for end in ends)
        addresses += b"".join(port.to_bytes(2) for port in ports)
        family_octet = _TCP4 if ends[0].version == 4 else _TCP6
        return _SIGNATURE + _PROXY + family_octet + len(addresses).to_bytes(2) + addresses

    def _unknown(self) -> bytes:
        if self.version is ProxyVersion.TEXT:
            return b"PROXY UNKNOWN\r\n"
        return _SIGNATURE + _LOCAL + _UNSPECIFIED + bytes(2)


_Address = IPv4Address | IPv6Address


def _address(end: SocketAddress) -> _Address:
    address = ip_address(end.ip)
    if address.version == 4:
        return address
    # An IPv6 zone means nothing to the server.
    return address.ipv4_mapped or IPv6Address(int(address))


def _alike(source: _Address, destination: _Address) -> tuple[_Address, _Address]:
    """Both of one family, as the header has one for both: IPv6 where they differ."""
    if source.version == destination.version:
        return source, destination
    return _as_ipv6(source), _as_ipv6(destination)


def _as_ipv6(address: _Address) -> IPv6Address:
    if isinstance(address, IPv6Address):
        return address
    return IPv6Address(b"\0" * 10 + b"\xff\xff" + address.packed)
