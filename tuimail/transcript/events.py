"""All that can happen on a mail's way: what a dialogue reports, and what delivery adds.

`at` is the monotonic time in seconds.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuimail import smtp
from tuimail.transcript.outcome import Outcome

if TYPE_CHECKING:
    from tuimail.domain import StsPolicy


@dataclass(frozen=True, slots=True)
class LookedUp:
    """The DNS answered, or did not. `finding` says in plain words what came of it; `took` is the
    time from the question to the answer, in seconds."""

    at: float
    question: str
    finding: str
    took: float = 0.0

    @property
    def began(self) -> float:
        return self.at - self.took


@dataclass(frozen=True, slots=True)
class NoExchange:
    """The domain takes no mail, or its exchanges could not be had."""

    at: float
    why: str


@dataclass(frozen=True, slots=True)
class PolicyFound:
    """This MTA-STS policy applies to a domain. `age` is the time since it was fetched, in
    seconds."""

    at: float
    domain: str
    policy: "StsPolicy"
    age: float


@dataclass(frozen=True, slots=True)
class NoPolicy:
    """A domain speaks of MTA-STS, and no policy could be had; one kept from before may apply.

    `why` in plain words, in which “its” is the domain's.
    """

    at: float
    domain: str
    why: str


@dataclass(frozen=True, slots=True)
class PassedOver:
    """An exchange gets no mail: `why` goes on from its name."""

    at: float
    exchange: str
    why: str


@dataclass(frozen=True, slots=True)
class Noted:
    """Something about the way that is good to know, and changes nothing else."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Connecting:
    at: float


@dataclass(frozen=True, slots=True)
class Connected:
    at: float


@dataclass(frozen=True, slots=True)
class NotConnected:
    at: float
    why: str


@dataclass(frozen=True, slots=True)
class NotNeeded:
    """The attempt to connect was given up: `why` says what made it needless."""

    at: float
    why: str


@dataclass(frozen=True, slots=True)
class FellBack:
    """Another way is tried after the one before failed: `to` names it."""

    at: float
    to: str


@dataclass(frozen=True, slots=True)
class Advice:
    """What a person can do about what just happened."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Concluded:
    """Every recipient has a status."""

    at: float
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Opaque:
    """What a newer tuimail recorded, kept as it is: the `kind` of event, and the rest as JSON."""

    at: float
    kind: str
    text: str


Event = (
    smtp.Event
    | LookedUp
    | NoExchange
    | PolicyFound
    | NoPolicy
    | PassedOver
    | Noted
    | Connecting
    | Connected
    | NotConnected
    | NotNeeded
    | FellBack
    | Advice
    | Concluded
    | Opaque
)


@dataclass(frozen=True, slots=True)
class Lane:
    """Where an event belongs: one session, or, where `exchange` is empty, the domain's delivery.

    A UNIX socket has no port, and a log that was read back may tell no address. `number` counts
    from 1 in the order of opening, over all sends of a transcript.
    """

    number: int
    domain: str
    exchange: str = ""
    ip: str = ""
    port: int = 0

    @property
    def endpoint(self) -> str:
        """`mx1.example.net [192.0.2.10]:25`"""
        if not self.exchange:
            return self.domain
        if not self.port:
            return self.exchange
        return (
            f"{self.exchange} [{self.ip}]:{self.port}"
            if self.ip
            else f"{self.exchange}:{self.port}"
        )


@dataclass(frozen=True, slots=True)
class Entry:
    lane: Lane
    event: Event

    @property
    def began(self) -> float:
        """When what it tells began: a question was asked before it was answered."""
        return self.event.began if isinstance(self.event, LookedUp) else self.event.at
