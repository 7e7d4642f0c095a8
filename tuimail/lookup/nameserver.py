"""A nameserver, as people write it."""

from dataclasses import dataclass
from ipaddress import ip_address

DNS_PORT = 53


@dataclass(frozen=True, slots=True)
class Nameserver:
    """`address` is an IPv4 or IPv6 address."""

    address: str
    port: int = DNS_PORT

    @classmethod
    def parse(cls, text: str) -> "Nameserver":
        """Reads `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1` and `[2001:db8::1]:5353`.

        Raises ValueError with one clear line.
        """
        address, port = text, ""
        if text.startswith("["):
            address, _, port = text[1:].partition("]")
            port = port.removeprefix(":")
        elif text.count(":") == 1:
            address, _, port = text.partition(":")
        try:
            ip_address(address)
        except ValueError as error:
            raise ValueError(f"“{text}” is no nameserver: give its address") from error
        if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            raise ValueError(f"“{port}” is no port, which is a number from 1 to 65535")
        return cls(address, int(port or DNS_PORT))
