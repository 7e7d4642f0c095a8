"""The SMTP dialogue, without I/O."""

from tuimail.smtp.actions import Abort, Action, BeginTls, Close, Write
from tuimail.smtp.capabilities import Capabilities
from tuimail.smtp.command import Command
from tuimail.smtp.dialogue import Dialogue
from tuimail.smtp.disposition import (
    Accepted,
    Disposition,
    Failure,
    FailureKind,
    Refused,
    Unanswered,
    Unfit,
    Unknown,
)
from tuimail.smtp.events import (
    BodySent,
    CommandSent,
    Event,
    ReplyReceived,
    SessionFailed,
    Settled,
    TlsEstablished,
)
from tuimail.smtp.framing import DataFraming
from tuimail.smtp.loss import Eof, HandshakeFailed, Loss, Reset
from tuimail.smtp.reply import EnhancedStatus, ProtocolError, Reply, ReplyReader, Severity
from tuimail.smtp.session import Session, TlsFacts, TlsPolicy
from tuimail.smtp.stage import Stage
from tuimail.smtp.transaction import Content, Envelope, Transaction

__all__ = [
    "Abort",
    "Accepted",
    "Action",
    "BeginTls",
    "BodySent",
    "Capabilities",
    "Close",
    "Command",
    "CommandSent",
    "Content",
    "DataFraming",
    "Dialogue",
    "Disposition",
    "EnhancedStatus",
    "Envelope",
    "Eof",
    "Event",
    "Failure",
    "FailureKind",
    "HandshakeFailed",
    "Loss",
    "ProtocolError",
    "Refused",
    "Reply",
    "ReplyReader",
    "ReplyReceived",
    "Reset",
    "Session",
    "SessionFailed",
    "Settled",
    "Severity",
    "Stage",
    "TlsEstablished",
    "TlsFacts",
    "TlsPolicy",
    "Transaction",
    "Unanswered",
    "Unfit",
    "Unknown",
    "Write",
]
