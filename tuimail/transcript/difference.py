"""Two dialogues side by side."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import Enum, auto
from hashlib import sha256
from itertools import zip_longest

from tuimail import smtp
from tuimail.safetext import visible
from tuimail.transcript.events import Entry, Event, Lane, NotConnected
from tuimail.transcript.lines import Line, lines_of
from tuimail.transcript.recording import Transcript

MOST_ALIGNED = 2000
"""Lines of a session that may be moved to stand beside their like, which costs their square. Of
more, each stands beside the one that has its place."""


class Side(Enum):
    """Where a row has something to show, and whether both say it."""

    SAME = "="
    DIFFERENT = "|"
    LEFT = "<"
    RIGHT = ">"


@dataclass(frozen=True, slots=True)
class Saying:
    """`elapsed` is the time since its session's first event, in seconds."""

    line: Line
    elapsed: float


@dataclass(frozen=True, slots=True)
class Row:
    side: Side
    left: Saying | None
    right: Saying | None


@dataclass(frozen=True, slots=True)
class SessionDifference:
    """The names, safe to show, are empty where that side has no such session."""

    left: str
    right: str
    rows: tuple[Row, ...]

    @property
    def same(self) -> bool:
        return all(row.side is Side.SAME for row in self.rows)


class _Known(Enum):
    """What both recordings hold of TLS: a `.txt` has no certificates to be compared."""

    LINES = auto()
    CERTIFICATES = auto()


@dataclass(frozen=True, slots=True)
class _Spoken:
    saying: Saying
    topic: tuple[str, ...]
    """What it is about. What both say about the same may differ, and stands side by side."""
    words: str

    @property
    def in_full(self) -> Saying:
        """With all that is compared in place of what its line tells of it."""
        return replace(self.saying, line=replace(self.saying.line, text=visible(self.words)))


@dataclass(frozen=True, slots=True)
class _Session:
    name: str
    lines: tuple[_Spoken, ...]

    @property
    def silent(self) -> bool:
        return all(line.topic == _END for line in self.lines)


_NOBODY = _Session("", ())
_END = ("end",)


def compared(left: Iterable[Entry], right: Iterable[Entry]) -> tuple[SessionDifference, ...]:
    """The sessions of the two, pair by pair: what client and server said, and what became of the
    connection and of TLS. Those with the same place are a pair, for side by side one begins first
    today and the other tomorrow; all others are in the order they began. Those that came to no
    dialogue are paired with each other. Look-ups and outcomes are left out, and times are shown
    but not compared."""
    lefts, rights = tuple(left), tuple(right)
    known = _known((*lefts, *rights))
    left_spoken, left_silent = _sessions(lefts, known)
    right_spoken, right_silent = _sessions(rights, known)
    pairs = (*_pairs(left_spoken, right_spoken), *_pairs(left_silent, right_silent))
    return tuple(
        SessionDifference(lefts.name, rights.name, tuple(_rows(lefts.lines, rights.lines)))
        for lefts, rights in pairs
    )


def _known(entries: Iterable[Entry]) -> _Known:
    for entry in entries:
        if isinstance(entry.event, smtp.TlsEstablished) and not entry.event.facts.chain:
            return _Known.LINES
    return _Known.CERTIFICATES


def _pairs(
    lefts: Sequence[_Session], rights: Sequence[_Session]
) -> Iterator[tuple[_Session, _Session]]:
    """In the order of the left ones; those that are on the right alone come last."""
    left_places, right_places = _by_place(lefts), _by_place(rights)
    others = (each for place, each in right_places.items() if place not in left_places)
    for place, left in left_places.items():
        yield left, right_places.get(place) or next(others, _NOBODY)
    yield from ((_NOBODY, right) for right in others)


def _by_place(sessions: Iterable[_Session]) -> dict[tuple[str, int], _Session]:
    """By the name, and the how manieth of that name it is."""
    times: Counter[str] = Counter()
    placed = {}
    for session in sessions:
        placed[session.name, times[session.name]] = session
        times[session.name] += 1
    return placed


def _sessions(entries: Iterable[Entry], known: _Known) -> tuple[list[_Session], list[_Session]]:
    """Those in which something was said, and those in which nothing was and that is all."""
    transcripts: defaultdict[Lane, Transcript] = defaultdict(Transcript)
    for entry in entries:
        if entry.lane.exchange:
            transcripts[entry.lane].append(entry)
    sessions = [
        _Session(visible(lane.endpoint), tuple(_spoken(transcript, known)))
        for lane, transcript in transcripts.items()
    ]
    silent = [each for each in sessions if each.silent]
    return [each for each in sessions if not each.silent], [each for each in silent if each.lines]


