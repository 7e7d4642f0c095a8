"""The server's side: what it hears, checked octet by octet, and what it may answer.

It reads the wire by RFC 5321 and RFC 3030 alone, and knows nothing of how the client is made.
"""

import re
from base64 import b64decode
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from tuimail.smtp import Protocol, Reply, Severity

_PATH = re.compile(rb"(?:MAIL FROM|RCPT TO):<([^>]*)>((?: [^ ]+)*)")
_KEYWORDS = {"SIZE": "SIZE", "BODY": "8BITMIME", "RET": "DSN", "ENVID": "DSN", "NOTIFY": "DSN"}
_KEYWORDS |= {"ORCPT": "DSN", "SMTPUTF8": "SMTPUTF8", "REQUIRETLS": "REQUIRETLS"}
"""What has to be offered before a parameter of MAIL or RCPT is used."""
_VERBS = frozenset(
    [
        "EHLO",
        "LHLO",
        "HELO",
        "STARTTLS",
        "XCLIENT",
        "AUTH",
        "MAIL",
        "RCPT",
        "DATA",
        "BDAT",
        "RSET",
        "NOOP",
        "QUIT",
    ]
)
_VERBS |= {"response", "*"}
_MOST_LINE = 998  # RFC 5321 §4.5.3.1.6, without CRLF and without the dot of transparency


@dataclass(slots=True, eq=False)
class Heard:
    """A transaction as the server knows it: each list is of replies that the client has read."""

    mail: list[Reply] = field(default_factory=list)
    recipients: dict[str, list[Reply]] = field(default_factory=dict)
    data: list[Reply] = field(default_factory=list)
    """To DATA, and to each chunk but the last."""
    finals: dict[str, list[Reply]] = field(default_factory=dict)
    """To the end of the message: for each recipient in LMTP, else for ""."""
    message: bytearray = field(default_factory=bytearray)
    """Without the dots of transparency."""
    ended: bool = False

    def final(self, path: str) -> list[Reply]:
        return self.finals.get(path, self.finals.get("", []))

    def answers(self, path: str) -> Iterator[Reply]:
        """All that can refuse a recipient."""
        yield from self.mail
        yield from self.recipients.get(path, ())
        yield from self.data
        yield from self.final(path)


@dataclass(slots=True)
class Unit:
    """What one reply answers. `verb` is "" for the greeting, "." for the end of a message,
    "response" and "*" for a line within AUTH. `heard` is there where the end stands for one reply
    a recipient."""

    verb: str
    answers: list[Reply] = field(default_factory=list)
    heard: Heard | None = None


