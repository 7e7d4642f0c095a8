"""How far an inspection goes."""

from dataclasses import dataclass
from enum import Enum

from tuimail.delivery.settings import SMTP_PORT
from tuimail.domain import Sender

LIFETIME = 10.0
"""Seconds for the whole of it, however many servers are silent."""


class Fetching(Enum):
    """Whether the domain's policy host is asked for its MTA-STS policy."""

    POLICY = "policy"
    NOTHING = "nothing"
    """Nobody but the nameserver learns of the inspection."""


class Probing(Enum):
    """What is asked of exchanges themselves."""

    NONE = "none"
    PROBE = "probe"
    """One look at each address, as far as EHLO."""
    PROBE_AND_RELAY = "probe-and-relay"
    """And whether it would take mail for a foreign recipient, which ends before DATA."""


@dataclass(frozen=True, slots=True)
class Scope:
    """`port` is where the exchanges listen, `lifetime` seconds for all of it.

    Raises ValueError for a reverse-path that no command can hold.
    """

    probing: Probing = Probing.NONE
    fetching: Fetching = Fetching.POLICY
    port: int = SMTP_PORT
    lifetime: float = LIFETIME
    dkim_selectors: tuple[str, ...] = ()
    """In A-labels."""
    dnsbl_zones: tuple[str, ...] = ()
    """Lists that are asked about the exchanges' addresses, in A-labels."""
    reverse_path: str = ""
    """Who the mail that nobody gets would be from; empty is the null reverse-path."""
    sender: Sender | None = None
    """Who sends, where it is to be said what receivers make of his mail."""
