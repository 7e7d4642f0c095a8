"""What the worlds send, and how their sessions are held."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO

from tests.fuzz.chance import Chance
from tuimail.smtp import (
    Content,
    Credentials,
    DsnRequest,
    DsnReturn,
    Envelope,
    Exposure,
    Notify,
    Pace,
    Protocol,
    Session,
    Stage,
    TlsPolicy,
    TlsStart,
    Transaction,
    Travel,
)
from tuimail.smtp.sasl import NAMES

BODIES = [
    b"Subject: hello\r\n\r\nHello.\r\n",
    b"Hi:\r\n",
    b"",
    b".\r\n.\r\n",
    b"\r\n.\r\nMAIL FROM:<eve@example.com>\r\n",
    b"\n.\n.\r.\n\r.\r\n.\r.\r\n..\r\n.\n",
    b"no end\r",
    b"a line of some length\r\n" * 20 + b"\n.\n.\rend",
    b"x" * 3000 + b".\r\n" + b"." * 2000,
]
"""Read in blocks of a few octets, they end and break in every place."""
_PATHS = ["b@example.net", "c@example.org", "d@example.net"]
_DSN = DsnRequest((Notify.SUCCESS, Notify.DELAY), DsnReturn.HEADERS, "an envelope=1")
SECRET = "correct horse battery"
_CREDENTIALS = [
    Credentials("somebody", SECRET),
    *(Credentials("somebody", SECRET.replace(" ", "-"), name) for name in NAMES),
]
_SHORT = "short"
_BROKEN = "broken"
_MISSING = "missing"
_FILES = ["whole"] * 5 + [_SHORT, _BROKEN, _MISSING]


class _Broken(io.BytesIO):
    """Can be read but for its end."""

    def read(self, size: int | None = -1, /) -> bytes:
        block = super().read(size)
        if self.tell() == len(self.getvalue()):
            raise OSError("Input/output error")
        return block


@dataclass(slots=True)
class Mails:
    """Makes them, one unlike the other, and knows the files that are open."""

    made: list[Transaction] = field(default_factory=list)
    bodies: dict[str, bytes] = field(default_factory=dict)
    """By reverse-path; what may not be read to its end is not there."""
    files: list[BinaryIO] = field(default_factory=list)

    def make(self, chance: Chance) -> Transaction:
        sender = f"a{len(self.made)}@example.com"
        paths = _PATHS[: chance.pick([1, 2, 3])]
        body = chance.pick(BODIES)
        file = chance.pick(_FILES)
        if file == "whole":
            self.bodies[sender] = body
        eight_bit, utf8_headers = chance.pick([(False, False)] * 6 + [(True, False), (True, True)])
        size = len(body) + (file == _SHORT)
        content = Content(self._opener(body, file), size, eight_bit, utf8_headers)
        dsn = chance.pick([None, None, _DSN])
        travel = chance.pick([Travel.ANY, Travel.ANY, Travel.REQUIRETLS])
        self.made.append(Transaction(Envelope(sender, tuple(paths)), content, dsn, travel))
        return self.made[-1]

    @property
    def all_closed(self) -> bool:
        return all(file.closed for file in self.files)

    def _opener(self, body: bytes, file: str) -> Callable[[], BinaryIO]:
        def opened() -> BinaryIO:
            if file == _MISSING:
                raise FileNotFoundError("No such file or directory")
            self.files.append(_Broken(body) if file == _BROKEN else io.BytesIO(body))
            return self.files[-1]

        return opened


def as_sent(body: bytes) -> bytes:
    """What has to arrive of a body: lines that end in CRLF, long ones folded."""
    lines = re.split(rb"\r\n|\r|\n", body)
    if not lines[-1]:
        del lines[-1]
    return b"".join(_folded(line) + b"\r\n" for line in lines)


def _folded(line: bytes) -> bytes:
    pieces = [line[:998]]
    pieces.extend(b" " + line[at : at + 997] for at in range(998, len(line), 997))
    return b"\r\n".join(pieces)


def session(chance: Chance) -> Session:
    return Session(
        "client.example",
        tls=chance.pick([TlsPolicy.OPPORTUNISTIC, *TlsPolicy]),
        timeout=chance.pick([None, 10.0]),
        host="mx.example.net",
        port=25,
        protocol=chance.pick([Protocol.SMTP, Protocol.SMTP, Protocol.LMTP]),
        tls_start=chance.pick([TlsStart.STARTTLS] * 3 + [TlsStart.IMPLICIT]),
        credentials=chance.pick([None, None, *_CREDENTIALS]),
        exposure=chance.pick([Exposure.ANY, Exposure.VERIFIED]),
        xclient=chance.pick([(), (), (), ("ADDR=192.0.2.1", "NAME=host.example")]),
        stop_after=chance.pick([None] * 12 + list(Stage)),
        pace=chance.pick([Pace.FREE] * 3 + [Pace.STEP]),
    )
