"""A nameserver, as people write it."""

import re
from dataclasses import dataclass
from enum import Enum
from ipaddress import ip_address

from tuimail.safetext import visible

DNS_PORT = 53
_BRACKETED = re.compile(r"\[(.*)\](?::(.*))?", re.DOTALL)
_PORT = re.compile(r"[0-9]{1,5}")


class Credit(Enum):
    """When it counts that a nameserver says an answer is authentic (AD, RFC 4035 §3.2.3)."""

    ON_LOOPBACK = "on_loopback"
    """Where nobody can change what it says on its way."""
    GIVEN = "given"
    """The user says that it validates, and that the way to it is safe."""


@dataclass(frozen=True, slots=True)
class Nameserver:
    """`address` is an IPv4 or IPv6 address."""

    address: str
    port: int = DNS_PORT
    credit: Credit = Credit.ON_LOOPBACK

    @property
    def believed(self) -> bool:
        """Whether its AD bit counts."""
        return self.credit is Credit.GIVEN or ip_address(self.address).is_loopback

    @classmethod
    def parse(cls, text: str) -> "Nameserver":
        """Reads `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1` and `[2001:db8::1]:5353`; an IPv6
        address may name its zone, as `fe80::1%eth0`.

        Raises ValueError with one clear line.
        """
        address, port = text, ""
        if bracketed := _BRACKETED.fullmatch(text):
            address, port = bracketed[1], bracketed[2] or ""
        elif text.count(":") == 1:
            address, _, port = text.partition(":")
        try:
            ip_address(address)
        except ValueError as error:
            raise ValueError(f"“{visible(text)}” is no nameserver: give its address") from error
        if port and not (_PORT.fullmatch(port) and 0 < int(port) < 65536):
            raise ValueError(f"“{visible(port)}” is no port, which is a number from 1 to 65535")
        return cls(address, int(port or DNS_PORT))
