"""Mail servers that this project did not write, seen alike."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

from tests.peers.site import Site
from tuimail.smtp import Protocol

_ADDED = (
    *(b"Return-Path:", b"Return-path:", b"Delivered-To:", b"X-Original-To:", b"Envelope-to:"),
    *(b"Delivery-date:", b"Received:", b"X-Peer:"),
)
"""Fields that a mail system puts on top (RFC 5321 §4.4)."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A mail server that runs: it listens on 127.0.0.1, and perhaps on a `socket` in a folder."""

    port: int
    site: Site
    line_end: bytes = b"\n"
    """What its mailboxes have for the CRLF of the wire."""
    socket: Path | None = None

    @property
    def ca_file(self) -> Path:
        return self.site.ca_file

    @property
    def log(self) -> list[str]:
        """The lines that it has written down so far."""
        return self.site.log().splitlines()

    async def delivered(self, mailbox: str = "bob") -> bytes:
        """Waits for a mail, and takes it out as it was on the wire."""
        new = self.site.mail / mailbox / "new"
        # Another process delivers it.
        while not (new.is_dir() and any(new.iterdir())):
            await asyncio.sleep(0.02)
        file = min(new.iterdir())
        delivered = file.read_bytes().replace(self.line_end, b"\r\n")
        file.unlink()
        return delivered

    def emptied(self) -> list[str]:
        """The mailboxes that had a mail more than a test has taken out; now none has."""
        left = list(self.site.mail.glob("*/new/*"))
        for file in left:
            file.unlink()
        return sorted(file.parent.parent.name for file in left)


@dataclass(frozen=True, slots=True)
class Kind:
    """`offers` are the keywords of its EHLO under TLS, AUTH's mechanisms included."""

    name: str
    start: Callable[[], AbstractAsyncContextManager[Peer]]
    offers: frozenset[str]
    protocol: Protocol = Protocol.SMTP
    needs: tuple[str, ...] = ()
    """The markers of what has to be on the machine."""


def as_sent(delivered: bytes) -> bytes:
    """Without the fields that a mail system put on top."""
    lines = delivered.splitlines(keepends=True)
    while lines[0].startswith(_ADDED):
        del lines[0]
        while lines[0][:1] in (b" ", b"\t"):
            del lines[0]
    return b"".join(lines)
