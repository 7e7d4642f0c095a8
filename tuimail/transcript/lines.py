"""A transcript's entries as lines for people."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, StrEnum

from tuimail import smtp
from tuimail.safetext import visible
from tuimail.transcript.events import (
    Advice,
    Concluded,
    Connected,
    Connecting,
    Entry,
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
from tuimail.transcript.outcome import Outcome, Status
from tuimail.transcript.quantity import duration, octets


class Mark(StrEnum):
    """Says what a line is, before any colour does."""

    CLIENT = "→"
    SERVER = "←"
    FACT = "·"
    PASS = "✓"
    WARN = "!"
    FAIL = "✗"
    INFO = "i"
    UNKNOWN = "?"


class Tone(Enum):
    """How a line is meant; whoever shows it has a colour for each."""

    CLIENT = "client"
    SERVER = "server"
    FACT = "fact"
    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Line:
    """`text` is safe to show. `at` is the monotonic time in seconds."""

    lane: Lane
    at: float
    mark: Mark
    tone: Tone
    text: str


_OUTCOMES = {
    Status.DELIVERED: (Mark.PASS, Tone.PASS),
    Status.DEFERRED: (Mark.WARN, Tone.WARN),
    Status.STOPPED: (Mark.PASS, Tone.PASS),
    Status.FAILED: (Mark.FAIL, Tone.FAIL),
    Status.UNKNOWN: (Mark.UNKNOWN, Tone.WARN),
}
_REFUSALS = {
    smtp.Severity.TRANSIENT: Tone.WARN,
    smtp.Severity.PERMANENT: Tone.FAIL,
    None: Tone.FAIL,
}
MOST_CHARACTERS = 64 * 1024
"""Of one line: no reply is longer, but a recording that somebody else made may hold anything."""


def lines_of(entry: Entry) -> tuple[Line, ...]:
    """The lines of one entry: none, one, or as many as a reply or an outcome has."""
    return tuple(_line(entry, described) for described in _described(entry))


def reply_line(entry: Entry, reply: smtp.Reply, index: int) -> Line:
    """One of the lines of an entry that is this reply."""
    return _line(entry, _of_reply(reply, index))


def _line(entry: Entry, described: tuple[Mark, Tone, str]) -> Line:
    mark, tone, text = described
    return Line(entry.lane, entry.event.at, mark, tone, visible(_bounded(text)))


def _bounded(text: str) -> str:
    more = len(text) - MOST_CHARACTERS
    return text if more <= 0 else f"{text[:MOST_CHARACTERS]}… and {more:,} characters more"


def mark_of(status: Status) -> tuple[Mark, Tone]:
    """Of a recipient's, or the whole's."""
    return _OUTCOMES[status]


def _described(entry: Entry) -> Iterator[tuple[Mark, Tone, str]]:
    match entry.event:
        case smtp.CommandSent(command=command):
            yield Mark.CLIENT, Tone.CLIENT, command.shown
        case smtp.ReplyReceived(reply=reply):
            yield from (_of_reply(reply, index) for index in range(len(reply.lines)))
        case smtp.BodySent(octets=sent, size=size):
            yield Mark.CLIENT, Tone.CLIENT, _progress(sent, size)
        case smtp.TlsEstablished(facts=facts):
            yield _tls(facts)
        case smtp.Settled():
            return
        case smtp.SessionFailed(failure=failure):
            cancelled = failure.kind is smtp.FailureKind.CANCELLED
            mark, tone = (Mark.WARN, Tone.WARN) if cancelled else (Mark.FAIL, Tone.FAIL)
            yield mark, tone, f"{entry.lane.exchange} {failure.why}"
        case LookedUp(question=question, finding=finding):
            yield Mark.FACT, Tone.FACT, f"{question} → {finding}"
        case Connecting():
            yield Mark.FACT, Tone.FACT, f"connecting to {entry.lane.endpoint}"
        case Connected():
            yield Mark.FACT, Tone.FACT, "connected"
        case NotConnected(why=why):
            yield Mark.FAIL, Tone.FAIL, f"{entry.lane.endpoint} can't be reached: {why}"
        case NoExchange(why=why):
            yield Mark.FAIL, Tone.FAIL, why
        case PolicyFound(domain=domain):
            yield Mark.FACT, Tone.FACT, f"MTA-STS {domain} → {_policy(entry.event)}"
        case NoPolicy(domain=domain, why=why):
            yield Mark.WARN, Tone.WARN, f"MTA-STS {domain}: {why}"
        case PassedOver(exchange=exchange, why=why):
            yield Mark.WARN, Tone.WARN, f"{exchange} {why}"
        case Noted(text=text):
            yield Mark.FACT, Tone.FACT, text
        case NotNeeded(why=why):
            yield Mark.FACT, Tone.FACT, f"{entry.lane.endpoint} is not needed: {why}"
        case FellBack(to=to):
            yield Mark.WARN, Tone.WARN, f"trying {to}"
        case Advice(text=text):
            yield Mark.WARN, Tone.WARN, text
        case Concluded(outcome=outcome):
            yield from _outcome(outcome)
        case Opaque(kind=kind, text=text):
            yield Mark.FACT, Tone.FACT, f"{kind} {text}, as a newer tuimail wrote it"


def _policy(found: PolicyFound) -> str:
    policy, known = found.policy, f", fetched {duration(found.age)} ago" if found.age >= 1 else ""
    left = f"valid for {duration(policy.max_age - found.age)}{known}"
    if policy.mode == "none":
        return f"none: it asks for nothing, {left}"
    count = len(policy.mx)
    return f"{policy.mode}, {count} exchange{'' if count == 1 else 's'}, {left}"


def _of_reply(reply: smtp.Reply, index: int) -> tuple[Mark, Tone, str]:
    tone = _REFUSALS.get(reply.severity, Tone.SERVER)
    if index < len(reply.lines) - 1:
        return Mark.SERVER, tone, f"{reply.code:03d}-{reply.lines[index]}"
    return Mark.SERVER, tone, f"{reply.code:03d} {reply.lines[-1]}".rstrip()


def _progress(sent: int, size: int) -> str:
    if sent >= size:
        return f"message, {octets(size)}"
    return f"message, {octets(sent)} of {octets(size)}, {100 * sent // size} %"


def _tls(facts: smtp.TlsFacts) -> tuple[Mark, Tone, str]:
    said = f"{facts.protocol}, {facts.cipher}, {facts.subject}, issued by {facts.issuer}"
    if facts.verified:
        by = f" by {facts.proof}" if facts.proof else ""
        return Mark.PASS, Tone.PASS, f"{said}, verified{by}"
    return Mark.WARN, Tone.WARN, f"{said}, not verified: {facts.distrust}"


def _outcome(outcome: Outcome) -> Iterator[tuple[Mark, Tone, str]]:
    for recipient in outcome.recipients:
        yield *mark_of(recipient.status), recipient.sentence
    yield *mark_of(outcome.status), outcome.sentence