def _spoken(transcript: Transcript, known: _Known) -> Iterator[_Spoken]:
    start = transcript.entries[0].began
    for entry in transcript.entries:
        topics = _topics(entry.event, known)
        for line, (topic, words) in zip(lines_of(entry), topics, strict=False):
            yield _Spoken(Saying(line, line.at - start), topic, words)


def _topics(event: Event, known: _Known) -> Iterator[tuple[tuple[str, ...], str]]:
    """For each line its topic and what is compared of it: not the name of the server, and not
    whether an extension is the last one. Nothing for what is not compared."""
    match event:
        case smtp.CommandSent(command=command):
            yield ("client", command.verb), command.shown
        case smtp.ReplyReceived(reply=reply, command=command):
            verb = command.verb if command is not None else ""
            for place, text in enumerate(reply.lines):
                offered = place > 0 and verb in ("EHLO", "LHLO")
                keyword = text.partition(" ")[0].upper() if offered else ""
                yield ("server", verb, keyword), f"{reply.code:03d} {text}"
        case smtp.BodySent(octets=octets, size=size):
            yield ("message",), f"message, {octets} of {size} octets"
        case smtp.TlsEstablished(facts=facts):
            yield ("tls",), _tls(facts, known)
        case smtp.SessionFailed(failure=failure):
            yield _END, failure.why
        case NotConnected(why=why):
            yield _END, why


def _tls(facts: smtp.TlsFacts, known: _Known) -> str:
    verdict = f"verified by {facts.proof}" if facts.verified else f"not verified: {facts.distrust}"
    if known is _Known.LINES:
        certificates = f"{facts.subject}, issued by {facts.issuer}"
        return f"{facts.protocol}, {facts.cipher}, {certificates}, {verdict}"
    certificates = "; ".join(map(_certificate, facts.chain))
    return f"{facts.protocol}, {facts.cipher}, {facts.key_exchange}, {verdict}; {certificates}"


def _certificate(each: smtp.CertificateFacts) -> str:
    valid = f"valid from {each.not_before:%Y-%m-%d} to {each.not_after:%Y-%m-%d}"
    print_ = f"SHA-256 {sha256(each.der).hexdigest()[:16]}…"
    return f"{each.subject}, issued by {each.issuer}, {valid}, key {each.key}, {print_}"


def _rows(lefts: Sequence[_Spoken], rights: Sequence[_Spoken]) -> Iterator[Row]:
    if max(len(lefts), len(rights)) > MOST_ALIGNED:
        for left, right in zip_longest(lefts, rights):
            yield _row(left, right)
        return
    said = (
        [(each.topic, each.words) for each in lefts],
        [(each.topic, each.words) for each in rights],
    )
    for alike, left_span, right_span in _spans(*said):
        if alike:
            yield from map(_row, lefts[left_span], rights[right_span])
        else:
            yield from _beside(lefts[left_span], rights[right_span])


def _beside(lefts: Sequence[_Spoken], rights: Sequence[_Spoken]) -> Iterator[Row]:
    """Lines that differ: those of the same topic side by side."""
    left_topics, right_topics = ([each.topic for each in side] for side in (lefts, rights))
    for alike, left_span, right_span in _spans(left_topics, right_topics):
        if alike:
            yield from map(_row, lefts[left_span], rights[right_span])
        else:
            yield from (_row(left, None) for left in lefts[left_span])
            yield from (_row(None, right) for right in rights[right_span])


def _spans(
    lefts: Sequence[tuple[object, ...]], rights: Sequence[tuple[object, ...]]
) -> Iterator[tuple[bool, slice, slice]]:
    matcher = SequenceMatcher(None, lefts, rights, autojunk=False)
    for tag, left, left_end, right, right_end in matcher.get_opcodes():
        yield tag == "equal", slice(left, left_end), slice(right, right_end)


def _row(left: _Spoken | None, right: _Spoken | None) -> Row:
    if left is None or right is None:
        side = Side.RIGHT if left is None else Side.LEFT
    else:
        same = (left.topic, left.words) == (right.topic, right.words)
        side = Side.SAME if same else Side.DIFFERENT
        if not same and left.saying.line.text == right.saying.line.text:
            return Row(side, left.in_full, right.in_full)
    return Row(side, left.saying if left else None, right.saying if right else None)
