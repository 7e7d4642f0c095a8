"""Reads the log of a session that swaks printed, and the text that `text.py` writes.

Pasted logs have lost spaces at the ends of their lines, and have other lines between them: what
bears no mark is left out, for it may hold a password that was typed. So is what answers AUTH.
Times are there only where swaks was told to show them (`--show-time-lapse`).
"""

import re
from collections import deque
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from tuimail import smtp
from tuimail.safetext import visible
from tuimail.transcript.events import (
    Advice,
    Connected,
    Connecting,
    Entry,
    Event,
    Lane,
    LookedUp,
    NotConnected,
    Noted,
)
from tuimail.transcript.recorded import Recorded, RecordingError
from tuimail.transcript.swaks_tls import is_about_tls, refined, started

LONGEST_LINE = 1024 * 1024
"""Octets. A server's line has 8 KiB at most; an outcome's may quote a whole reply."""
_MOST_STRANGE_LINES = 1000
"""Within which a log has to begin."""
_HIDDEN = "…"

_MARKED = re.compile(r" *([-~]>|\*[*~]>|<[-~](?!\*)|<~\*|<\*\*|===|\*\*\*)(?: |$)(.*)", re.DOTALL)
_HEADING = re.compile(r"(Session|Domain|Delivery) (\d{1,15})(?:: (.*))?", re.ASCII)
_ENDPOINT = re.compile(r"(.*) \[(.*)\]:(\d{1,15})", re.ASCII)
_SHORT_ENDPOINT = re.compile(r"(.*):(\d{1,15})", re.ASCII)
_TRYING = re.compile(r"Trying (?:pipe to )?(.*?)\.\.\.")
_LAPSE = re.compile(r"response in (\d{1,9}(?:\.\d{1,9})?)s", re.ASCII)
_REPLY = re.compile(r" ?(\d{3})(?:([ -])(.*))?", re.DOTALL | re.ASCII)
_LINES_SENT = re.compile(r"\d+ lines sent")
_OCTETS_SENT = re.compile(r"(\d{1,15}) octets sent", re.ASCII)
_HUNG_UP = " closed connection unexpectedly."


def read_swaks(file: BinaryIO) -> Recorded:
    """Raises RecordingError for what is no such log."""
    log = _Log()
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE:
            raise RecordingError(f"can't be read in line {number}: it is longer than 1 MiB")
        if b"\0" in line:
            raise RecordingError(f"can't be read in line {number}: there is a NUL in it")
        log.read(line.decode("utf-8", "surrogateescape").rstrip("\r\n"))
        if not log.begun and number == _MOST_STRANGE_LINES:
            break
    if not number:
        raise RecordingError("is empty")
    if not log.begun:
        raise RecordingError("is neither a recording of tuimail nor a log of swaks")
    log.finish()
    return Recorded(tuple(log.entries))


@dataclass(slots=True)
class _Session:
    lane: Lane
    awaiting: deque[smtp.Command] = field(default_factory=deque)
    code: int = 0
    lines: list[str] = field(default_factory=list)
    """Of the reply that has not ended."""
    body: int | None = None
    """Octets of the message that is going out, None where none is."""
    secret: bool = False
    """Whether the server waits for what answers AUTH."""


