"""A dialogue as it may have been watched: `0.5 C: line`, `0.5 S: line`, `0.5 *: what`.

A reply answers the first command that is not answered; `S:` before any is the greeting. What else
happens: `connecting`, `connected`, `refused`, `tls`, `body 5 of 9`, `failed`, `cancelled`,
`halted`, and `dns NAME` which took 10 ms.
"""

import io
from collections import deque
from collections.abc import Iterator
from textwrap import dedent

from tuimail import smtp
from tuimail.smtp import Command, Content, Envelope, Reply, Transaction
from tuimail.transcript import (
    Connected,
    Connecting,
    Event,
    LookedUp,
    NotConnected,
)

TLS = smtp.TlsFacts("TLSv1.3", "TLS_AES_256_GCM_SHA384", "CN=mx.example.net", "CN=Root", "")
MAIL = Transaction(Envelope("", ("b@example.net",)), Content(io.BytesIO, 0))


def watched(script: str) -> Iterator[Event]:
    awaited: deque[Command] = deque()
    lines: list[str] = []
    for line in dedent(script).strip().splitlines():
        time, who, text = line.split(maxsplit=2)
        at = float(time)
        match who:
            case "C:":
                command = Command.parse(text)
                awaited.append(command)
                yield smtp.CommandSent(at, command)
            case "S:":
                lines.append(text[4:])
                if text[3:4] != "-":
                    reply, lines = Reply(int(text[:3]), tuple(lines)), []
                    answered = awaited.popleft() if awaited else None
                    yield smtp.ReplyReceived(at, reply, answered)
            case _:
                yield _other(at, text)


def _other(at: float, text: str) -> Event:
    match text.split():
        case ["connecting"]:
            return Connecting(at)
        case ["connected"]:
            return Connected(at)
        case ["refused"]:
            return NotConnected(at, "the connection was refused")
        case ["tls"]:
            return smtp.TlsEstablished(at, TLS)
        case ["body", octets, "of", size]:
            return smtp.BodySent(at, int(octets), int(size))
        case ["failed"]:
            failure = smtp.Failure(smtp.FailureKind.LOST, "closed the connection")
            return smtp.SessionFailed(at, failure)
        case ["cancelled"]:
            failure = smtp.Failure(smtp.FailureKind.CANCELLED, "was stopped")
            return smtp.SessionFailed(at, failure)
        case ["halted"]:
            return smtp.Settled(at, MAIL, (smtp.Halted(smtp.Stage.CONNECT),))
        case ["dns", name]:
            return LookedUp(at, name, "192.0.2.1", 0.01)
        case _:
            raise AssertionError(text)
