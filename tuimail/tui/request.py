"""What a person wants to know about a domain, and of whom."""

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuimail.domain import Sender


class Depth(Enum):
    """Who learns of a look at a domain."""

    EXCHANGES = "exchanges"
    """The nameserver alone, and of little: where the domain takes its mail."""
    GLANCE = "glance"
    """The nameserver alone."""
    LOOK = "look"
    """Also the host that serves the domain's MTA-STS policy, where it has one."""
    PROBE = "probe"
    """Also its exchanges, which are connected to."""


class Freshness(Enum):
    KEPT = "kept"
    """What is known from before counts for as long as it holds."""
    ASKED_AGAIN = "asked-again"


@dataclass(frozen=True, slots=True)
class Request:
    """`domain` as typed. With a sender, it is also about what receivers make of his mail."""

    domain: str
    depth: Depth = Depth.LOOK
    freshness: Freshness = Freshness.KEPT
    sender: "Sender | None" = None
