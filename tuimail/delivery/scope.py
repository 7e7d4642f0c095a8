"""How far an inspection goes."""

from dataclasses import dataclass
from enum import Enum

from tuimail.delivery.settings import SMTP_PORT

LIFETIME = 10.0
"""Seconds for the whole of it, however many servers are silent."""


class Probing(Enum):
    """What is asked of exchanges themselves."""

    NONE = "none"
    PROBE = "probe"
    """One look at each address, as far as EHLO."""
    PROBE_AND_RELAY = "probe-and-relay"
    """And whether it would take mail for a foreign recipient, which ends before DATA."""


@dataclass(frozen=True, slots=True)
class Scope:
    """`port` is where the exchanges listen, `lifetime` seconds for all of it."""

    probing: Probing = Probing.NONE
    port: int = SMTP_PORT
    lifetime: float = LIFETIME
    dkim_selectors: tuple[str, ...] = ()
    """In A-labels."""
    dnsbl_zones: tuple[str, ...] = ()
    """Lists that are asked about the exchanges' addresses, in A-labels."""
    reverse_path: str = ""
    """Who the mail that nobody gets would be from; empty is the null reverse-path."""
    sending_addresses: tuple[str, ...] = ()
    """Where the domain's own mail comes from, as its recipients' servers see it."""
