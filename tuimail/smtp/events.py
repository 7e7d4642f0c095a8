"""What a dialogue reports while it runs. `at` is the monotonic time in seconds."""

from dataclasses import dataclass

from tuimail.smtp.command import Command
from tuimail.smtp.disposition import Disposition, Failure
from tuimail.smtp.reply import Reply
from tuimail.smtp.session import TlsPolicy
from tuimail.smtp.tls_facts import TlsFacts
from tuimail.smtp.transaction import Transaction


@dataclass(frozen=True, slots=True)
class CommandSent:
    at: float
    command: Command


@dataclass(frozen=True, slots=True)
class ReplyReceived:
    """`command` is what it answers: None for the greeting and for a reply nobody asked for."""

    at: float
    reply: Reply
    command: Command | None


@dataclass(frozen=True, slots=True)
class BodySent:
    """`octets` of the message are out, of `size`, both before dot-stuffing."""

    at: float
    octets: int
    size: int


@dataclass(frozen=True, slots=True)
class TlsEstablished:
    """`policy` is what the session held the handshake to, None where nobody remembers."""

    at: float
    facts: TlsFacts
    policy: TlsPolicy | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """The end of a transaction: one disposition for each forward-path, in their order."""

    at: float
    transaction: Transaction
    dispositions: tuple[Disposition, ...]


@dataclass(frozen=True, slots=True)
class SessionFailed:
    at: float
    failure: Failure


Event = CommandSent | ReplyReceived | BodySent | TlsEstablished | Settled | SessionFailed
