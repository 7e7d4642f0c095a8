"""Every refusal that the tests' servers give: the demo world's, the scripts', the peers'."""

import re
from collections.abc import Iterator
from pathlib import Path

from tuimail import smtp
from tuimail.demo import acts, tempers
from tuimail.demo import reply as shared
from tuimail.smtp import Reply, ReplyReader

_TESTS = Path(__file__).parents[1]
_ROOMS = ("smtp", "hostile", "delivery", "peers", "cli", "tui", "fuzz")
_REFUSAL = re.compile(r"""["' ](?:S: )?(4[2-5]\d|5\d\d) ([^"'*\\{}\n]+)""")
_REFUSING = (smtp.Severity.TRANSIENT, smtp.Severity.PERMANENT)

ELSEWHERE = (
    "450 4.7.1 <client.example[192.0.2.1]>: Client host rejected: cannot find your hostname",
    "450 4.1.8 <a@example.com>: Sender address rejected: Domain not found",
    "450 4.2.0 <b@example.net>: Recipient address rejected: Greylisted",
    "450 4.3.0 Error: command failed",
    "450 4.3.2 Service currently unavailable",
    "451 4.3.0 Error: queue file write error",
    "451 4.3.5 Server configuration error",
    "452 4.3.1 Insufficient system storage",
    "421 4.0.0 Server closing connection",
    "421 4.4.2 mx.example.net Error: timeout exceeded",
    "421 4.7.0 mx.example.net Error: too many connections from 192.0.2.1",
    "500 5.3.0 Error: command failed",
    "500 5.5.1 Error: unknown command",
    "501 5.1.3 Bad recipient address syntax",
    "501 5.1.7 Bad sender address syntax",
    "503 5.5.1 Error: need MAIL command",
    "503 5.5.1 Error: need RCPT command",
    "521 5.5.1 Protocol error",
    "530 5.7.0 Must issue a STARTTLS command first",
    "535 5.7.8 Error: authentication failed: authentication failure",
    "550 5.1.1 <b@example.net>: Recipient address rejected: User unknown in local recipient table",
    "550 5.7.1 <b@example.net>: Recipient address rejected: Access denied",
    "550 This violates SMTP",
    "552 5.3.4 Message size exceeds fixed limit",
    "554 5.5.1 Error: no valid recipients",
    "554 5.7.1 <b@example.net>: Relay access denied",
)
"""Postfix's and smtp-sink's, which the tests meet over the wire."""


def refusals() -> list[Reply]:
    found = {str(reply): reply for reply in (*_demo(), *_scripted(), *map(_read, ELSEWHERE))}
    return [found[key] for key in sorted(found)]


def _read(line: str) -> Reply:
    return Reply(int(line[:3]), (line[4:].strip(),))


def _demo() -> Iterator[Reply]:
    for each in vars(shared).values():
        if isinstance(each, shared.Reply) and each.code >= 400:
            yield _read(each.long)
            yield _read(each.short)
    yield _read("451 4.7.1 Greylisted, try again in 4.2 s")
    for temper in vars(tempers).values():
        if isinstance(temper, tempers.Temper):
            for act in (*temper.at_recipient.values(), *temper.at_end.values()):
                if isinstance(act, acts.Say):
                    yield from _told(act.wire)


def _told(wire: bytes) -> Iterator[Reply]:
    reader = ReplyReader()
    reader.feed(wire)
    try:
        reply = reader.next_reply()
    except smtp.ProtocolError:
        return
    if reply is not None and reply.severity in _REFUSING:
        yield reply


def _scripted() -> Iterator[Reply]:
    for room in _ROOMS:
        for file in (_TESTS / room).rglob("*.py"):
            for code, text in _REFUSAL.findall(file.read_text()):
                yield _read(f"{code} {text}")
