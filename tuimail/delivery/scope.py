"""How far an inspection goes."""

from dataclasses import dataclass
from enum import Enum
from ipaddress import ip_address

from tuimail.delivery.settings import SMTP_PORT
from tuimail.domain import Sender
from tuimail.smtp import Envelope

FOREIGN_RECIPIENT = "open-relay-check@example.com"
"""RFC 2606 §3 keeps the domain free: no exchange is its own. Nothing is ever sent there."""
LIFETIME = 10.0
"""Seconds for the whole of it, however many servers are silent."""


class Fetching(Enum):
    """Whether the domain's policy host is asked for its MTA-STS policy."""

    POLICY = "policy"
    NOTHING = "nothing"
    """Nobody but the nameserver learns of the inspection."""


class Telling(Enum):
    """What of it goes into the transcript."""

    DIALOGUES = "dialogues"
    """What exchanges say."""
    EVERYTHING = "everything"
    """And what the DNS answers, and which MTA-STS policy there is."""


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

    Raises ValueError for a reverse-path that no command can hold, and for a sender from no address.
    """

    probing: Probing = Probing.NONE
    fetching: Fetching = Fetching.POLICY
    telling: Telling = Telling.DIALOGUES
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

    def __post_init__(self) -> None:
        Envelope(self.reverse_path, (FOREIGN_RECIPIENT,))
        for ip in self.sender.addresses if self.sender is not None else ():
            ip_address(ip)

    @property
    def trial(self) -> Envelope | None:
        """What tries for a foreign recipient; None where that is not asked for."""
        if self.probing is not Probing.PROBE_AND_RELAY:
            return None
        return Envelope(self.reverse_path, (FOREIGN_RECIPIENT,))
