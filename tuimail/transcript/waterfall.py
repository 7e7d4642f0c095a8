"""Where the time of a session went: its stages, and its round trips."""

from collections import deque
from dataclasses import replace

from tuimail import smtp
from tuimail.safetext import visible
from tuimail.transcript.events import (
    Connected,
    Connecting,
    Entry,
    Event,
    Lane,
    LookedUp,
    NotConnected,
    NotNeeded,
)
from tuimail.transcript.lines import Tone
from tuimail.transcript.segment import Phase, Segment

_PHASES = {
    "EHLO": Phase.HELLO,
    "HELO": Phase.HELLO,
    "LHLO": Phase.HELLO,
    "STARTTLS": Phase.TLS,
    "XCLIENT": Phase.XCLIENT,
    "AUTH": Phase.AUTH,
    "MAIL": Phase.MAIL,
    "RCPT": Phase.RCPT,
    "DATA": Phase.DATA,
    ".": Phase.FINAL,
    "RSET": Phase.RSET,
    "QUIT": Phase.QUIT,
}
_TONES = {
    smtp.Severity.COMPLETED: Tone.PASS,
    smtp.Severity.CONTINUE: Tone.PASS,
    smtp.Severity.TRANSIENT: Tone.WARN,
}
_LONGEST_LABEL = 12
_LONGEST_SUBJECT = 120


class Waterfall:
    """The stages of one lane, in the order in which they began. Each entry costs the same,
    however many came before."""

    def __init__(self, dns: Segment | None = None) -> None:
        self.segments: list[Segment] = [] if dns is None else [dns]
        self.trips: list[int] = []
        """Where the server was waited for after something was written to it, as the places of what
        ended the wait: what is written at once is waited for once. Name servers are others."""
        self._places: list[list[int]] = [list(segment.entries) for segment in self.segments]
        self._open: dict[int, None] = {}
        self._awaiting: dict[smtp.Command, deque[tuple[int, int]]] = {}
        self._dns: int | None = None
        self._greeting: int | None = None
        self._tls: int | None = None
        self._auth: int | None = None
        self._transfer: int | None = None
        self._final: tuple[smtp.Command, int] | None = None
        self._body_due: float | None = None
        self._seen = 0
        self._turned = 0

    @property
    def round_trips(self) -> int:
        return len(self.trips)

    @property
    def dns(self) -> Segment | None:
        """The look-ups, where these are a domain's."""
        return None if self._dns is None else self.segments[self._dns]

    def append(self, place: int, event: Event) -> None:
        """`place` is the entry's in the transcript; a message's progress keeps its own."""
        self._seen += 1
        match event:
            case LookedUp():
                self._look_up(place, event)
            case Connecting(at=at):
                self._begin(Phase.TCP, at, place)
            case Connected(at=at):
                self.trips.append(place)
                self._end_all(place, at, Tone.PASS)
                self._greeting = self._begin(Phase.GREETING, at, place)
            case NotConnected(at=at):
                self._end_all(place, at, Tone.FAIL)
            case NotNeeded(at=at):
                self._end_all(place, at, Tone.FACT)
            case smtp.TlsEstablished():
                self._secured(place, event)
            case smtp.CommandSent():
                self._said(place, event)
            case smtp.ReplyReceived():
                self._answered(place, event)
            case smtp.BodySent():
                self._sent(place, event)
            case smtp.Settled(at=at, dispositions=dispositions):
                if any(isinstance(each, smtp.Halted) for each in dispositions):
                    self._end_all(place, at, Tone.PASS)
            case smtp.SessionFailed(at=at, failure=failure):
                cancelled = failure.kind is smtp.FailureKind.CANCELLED
                self._end_all(place, at, Tone.WARN if cancelled else Tone.FAIL)

    # Segments

    def _begin(
        self, phase: Phase, at: float, place: int, label: str = "", subject: str = ""
    ) -> int:
        index = len(self.segments)
        places = [place]
        self._places.append(places)
        self._open[index] = None
        self.segments.append(Segment(phase, label or phase.value, at, places, subject=subject))
        return index

    def _cover(self, index: int, place: int) -> None:
        places = self._places[index]
        if place > places[-1]:
            places.append(place)

    def _end(self, index: int, place: int, at: float, tone: Tone, code: int | None = None) -> None:
        self._cover(index, place)
        self._open.pop(index, None)
        self.segments[index] = replace(self.segments[index], end=at, tone=tone, code=code)

    def _end_all(self, place: int, at: float, tone: Tone) -> None:
        """Nothing that is waited for comes any more."""
        for index in tuple(self._open):
            self._end(index, place, at, tone)
        self._awaiting.clear()
        self._greeting = self._tls = self._auth = self._transfer = self._body_due = None

    # Before the dialogue

    def _look_up(self, place: int, event: LookedUp) -> None:
        """Look-ups run side by side: all are one stage."""
        if self._dns is None:
            self._dns = self._begin(Phase.DNS, event.began, place)
        self._end(self._dns, place, event.at, Tone.PASS)
        dns = self.segments[self._dns]
        if (count := len(dns.entries)) == 1:
            return
        self.segments[self._dns] = replace(
            dns, start=min(dns.start, event.began), end=event.at, subject=f"DNS, {count} look-ups"
        )

    def _secured(self, place: int, event: smtp.TlsEstablished) -> None:
        self.trips += [place] if event.facts.version == "TLSv1.3" else [place, place]
        tone = Tone.PASS if event.facts.verified else Tone.WARN
        if self._tls is not None:
            self._end(self._tls, place, event.at, tone)
            self._tls = None
        elif self._greeting is not None:
            # TLS from the start: it was no greeting that was waited for.
            waited = self.segments[self._greeting]
            self.segments[self._greeting] = replace(waited, phase=Phase.TLS, label=Phase.TLS.value)
            self._end(self._greeting, place, event.at, tone)
            self._greeting = self._begin(Phase.GREETING, event.at, place)

    # The dialogue

    def _said(self, place: int, event: smtp.CommandSent) -> None:
        command = event.command
        if self._auth is not None:
            index, self._auth = self._auth, None
            self._cover(index, place)
        elif command.verb == "BDAT":
            index = self._say_chunk(place, event)
        else:
            if command.verb == "." and self._transfer is not None:
                self._end_transfer(place, event.at)
            index = self._begin(
                _PHASES.get(command.verb, Phase.OTHER),
                event.at,
                place,
                _label(command),
                visible(command.shown[:_LONGEST_SUBJECT]),
            )
        self._awaiting.setdefault(command, deque()).append((index, self._seen))

    def _say_chunk(self, place: int, event: smtp.CommandSent) -> int:
        if self._transfer is None:
            self._transfer = self._begin(Phase.TRANSFER, event.at, place)
        self._cover(self._transfer, place)
        if event.command.shown.upper().endswith(" LAST"):
            return self._begin(Phase.FINAL, event.at, place, subject=visible(event.command.shown))
        return self._transfer

    def _sent(self, place: int, event: smtp.BodySent) -> None:
        if self._transfer is None:
            start = event.at if self._body_due is None else self._body_due
            self._transfer = self._begin(Phase.TRANSFER, start, place)
        self._cover(self._transfer, place)
        segment = replace(self.segments[self._transfer], octets=event.octets)
        self.segments[self._transfer] = segment
        if event.octets >= event.size:
            self._end_transfer(place, event.at)

    def _end_transfer(self, place: int, at: float, tone: Tone = Tone.PASS) -> None:
        if self._transfer is not None:
            self._end(self._transfer, place, at, tone)
        self._transfer = self._body_due = None

    def _answered(self, place: int, event: smtp.ReplyReceived) -> None:
        if event.command is None:
            if self._greeting is not None:
                self.trips.append(place)
                self._turned = self._seen
                self._close(self._greeting, place, event)
                self._greeting = None
            return
        awaiting = self._awaiting.get(event.command)
        if awaiting is None:
            self._answered_again(place, event)
            return
        index, written = awaiting.popleft()
        if not awaiting:
            del self._awaiting[event.command]
        if written > self._turned:
            self.trips.append(place)
            self._turned = self._seen
        self._go_on(index, place, event)

    def _go_on(self, index: int, place: int, event: smtp.ReplyReceived) -> None:
        reply, severity = event.reply, event.reply.severity
        match self.segments[index].phase:
            case Phase.AUTH if severity is smtp.Severity.CONTINUE:
                self._cover(index, place)
                self._auth = index
            case Phase.TLS if severity is smtp.Severity.COMPLETED:
                self._cover(index, place)
                self._tls = index
            case Phase.TRANSFER if severity in (smtp.Severity.COMPLETED, smtp.Severity.CONTINUE):
                self._cover(index, place)
            case Phase.TRANSFER:
                self._close(index, place, event)
                self._transfer = None
            case Phase.FINAL:
                self._end_transfer(place, event.at)
                self._close(index, place, event)
                if event.command is not None:
                    self._final = event.command, index
            case phase:
                self._close(index, place, event)
                if phase is Phase.DATA and reply.severity is smtp.Severity.CONTINUE:
                    self._body_due = event.at

    def _answered_again(self, place: int, event: smtp.ReplyReceived) -> None:
        """In LMTP one dot has a reply for each recipient. A server may also refuse a message that
        it has not the whole of: then there was no dot."""
        if self._final is not None and self._final[0] == event.command:
            self._close(self._final[1], place, event)
        elif self._transfer is not None:
            self._end_transfer(place, event.at, _tone(event.reply))

    def _close(self, index: int, place: int, event: smtp.ReplyReceived) -> None:
        self._end(index, place, event.at, _tone(event.reply), event.reply.code)


