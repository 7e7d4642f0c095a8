"""One stage of a session, as long as it took."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from tuimail import smtp
from tuimail.transcript.lines import Tone
from tuimail.transcript.quantity import octets, seconds


class Phase(Enum):
    """What a session spends its time on. The value is its short name."""

    DNS = "DNS"
    TCP = "TCP"
    GREETING = "greeting"
    HELLO = "EHLO"
    TLS = "TLS"
    XCLIENT = "XCLIENT"
    AUTH = "AUTH"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    TRANSFER = "message"
    FINAL = "final reply"
    RSET = "RSET"
    QUIT = "QUIT"
    OTHER = "other"
    """A command typed by hand."""


@dataclass(frozen=True, slots=True)
class Segment:
    """`start` is when it was asked for, `end` when the answer was there, None until it is; in
    monotonic seconds. Pipelined stages overlap.

    `label` and `subject` are safe to show: a word, and what it was about. `octets` are those of a
    message that are out.
    """

    phase: Phase
    label: str
    start: float
    entries: Sequence[int]
    """Places in the transcript. Grows while the stage goes on."""
    end: float | None = None
    subject: str = ""
    tone: Tone = Tone.FACT
    code: int | None = None
    octets: int = 0

    def until(self, now: float) -> float:
        """`end`, or as far as it has come `now`."""
        if self.end is not None:
            return self.end
        # Nobody reports that a QUIT went unanswered.
        last = self.start + smtp.Stage.QUIT.seconds if self.phase is Phase.QUIT else now
        return max(self.start, min(now, last))

    @property
    def octets_per_second(self) -> float | None:
        """None where nothing was sent, or in no time that can be measured."""
        if self.end is None or self.end <= self.start or not self.octets:
            return None
        return self.octets / (self.end - self.start)

    def words(self, now: float) -> str:
        """What it was, and how long it took."""
        took = seconds(self.until(now) - self.start)
        name = self.subject or self.label
        if self.phase is Phase.TRANSFER:
            rate = self.octets_per_second
            speed = f", {octets(round(rate))}/s" if rate is not None else ""
            return f"{name}, {octets(self.octets)} in {took}{speed}"
        if self.end is None:
            return f"{name}, unanswered for {took}"
        code = f"{self.code:03d} after " if self.code is not None else ""
        return f"{name}, {code}{took}"
