"""One mail transaction (RFC 5321 §3.3)."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import BinaryIO

from tuimail.smtp.capabilities import Capabilities
from tuimail.smtp.command import Command, argument
from tuimail.smtp.disposition import NEEDS_8BITMIME, Unfit
from tuimail.smtp.dsn import DsnRequest
from tuimail.smtp.tls_facts import TlsFacts


@dataclass(frozen=True, slots=True)
class Envelope:
    """Paths without angle brackets; the empty reverse-path is the null one (RFC 5321 §4.5.5).

    Raises ValueError without a forward-path, and for a path that no command can hold.
    """

    reverse_path: str
    forward_paths: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.forward_paths:
            raise ValueError("no forward-path")
        for path in (self.reverse_path, *self.forward_paths):
            argument(path, path)

    @property
    def is_ascii(self) -> bool:
        return "".join((self.reverse_path, *self.forward_paths)).isascii()


@dataclass(frozen=True, slots=True)
class Content:
    """A message as the dialogue sees it.

    `open` gives a new reader at the message's start; its `read(n)` returns fewer than n octets
    only at the end. `size` counts octets before dot-stuffing.
    """

    open: Callable[[], BinaryIO]
    size: int
    eight_bit: bool = False
    utf8_headers: bool = False


class Travel(Enum):
    """What way a mail may go on from the server."""

    ANY = "any"
    REQUIRETLS = "requiretls"
    """Over TLS that proves each server, or not at all (RFC 8689)."""


@dataclass(frozen=True, slots=True)
class Transaction:
    envelope: Envelope
    content: Content
    dsn: DsnRequest | None = None
    travel: Travel = Travel.ANY

    @property
    def needs_smtputf8(self) -> bool:
        return self.content.utf8_headers or not self.envelope.is_ascii

    def named(self, capabilities: Capabilities) -> tuple[int, ...]:
        """The places of those recipients that this server takes in one transaction, the first
        always among them (RFC 9422 §4)."""
        if "LIMITS" not in capabilities:
            return tuple(range(len(self.envelope.forward_paths)))
        most = capabilities.limit("RCPTMAX") or sys.maxsize
        most_domains = capabilities.limit("RCPTDOMAINMAX") or sys.maxsize
        domains: set[str] = set()
        places: list[int] = []
        for place, path in enumerate(self.envelope.forward_paths):
            domain = path.rpartition("@")[2].lower()
            if len(places) < most and (domain in domains or len(domains) < most_domains):
                domains.add(domain)
                places.append(place)
        return tuple(places)

    def mail(self, capabilities: Capabilities) -> Command:
        """MAIL with the parameters that this server knows (RFC 1870, RFC 6152, RFC 6531, RFC 8689,
        RFC 3461)."""
        wanted = {
            "SIZE": f"SIZE={self.content.size}",
            "8BITMIME": "BODY=8BITMIME" if self.content.eight_bit else "",
            "SMTPUTF8": "SMTPUTF8" if self.needs_smtputf8 else "",
            "REQUIRETLS": "REQUIRETLS" if self.travel is Travel.REQUIRETLS else "",
        }
        known = [text for keyword, text in wanted.items() if text and keyword in capabilities]
        dsn = self._dsn(capabilities)
        parameters = [*known, *(dsn.mail_parameters if dsn else ())]
        return Command.mail(self.envelope.reverse_path, parameters)

    def rcpt(self, place: int, capabilities: Capabilities) -> Command:
        path = self.envelope.forward_paths[place]
        dsn = self._dsn(capabilities)
        return Command.rcpt(path, dsn.rcpt_parameters(path) if dsn else ())

    def _dsn(self, capabilities: Capabilities) -> DsnRequest | None:
        return self.dsn if "DSN" in capabilities else None

    def misfit(self, capabilities: Capabilities, tls: TlsFacts | None = None) -> Unfit | None:
        """Why this mail can't be given to a server with these capabilities, over this TLS."""
        if self.travel is Travel.REQUIRETLS:
            if tls is None or not tls.verified:
                return Unfit("5.7.30", "the mail requires TLS that proves who the server is")
            if "REQUIRETLS" not in capabilities:
                return Unfit("5.7.30", "the mail needs REQUIRETLS, which is not offered here")
        limit = capabilities.size_limit
        if limit is not None and self.content.size > limit:
            return Unfit(
                "5.3.4", f"the message has {self.content.size} octets, {limit} are allowed here"
            )
        if self.needs_smtputf8 and "SMTPUTF8" not in capabilities:
            if self.envelope.is_ascii:
                return Unfit("5.6.9", "a header needs SMTPUTF8, which is not offered here")
            return Unfit("5.6.7", "an address needs SMTPUTF8, which is not offered here")
        if self.content.eight_bit and "8BITMIME" not in capabilities:
            return Unfit(NEEDS_8BITMIME, "the message needs 8BITMIME, which is not offered here")
        return None