class Server:
    """Raises AssertionError for what no client may say."""

    def __init__(self, protocol: Protocol) -> None:
        self.transactions: dict[str, Heard] = {}
        """By reverse-path, in the order they came."""
        self.unanswered: deque[Unit] = deque([Unit("")])
        self.verbs: list[str] = []
        self.tokens: list[bytes] = []
        """What AUTH was given, in base64."""
        self.offered: frozenset[str] = frozenset()
        """Keywords of the last EHLO."""
        self.unasked = 0
        """Replies to nothing."""
        self._protocol = protocol
        self._wire = bytearray()
        self._in_message = False
        self._chunk: int | None = None
        self._last_chunk = False
        self.in_auth = False
        self._for_nobody = False
        self._heard = Heard()

    @property
    def awaited(self) -> str | None:
        """The verb that the next reply answers."""
        return self.unanswered[0].verb if self.unanswered else None

    @property
    def client_nonce(self) -> bytes:
        """What SCRAM's client has last said in its first message (RFC 5802 §5.1)."""
        with suppress(IndexError, ValueError):
            return b64decode(self.tokens[-1]).rpartition(b"r=")[2]
        return b""

    def hear(self, wire: bytes) -> None:
        self._wire += wire
        while self._hear_chunk() or self._hear_message() or self._hear_line():
            pass

    def replied(self, reply: Reply) -> None:
        """The client has read a reply."""
        if not self.unanswered:
            self.unasked += 1
            return
        unit = self.unanswered.popleft()
        unit.answers.append(reply)
        self._number_finals()
        if reply.severity is Severity.COMPLETED and unit.verb in ("EHLO", "LHLO"):
            self.offered = frozenset(_keywords(reply))
        if reply.severity is Severity.COMPLETED and unit.verb == "STARTTLS":
            self.offered = frozenset()
        if unit.verb == "DATA" and reply.severity is Severity.CONTINUE:
            assert not self._wire, "something behind DATA, before its reply"
            # To nobody a lone dot goes, and nothing of the message (RFC 2920 §3.1).
            self._for_nobody = not any(map(_takes, self._heard.recipients.values()))
            self._in_message = True
            self._await_final()
        self.in_auth = unit.verb in ("AUTH", "response") and reply.code == 334

    # What comes over the wire

    def _hear_chunk(self) -> bool:
        if self._chunk is None or len(self._wire) < self._chunk:
            return False
        heard = self._heard
        chunk = self._take(self._chunk)
        self._chunk = None
        heard.message += chunk
        if self._last_chunk:
            heard.ended = True
        return True

    def _hear_message(self) -> bool:
        if not self._in_message:
            return False
        heard = self._heard
        end = self._wire.find(b"\r\n")
        # Lax servers take these for a line's end, and see commands in what follows.
        assert b"\n" not in self._wire[: end if end >= 0 else len(self._wire)]
        assert b"\r" not in self._wire[: end if end >= 0 else len(self._wire) - 1]
        if end < 0:
            return False
        line = self._take(end + 2)
        if line == b".\r\n":
            self._in_message = False
            heard.ended = True
            return True
        assert not self._for_nobody, "a message that nobody takes"
        assert len(line.removeprefix(b".")) <= _MOST_LINE + 2
        heard.message += line.removeprefix(b".")
        return True

    def _hear_line(self) -> bool:
        if self._in_message or self._chunk is not None:
            return False
        end = self._wire.find(b"\n")
        if end < 0:
            return False
        line = self._take(end + 1)
        assert line.endswith(b"\r\n")
        line = line[:-2]
        assert not {b"\r", b"\0"} & {line[at : at + 1] for at in range(len(line))}
        verb = line.split(b" ")[0].decode("ascii")
        if self.in_auth and verb != "*":
            verb = "response"
        assert verb in _VERBS, line
        assert "PIPELINING" in self.offered or not self.unanswered, "more than one at once"
        if verb == "response" or (verb == "AUTH" and line.count(b" ") == 2):
            self.tokens.append(line.split(b" ")[-1])
        self.in_auth = False
        self.verbs.append(verb)
        self._note(verb, line)
        return True

    def _note(self, verb: str, line: bytes) -> None:
        unit = Unit(verb)
        match verb:
            case "EHLO" | "LHLO" | "HELO":
                self.offered = frozenset()
            case "AUTH" | "XCLIENT":
                assert verb in self.offered
            case "MAIL":
                path = self._path(line)
                assert path not in self.transactions, "the same mail twice"
                self._heard = self.transactions[path] = Heard()
                unit.answers = self._heard.mail
            case "RCPT":
                unit.answers = self._heard.recipients.setdefault(self._path(line), [])
            case "DATA":
                unit.answers = self._heard.data
            case "BDAT":
                assert "CHUNKING" in self.offered
                size, *last = line.split(b" ")[1:]
                assert last in ([], [b"LAST"])
                self._chunk, self._last_chunk = int(size), bool(last)
                assert not self._heard.ended
                if last:
                    self._await_final()
                    return
                unit.answers = self._heard.data
        self.unanswered.append(unit)

    def _await_final(self) -> None:
        heard = self._heard
        if self._protocol is Protocol.LMTP:
            self.unanswered.append(Unit(".", heard=heard))
            self._number_finals()
        else:
            self.unanswered.append(Unit(".", heard.finals.setdefault("", [])))

    def _number_finals(self) -> None:
        """One for each recipient taken (RFC 2033 §4.2), known once the others are answered."""
        heard = self.unanswered[0].heard if self.unanswered else None
        if heard is None:
            return
        self.unanswered.popleft()
        taken = [path for path, replies in heard.recipients.items() if _takes(replies)]
        for path in reversed(taken or [""]):
            self.unanswered.appendleft(Unit(".", heard.finals.setdefault(path, [])))

    def _path(self, line: bytes) -> str:
        found = _PATH.fullmatch(line)
        assert found is not None, line
        for parameter in found[2].decode().split():
            assert _KEYWORDS[parameter.partition("=")[0]] in self.offered
        return found[1].decode()

    def _take(self, count: int) -> bytes:
        taken = bytes(self._wire[:count])
        del self._wire[:count]
        return taken


def _takes(replies: list[Reply]) -> bool:
    return bool(replies) and replies[0].severity is Severity.COMPLETED


def _keywords(reply: Reply) -> Iterator[str]:
    for line in reply.lines[1:]:
        word = line.upper().split(" ")[0]
        yield "AUTH" if word.startswith("AUTH=") else word
