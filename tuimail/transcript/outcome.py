"""What became of a message, for each recipient."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from tuimail.safetext import visible
from tuimail.transcript.quantity import seconds


class Status(StrEnum):
    """In the order in which one of them speaks for a whole message."""

    UNKNOWN = "unknown"
    """An exchange may or may not have taken it: never to be repeated blindly."""
    FAILED = "failed"
    DEFERRED = "deferred"
    """Not delivered, and worth another try later."""
    STOPPED = "stopped"
    """Not delivered, as asked: all went well up to the stage to stop after."""
    DELIVERED = "delivered"


@dataclass(frozen=True, slots=True)
class TlsUsed:
    version: str
    cipher: str
    verified: bool
    policy: str


@dataclass(frozen=True, slots=True)
class RecipientOutcome:
    """`code` and `enhanced` are the server's, None where it gave no reply; then `reply` is our own
    account. `exchange` and `ip` are the last ones tried, empty where there was none."""

    address: str
    status: Status
    code: int | None
    enhanced: str | None
    reply: str
    exchange: str
    ip: str
    tls: TlsUsed | None

    @property
    def sentence(self) -> str:
        """What happened, in plain words, then the server's own."""
        words = visible(f"{self.code} {self.reply}" if self.code is not None else self.reply)
        exchange = visible(self.exchange) or "nobody"
        address = visible(self.address)
        match self.status:
            case Status.DELIVERED:
                return f"{exchange} took the mail for {address}: {words}"
            case Status.FAILED if self.code is not None:
                return f"{exchange} refused {address}: {words}"
            case Status.FAILED:
                return f"Not delivered to {address}: {words}"
            case Status.DEFERRED:
                return f"Not delivered to {address} yet: {words}"
            case Status.STOPPED:
                return f"{exchange} let the mail for {address} come so far: {words}"
            case Status.UNKNOWN:
                return f"{exchange} may or may not have the mail for {address}: {words}"


@dataclass(frozen=True, slots=True)
class Outcome:
    message_id: str
    recipients: tuple[RecipientOutcome, ...]
    elapsed: float
    """Seconds from the start to the last recipient's answer."""

    @property
    def status(self) -> Status:
        """The gravest of all."""
        seen = {recipient.status for recipient in self.recipients}
        return next((status for status in Status if status in seen), Status.DELIVERED)

    @property
    def sentence(self) -> str:
        """The result in one line: `Delivered to 2 of 3 recipients, 1 failed, in 1.4 s.`"""
        return f"{self._said} in {seconds(self.elapsed)}."

    @property
    def _said(self) -> str:
        counts = Counter(recipient.status for recipient in self.recipients)
        total = len(self.recipients)
        delivered = counts.pop(Status.DELIVERED, 0)
        if total == 1:
            return _OF_ONE[self.status]
        others = ", ".join(f"{counts[status]} {status}" for status in Status if counts[status])
        if delivered == total:
            return f"Delivered to {total} recipients"
        if delivered:
            return f"Delivered to {delivered} of {total} recipients, {others},"
        return f"Delivered to none of {total} recipients: {others},"


_OF_ONE = {
    Status.DELIVERED: "Delivered",
    Status.DEFERRED: "Not delivered yet",
    Status.STOPPED: "Stopped, all well",
    Status.FAILED: "Not delivered",
    Status.UNKNOWN: "Perhaps delivered",
}