class Waterfalls:
    """One for each lane of a transcript. Look-ups are shown with the sessions that wait for them:
    those that begin before anything else is heard of one."""

    def __init__(self) -> None:
        self._waterfalls: dict[int, Waterfall] = {}
        self._asked: dict[str, Waterfall] = {}

    def append(self, place: int, entry: Entry) -> None:
        lane, event = entry.lane, entry.event
        waterfall = self._waterfalls.get(lane.number)
        if waterfall is None:
            asked = self._asked.get(lane.domain) if lane.exchange else None
            waterfall = Waterfall(asked.dns if asked else None)
            self._waterfalls[lane.number] = waterfall
        match event:
            case LookedUp() if not lane.exchange:
                asked = self._asked.setdefault(lane.domain, Waterfall())
                asked.append(place, event)
            case Connecting() | NotNeeded():
                pass
            case _ if lane.exchange:
                self._asked.pop(lane.domain, None)
        waterfall.append(place, event)

    def of(self, lane: Lane) -> Waterfall | None:
        """None for a lane of which nothing was seen."""
        return self._waterfalls.get(lane.number)


def _label(command: smtp.Command) -> str:
    if command.verb == ".":
        return Phase.FINAL.value
    if command.verb == "STARTTLS":
        return Phase.TLS.value
    return visible(command.verb[:_LONGEST_LABEL])


def _tone(reply: smtp.Reply) -> Tone:
    severity = reply.severity
    return Tone.FAIL if severity is None else _TONES.get(severity, Tone.FAIL)
