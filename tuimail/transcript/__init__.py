"""What was seen on a mail's way, and how it reads."""

from tuimail.transcript.bars import Bar, laid_out
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
    PassedOver,
    PolicyFound,
)
from tuimail.transcript.explaining import explained
from tuimail.transcript.explanation import Detail, Explanation
from tuimail.transcript.extensions import Offer, offered
from tuimail.transcript.lines import Line, Mark, Tone, lines_of
from tuimail.transcript.outcome import Outcome, RecipientOutcome, Status, TlsUsed
from tuimail.transcript.quantity import duration, octets, seconds
from tuimail.transcript.recording import Transcript, Watcher
from tuimail.transcript.segment import Phase, Segment
from tuimail.transcript.typescript import Typescript
from tuimail.transcript.waterfall import Waterfall, Waterfalls

__all__ = [
    "Advice",
    "Bar",
    "Concluded",
    "Connected",
    "Connecting",
    "Detail",
    "Entry",
    "Event",
    "Explanation",
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
    "Offer",
    "Outcome",
    "PassedOver",
    "Phase",
    "PolicyFound",
    "RecipientOutcome",
    "Segment",
    "Status",
    "TlsUsed",
    "Tone",
    "Transcript",
    "Typescript",
    "Watcher",
    "Waterfall",
    "Waterfalls",
    "duration",
    "explained",
    "laid_out",
    "lines_of",
    "octets",
    "offered",
    "seconds",
]
