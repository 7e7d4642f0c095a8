"""What was seen on a mail's way, and how it reads."""

from tuimail.transcript.events import (
    Advice,
    Concluded,
    Connected,
    Connecting,
    Entry,
    Event,
    FellBack,
    Lane,
    LookedUp,
    NoExchange,
    NotConnected,
    Noted,
    NotNeeded,
    PassedOver,
)
from tuimail.transcript.lines import Line, Mark, Tone, lines_of
from tuimail.transcript.outcome import Outcome, RecipientOutcome, Status, TlsUsed
from tuimail.transcript.quantity import octets, seconds
from tuimail.transcript.recording import Transcript, Watcher
from tuimail.transcript.typescript import Typescript

__all__ = [
    "Advice",
    "Concluded",
    "Connected",
    "Connecting",
    "Entry",
    "Event",
    "FellBack",
    "Lane",
    "Line",
    "LookedUp",
    "Mark",
    "NoExchange",
    "NotConnected",
    "NotNeeded",
    "Noted",
    "Outcome",
    "PassedOver",
    "RecipientOutcome",
    "Status",
    "TlsUsed",
    "Tone",
    "Transcript",
    "Typescript",
    "Watcher",
    "lines_of",
    "octets",
    "seconds",
]
