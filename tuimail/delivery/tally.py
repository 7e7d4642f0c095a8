"""What is known of each recipient, over all exchanges that were tried for them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum, auto

from tuimail.delivery.demand import Demand
from tuimail.smtp import (
    Accepted,
    Disposition,
    Excess,
    Failure,
    FailureKind,
    Halted,
    Refused,
    Reply,
    Severity,
    Stage,
    TlsFacts,
    TlsPolicy,
    Unanswered,
    Unfit,
    Unknown,
)
from tuimail.transcript import RecipientOutcome, Status, TlsUsed


class Reach(Enum):
    """How far the way to an address went."""

    CONNECTED = auto()
    REFUSED = auto()
    BLOCKED = auto()
    """Silence, or no route: what a network that blocks the port looks like."""


@dataclass(slots=True)
class Visit:
    """One session with one exchange, or the attempt at one. Filled in as it goes."""

    exchange: str
    ip: str
    demand: Demand
    reach: Reach = Reach.CONNECTED
    obstacle: str = ""
    """Where it was not reached, why, in plain words."""
    greeted: bool = False
    """Whether the server let us speak."""
    facts: TlsFacts | None = None
    failure: Failure | None = None

    @property
    def completed(self) -> bool:
        """Whether the exchange had its say."""
        return self.reach is Reach.CONNECTED and self.failure is None

    def failed_by(self, kind: FailureKind) -> bool:
        return self.failure is not None and self.failure.kind is kind

    @property
    def tls(self) -> TlsUsed | None:
        if self.facts is None:
            return None
        facts = self.facts
        return TlsUsed(facts.version, facts.cipher, facts.verified, self.demand.source)


_SPOKEN = frozenset(
    {FailureKind.GREETING, FailureKind.HELLO, FailureKind.CLOSING, FailureKind.AUTH}
)
"""Failures that the server's own reply tells best."""
_NOWHERE = Visit("", "", Demand(TlsPolicy.NONE, (), "none"))


class Tally:
    """Recipients of one domain, by address. A final status never changes again.

    What was deferred by one exchange and could not be given to another stays deferred: a
    permanent failure needs every exchange to agree.
    """

    def __init__(self, addresses: Iterable[str]) -> None:
        self._outcomes: dict[str, RecipientOutcome | None] = dict.fromkeys(addresses)
        self._settled: set[str] = set()

    @property
    def pending(self) -> tuple[str, ...]:
        """Who can still be given to another exchange."""
        return tuple(address for address in self._outcomes if address not in self._settled)

    def record(self, address: str, disposition: Disposition, visit: Visit) -> None:
        match disposition:
            case Accepted(reply):
                self._settle(address, _answered(address, Status.DELIVERED, reply, visit))
            case Refused(reply) if disposition.permanent:
                self._settle(address, _answered(address, Status.FAILED, reply, visit))
            case Refused(reply):
                self._defer(address, _answered(address, Status.DEFERRED, reply, visit))
            case Unfit(enhanced, why):
                unfit = _unanswered(address, Status.FAILED, why, visit)
                self._defer(address, replace(unfit, enhanced=enhanced))
            case Unknown(failure):
                why = f"{visit.exchange} {failure.why}"
                self._settle(address, _unanswered(address, Status.UNKNOWN, why, visit))
            case Unanswered(failure) if failure.kind is FailureKind.SKIPPED:
                # Who left it out here does not want it said elsewhere.
                self._settle(address, _unserved(address, failure, visit))
            case Unanswered(failure):
                self._defer(address, _unserved(address, failure, visit))
            case Halted(stage):
                behind = "TLS" if stage is Stage.STARTTLS else stage.name.lower()
                why = f"stopped behind {behind}, as asked"
                self._settle(address, _unanswered(address, Status.STOPPED, why, visit))
            case Excess():
                pass  # Another transaction of the session has something to say of it.

    def unreachable(self, visit: Visit) -> None:
        """The exchange could not be connected to, for everybody pending."""
        for address in self.pending:
            self._defer(address, _unanswered(address, Status.DEFERRED, visit.obstacle, visit))

    def exclude(self, why: str, enhanced: str) -> None:
        """An exchange is not to be used, for everybody pending."""
        for address in self.pending:
            excluded = _unanswered(address, Status.DEFERRED, why, _NOWHERE)
            self._defer(address, replace(excluded, enhanced=enhanced))

    def close(self, status: Status, why: str, enhanced: str | None = None) -> None:
        """No exchange is to be had, for everybody pending: that is final."""
        for address in self.pending:
            closed = _unanswered(address, status, why, _NOWHERE)
            self._settle(address, replace(closed, enhanced=enhanced))

    def stop(self) -> None:
        """The sender gave up on everybody pending."""
        for address in self.pending:
            why = "stopped before it could be delivered"
            self._outcomes[address] = _unanswered(address, Status.DEFERRED, why, _NOWHERE)

    def outcomes(self) -> tuple[RecipientOutcome, ...]:
        """One for each recipient. Raises ValueError while there is nothing to say of one."""
        known = tuple(outcome for outcome in self._outcomes.values() if outcome is not None)
        if len(known) != len(self._outcomes):
            raise ValueError("nothing was recorded of a recipient")
        return known

    def _settle(self, address: str, outcome: RecipientOutcome) -> None:
        self._outcomes[address] = outcome
        self._settled.add(address)

    def _defer(self, address: str, outcome: RecipientOutcome) -> None:
        before = self._outcomes[address]
        hopeful = before is not None and before.status is Status.DEFERRED
        if not (hopeful and outcome.status is Status.FAILED):
            self._outcomes[address] = outcome


def _unserved(address: str, failure: Failure, visit: Visit) -> RecipientOutcome:
    reply = failure.reply
    if reply is None or failure.kind not in _SPOKEN:
        return _unanswered(address, Status.DEFERRED, f"{visit.exchange} {failure.why}", visit)
    refused = failure.kind is FailureKind.GREETING and reply.severity is Severity.PERMANENT
    status = Status.FAILED if refused else Status.DEFERRED
    return _answered(address, status, reply, visit)


def _answered(address: str, status: Status, reply: Reply, visit: Visit) -> RecipientOutcome:
    enhanced = reply.enhanced
    return RecipientOutcome(
        address,
        status,
        reply.code,
        None if enhanced is None else str(enhanced),
        reply.text,
        visit.exchange,
        visit.ip,
        visit.tls,
    )


def _unanswered(address: str, status: Status, why: str, visit: Visit) -> RecipientOutcome:
    return RecipientOutcome(address, status, None, None, why, visit.exchange, visit.ip, visit.tls)
