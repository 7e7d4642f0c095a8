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
    NoPolicy,
    NotConnected,
    Noted,
    NotNeeded,
    Opaque,
    PassedOver,
    PolicyFound,
)
from tuimail.transcript.lines import Line, Mark, Tone, lines_of, mark_of
from tuimail.transcript.outcome import Outcome, RecipientOutcome, Status, TlsUsed
from tuimail.transcript.quantity import duration, octets, seconds
from tuimail.transcript.recording import Recorder, Transcript, Watcher
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
    "NoPolicy",
    "NotConnected",
    "NotNeeded",
    "Noted",
    "Opaque",
    "Outcome",
    "PassedOver",
    "PolicyFound",
    "RecipientOutcome",
    "Recorder",
    "Status",
    "TlsUsed",
    "Tone",
    "Transcript",
    "Typescript",
    "Watcher",
    "duration",
    "lines_of",
    "mark_of",
    "octets",
    "seconds",
]
