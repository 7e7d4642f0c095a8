"""What became of one recipient in one transaction, and of a session that ended early."""

from dataclasses import dataclass
from enum import Enum, auto

from tuimail.smtp.reply import Reply, Severity
from tuimail.smtp.stage import Stage


class FailureKind(Enum):
    """Why a session ended before its work was done."""

    GREETING = auto()
    """The server refused us in its greeting."""
    HELLO = auto()
    """The server refused EHLO and HELO."""
    CLOSING = auto()
    """421: the server closes the channel."""
    NO_TLS = auto()
    """TLS is required and was not to be had."""
    HANDSHAKE = auto()
    """The TLS handshake failed, or did not end."""
    UNVERIFIED = auto()
    """The policy asks for a certificate that verifies."""
    TIMEOUT = auto()
    LOST = auto()
    PROTOCOL = auto()
    """The server said what no server may say."""
    INTERRUPTED = auto()
    """The server answered before it had the whole message."""
    UNREADABLE = auto()
    """The message could not be read on our side."""
    CANCELLED = auto()
    EXPOSED = auto()
    """Credentials were not sent: the connection does not prove who the server is."""
    AUTH = auto()
    """The server did not take the credentials, or nothing fits them."""
    XCLIENT = auto()
    """The server does not let us speak for another client."""
    SPENT = auto()
    """The server has taken as many mails as it takes in one session (RFC 9422)."""
    SKIPPED = auto()
    """In step mode, what would have carried the message was not said."""


@dataclass(frozen=True, slots=True)
class Failure:
    """`why` goes on from the server's name; `reply` is the one that caused it."""

    kind: FailureKind
    why: str
    reply: Reply | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server took responsibility (RFC 5321 §4.2.5)."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class Refused:
    reply: Reply
    stage: Stage

    @property
    def permanent(self) -> bool:
        """By the first digit; 552 to RCPT counts as 452 (RFC 5321 §4.5.3.1.10)."""
        too_many = self.stage is Stage.RCPT and self.reply.code == 552
        return self.reply.severity is Severity.PERMANENT and not too_many

    @property
    def too_many_recipients(self) -> bool:
        """Whether another transaction in this session may take this recipient."""
        return self.stage is Stage.RCPT and self.reply.code in (452, 552)


NEEDS_8BITMIME = "5.6.3"
"""The enhanced status for a message that could be made 7-bit (RFC 6152, RFC 3463 §3.7)."""


@dataclass(frozen=True, slots=True)
class Unfit:
    """The server lacks what the message needs. Nothing was sent."""

    enhanced: str
    why: str


@dataclass(frozen=True, slots=True)
class Excess:
    """More recipients than the server takes in one transaction (RFC 9422): it was not named this
    one, and another transaction of the session may take it."""


@dataclass(frozen=True, slots=True)
class Halted:
    """The session was to end behind `stage`, and all went well up to there."""

    stage: Stage


@dataclass(frozen=True, slots=True)
class Unanswered:
    """The session ended before the server could take the message for this recipient."""

    failure: Failure


@dataclass(frozen=True, slots=True)
class Unknown:
    """The session ended between the final dot and its reply: the server may have the message."""

    failure: Failure


Disposition = Accepted | Refused | Unfit | Excess | Halted | Unanswered | Unknown