class _Log:
    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.begun = False
        self._clock = 0.0
        self._session = _Session(Lane(1, "a server", "a server"))
        self._sessions: dict[int, _Session] = {}
        self._headed = False
        """Whether sessions have headings, as our own text has them."""
        self._tls: int | None = None
        """The entry that is still being told about."""

    def read(self, line: str) -> None:
        found = _MARKED.fullmatch(line)
        if found is None:
            return
        self.begun = True
        hint, text = found[1], found[2]
        if hint.startswith("<"):
            self._received(text)
            return
        self._flush()
        match hint:
            case "===" | "***" if is_about_tls(text):
                self._secured(text)
            case "===":
                self._told(text)
            case "***":
                self._went_wrong(text)
            case _:
                self._sent(text)

    def finish(self) -> None:
        for session in (*self._sessions.values(), self._session):
            self._session = session
            self._flush()

    def _add(self, event: Event) -> None:
        self.entries.append(Entry(self._session.lane, event))

    # What was done, and what went wrong

    def _told(self, text: str) -> None:
        if found := _LAPSE.fullmatch(text):
            self._clock += float(found[1])
        elif found := _HEADING.fullmatch(text):
            self._headed = True
            self._enter(_headed_lane(found))
        elif found := _TRYING.fullmatch(text):
            if not self._headed:
                self._enter(_tried_lane(len(self._sessions) + 1, found[1]))
            self._add(Connecting(self._clock))
        elif text.startswith("Connected to "):
            self._add(Connected(self._clock))
        else:
            question, arrow, finding = _legible(text).partition(" → ")
            told = LookedUp(self._clock, question, finding) if arrow else None
            self._add(told or Noted(self._clock, question))

    def _enter(self, lane: Lane) -> None:
        self._session = self._sessions.setdefault(lane.number, _Session(lane))

    def _secured(self, text: str) -> None:
        text = _legible(text)
        facts = started(text)
        if facts is not None:
            self._tls = len(self.entries)
            self._add(smtp.TlsEstablished(self._clock, facts))
            return
        entry = self.entries[self._tls] if self._tls is not None else None
        if entry is None or not isinstance(entry.event, smtp.TlsEstablished):
            self._add(Noted(self._clock, text))
            return
        event = replace(entry.event, facts=refined(entry.event.facts, text))
        self.entries[self._tls or 0] = replace(entry, event=event)

    def _went_wrong(self, text: str) -> None:
        text, last = _legible(text), self.entries[-1].event if self.entries else None
        if text.startswith("Error connecting"):
            self._add(NotConnected(self._clock, "there is no connection"))
        elif isinstance(last, NotConnected):
            # swaks says the reason on a line of its own, behind the name of a Perl class.
            self.entries[-1] = replace(
                self.entries[-1], event=replace(last, why=text.strip().rpartition(": ")[2])
            )
        elif text.endswith(_HUNG_UP):
            why = "closed the connection unexpectedly"
            failure = smtp.Failure(smtp.FailureKind.LOST, why)
            self._add(smtp.SessionFailed(self._clock, failure))
        else:
            self._add(Advice(self._clock, text))

    # The dialogue

    def _sent(self, text: str) -> None:
        session = self._session
        if found := _OCTETS_SENT.fullmatch(text):
            octets = int(found[1])
            self._add(smtp.BodySent(self._clock, octets, octets))
        elif session.body is None:
            self._say(self._shown(text))
        elif text == ".":
            if session.body:
                self._add(smtp.BodySent(self._clock, session.body, session.body))
            self._say(text)
        elif _LINES_SENT.fullmatch(text):
            # The dot is one of them.
            self._add(Noted(self._clock, f"message, {text}"))
            self._say(".")
        else:
            unstuffed = text.removesuffix("\r").removeprefix(".")
            session.body += len(unstuffed.encode("utf-8", "surrogateescape")) + len("\r\n")

    def _shown(self, text: str) -> str:
        if self._session.secret and text != "*":
            return _HIDDEN
        return smtp.Command.parse(visible(_legible(text))).shown

    def _say(self, shown: str) -> None:
        self._session.body = None
        self._session.secret = False
        command = smtp.Command(b"", shown)
        self._session.awaiting.append(command)
        self._add(smtp.CommandSent(self._clock, command))

    def _received(self, text: str) -> None:
        session = self._session
        found = _REPLY.fullmatch(_legible(text))
        if found is None:
            self._flush()
            said = _legible(text).strip()
            self._add(Advice(self._clock, f"the server said what is no reply: {said}"))
            return
        if session.lines and session.code != int(found[1]):
            self._flush()
        session.code = int(found[1])
        session.lines.append(found[3] or "")
        if found[2] != "-":
            self._flush()

    def _flush(self) -> None:
        """Ends the reply that is being received, where there is one."""
        session = self._session
        if not session.lines:
            return
        reply = smtp.Reply(session.code, tuple(session.lines))
        session.lines.clear()
        command = session.awaiting.popleft() if session.awaiting else None
        session.secret = reply.code == 334  # RFC 4954 §4
        if command is not None and command.verb == "DATA" and reply.code == 354:
            session.body = 0
        self._add(smtp.ReplyReceived(self._clock, reply, command))


def _headed_lane(found: re.Match[str]) -> Lane:
    number, rest = int(found[2]), _legible(found[3] or "")
    if found[1] != "Session":
        return Lane(number, rest)
    endpoint, _, domain = rest.rpartition(" for ")
    if where := _ENDPOINT.fullmatch(endpoint):
        return Lane(number, domain, where[1], where[2], int(where[3]))
    return _tried_lane(number, endpoint, domain)


def _tried_lane(number: int, place: str, domain: str = "") -> Lane:
    place = _legible(place)
    where = _SHORT_ENDPOINT.fullmatch(place)
    host, port = (where[1], int(where[2])) if where else (place, 0)
    return Lane(number, domain or host, host, port=port)


def _legible(text: str) -> str:
    """With octets that are not UTF-8 as `\\xNN`."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
