"""What was seen on a mail's way, and how it reads."""

from tuimail.transcript.bars import Bar, laid_out
from tuimail.transcript.difference import Row, Saying, SessionDifference, Side, compared
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
from tuimail.transcript.explaining import explained
from tuimail.transcript.explanation import Detail, Explanation
from tuimail.transcript.extensions import Offer, offered
from tuimail.transcript.jsonl import JsonLines, message_lines, read_json_lines
from tuimail.transcript.lines import Line, Mark, Tone, lines_of
from tuimail.transcript.outcome import Outcome, RecipientOutcome, Status, TlsUsed
from tuimail.transcript.page import page
from tuimail.transcript.picture import picture
from tuimail.transcript.quantity import duration, octets, seconds
from tuimail.transcript.record import RecordError, decode, encode
from tuimail.transcript.recorded import Recorded, RecordingError
from tuimail.transcript.recording import Transcript, Watcher
from tuimail.transcript.replay import Player
from tuimail.transcript.segment import Phase, Segment
from tuimail.transcript.swaks import read_swaks
from tuimail.transcript.text import SwaksText
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
    "JsonLines",
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
    "Opaque",
    "Outcome",
    "PassedOver",
    "Phase",
    "Player",
    "PolicyFound",
    "RecipientOutcome",
    "RecordError",
    "Recorded",
    "RecordingError",
    "Row",
    "Saying",
    "Segment",
    "SessionDifference",
    "Side",
    "Status",
    "SwaksText",
    "TlsUsed",
    "Tone",
    "Transcript",
    "Typescript",
    "Watcher",
    "Waterfall",
    "Waterfalls",
    "compared",
    "decode",
    "duration",
    "encode",
    "explained",
    "laid_out",
    "lines_of",
    "message_lines",
    "octets",
    "offered",
    "page",
    "picture",
    "read_json_lines",
    "read_swaks",
    "seconds",
]
