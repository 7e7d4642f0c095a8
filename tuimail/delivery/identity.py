"""What a client calls itself (RFC 5321 §4.1.1.1)."""

import socket
from ipaddress import ip_address


def identity(hostname: str, local_ip: str) -> str:
    """`hostname` where it is a fully qualified name, else the connection's own address literal.

    Never `localhost`, whatever the host believes: servers refuse it.
    """
    first, _, rest = hostname.rstrip(".").lower().partition(".")
    if rest and first != "localhost":
        return hostname.rstrip(".")
    address = ip_address(local_ip.partition("%")[0])
    return f"[{address}]" if address.version == 4 else f"[IPv6:{address}]"


def hostname() -> str:
    """This host's own name for itself: no look-up, which could take its time."""
    return socket.gethostname()
