"""A transcript as the text that swaks would have printed, which people know how to read.

` -> ` is the client, `<-  ` the server, `<** ` a server that refuses, each with a tilde under TLS;
`=== ` says what was done and `*** ` what went wrong. Our own are the headings, `=== Session 2: …`,
where the lines that follow belong to another session than those before, and of a message the
number of its octets. `swaks.py` reads it all back.
"""

from collections.abc import Iterator

from tuimail import smtp
from tuimail.safetext import visible
from tuimail.transcript.events import Connected, Connecting, Entry, Lane
from tuimail.transcript.lines import Tone, lines_of

LEAST_LAPSE = 0.01
"""Seconds; before a reply that took longer stands the line of swaks' `--show-time-lapse`."""
_TROUBLE = (Tone.WARN, Tone.FAIL)


class SwaksText:
    """Writes entries in the order they come."""

    def __init__(self) -> None:
        self._lane: Lane | None = None
        self._last: float | None = None
        self._lanes_under_tls: set[int] = set()

    def written(self, entry: Entry) -> str:
        """Its lines: none, one, or as many as a reply has."""
        lines = tuple(self._lines(entry))
        self._last = entry.event.at
        if not lines:
            return ""
        lines = (*self._heading(entry), *lines)
        return "".join(f"{line}\n" for line in lines)

    def _heading(self, entry: Entry) -> Iterator[str]:
        if entry.lane != self._lane:
            self._lane = entry.lane
            yield f"=== {heading(entry.lane)}"

    def _lines(self, entry: Entry) -> Iterator[str]:
        match entry.event:
            case smtp.CommandSent(command=command):
                yield self._sent(entry.lane, command.shown)
            case smtp.BodySent(octets=octets, size=size):
                if octets >= size:
                    yield self._sent(entry.lane, f"{size} octets sent")
            case smtp.ReplyReceived(at=at, reply=reply):
                yield from self._lapse(at)
                yield from self._received(entry.lane, reply)
            case smtp.TlsEstablished(facts=facts):
                self._lanes_under_tls.add(entry.lane.number)
                yield from _tls(facts)
            case Connecting():
                yield f"=== Trying {_place(entry.lane)}..."
            case Connected():
                yield f"=== Connected to {visible(entry.lane.ip or entry.lane.exchange)}."
            case _:
                for line in lines_of(entry):
                    yield f"{'***' if line.tone in _TROUBLE else '==='} {line.text}"

    def _sent(self, lane: Lane, text: str) -> str:
        return f" {self._stroke(lane)}> {visible(text)}"

    def _received(self, lane: Lane, reply: smtp.Reply) -> Iterator[str]:
        refused = reply.severity not in (smtp.Severity.COMPLETED, smtp.Severity.CONTINUE)
        stroke = self._stroke(lane)
        hint = f"<{stroke if stroke == '~' else '*'}*" if refused else f"<{stroke} "
        *before, last = reply.lines
        for text in before:
            yield f"{hint} {reply.code:03d}-{visible(text)}"
        yield f"{hint} {reply.code:03d} {visible(last)}".rstrip()

    def _stroke(self, lane: Lane) -> str:
        return "~" if lane.number in self._lanes_under_tls else "-"

    def _lapse(self, at: float) -> Iterator[str]:
        lapse = round(at - (at if self._last is None else self._last), 3)
        if lapse >= LEAST_LAPSE:
            yield f"=== response in {lapse:.3f}s"


def heading(lane: Lane) -> str:
    """`Session 2: mx1.example.net [192.0.2.10]:25 for example.net`, or `Domain 1: example.net` of
    what comes before it; the delivery is of all."""
    if not lane.exchange:
        return (
            visible(f"Domain {lane.number}: {lane.domain}")
            if lane.domain
            else f"Delivery {lane.number}"
        )
    return visible(f"Session {lane.number}: {lane.endpoint} for {lane.domain}")


def _place(lane: Lane) -> str:
    return visible(f"{lane.ip or lane.exchange}:{lane.port}" if lane.port else lane.exchange)


def _tls(facts: smtp.TlsFacts) -> Iterator[str]:
    yield visible(f"=== TLS started with cipher {facts.version}:{facts.cipher}")
    yield visible(f"=== TLS peer subject=[{facts.subject}], issuer=[{facts.issuer}]")
    if facts.verified:
        proof = f" by {facts.proof}" if facts.proof else ""
        yield visible(f"=== TLS peer certificate verified{proof}")
    else:
        yield visible(f"*** TLS peer certificate not verified: {facts.distrust}")
