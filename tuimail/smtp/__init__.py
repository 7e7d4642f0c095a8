"""The SMTP dialogue, without I/O."""

from tuimail.smtp.actions import Abort, Action, BeginTls, Close, Compute, Write
from tuimail.smtp.capabilities import Capabilities
from tuimail.smtp.command import Command
from tuimail.smtp.dialogue import Dialogue
from tuimail.smtp.disposition import (
    NEEDS_8BITMIME,
    Accepted,
    Disposition,
    Excess,
    Failure,
    FailureKind,
    Halted,
    Refused,
    Unanswered,
    Unfit,
    Unknown,
)
from tuimail.smtp.dsn import DsnRequest, DsnReturn, Notify
from tuimail.smtp.events import (
    BodySent,
    CommandSent,
    Event,
    ReplyReceived,
    SessionFailed,
    Settled,
    TlsEstablished,
)
from tuimail.smtp.floor import Floor
from tuimail.smtp.framing import DataFraming, LineFraming
from tuimail.smtp.loss import Eof, HandshakeFailed, Loss, Reset
from tuimail.smtp.offers import offers
from tuimail.smtp.proxy_header import ProxyHeader, ProxyVersion, SocketAddress
from tuimail.smtp.reply import EnhancedStatus, ProtocolError, Reply, ReplyReader, Severity
from tuimail.smtp.sasl import Credentials, Mechanism, SaslError, mechanisms
from tuimail.smtp.session import Exposure, Pace, Protocol, Session, TlsPolicy, TlsStart
from tuimail.smtp.stage import Stage
from tuimail.smtp.talk import Talk
from tuimail.smtp.tls_facts import CertificateFacts, TlsFacts
from tuimail.smtp.transaction import Content, Envelope, Transaction, Travel

__all__ = [
    "NEEDS_8BITMIME",
    "Abort",
    "Accepted",
    "Action",
    "BeginTls",
    "BodySent",
    "Capabilities",
    "CertificateFacts",
    "Close",
    "Command",
    "CommandSent",
    "Compute",
    "Content",
    "Credentials",
    "DataFraming",
    "Dialogue",
    "Disposition",
    "DsnRequest",
    "DsnReturn",
    "EnhancedStatus",
    "Envelope",
    "Eof",
    "Event",
    "Excess",
    "Exposure",
    "Failure",
    "FailureKind",
    "Floor",
    "Halted",
    "HandshakeFailed",
    "LineFraming",
    "Loss",
    "Mechanism",
    "Notify",
    "Pace",
    "Protocol",
    "ProtocolError",
    "ProxyHeader",
    "ProxyVersion",
    "Refused",
    "Reply",
    "ReplyReader",
    "ReplyReceived",
    "Reset",
    "SaslError",
    "Session",
    "SessionFailed",
    "Settled",
    "Severity",
    "SocketAddress",
    "Stage",
    "Talk",
    "TlsEstablished",
    "TlsFacts",
    "TlsPolicy",
    "TlsStart",
    "Transaction",
    "Travel",
    "Unanswered",
    "Unfit",
    "Unknown",
    "Write",
    "mechanisms",
    "offers",
]
