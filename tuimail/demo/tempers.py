"""The characters of the demo world's exchanges, as data."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tuimail.demo.acts import Act, Babble, HangUp, Say
from tuimail.demo.login import Account
from tuimail.smtp import Protocol


class Certificate(enum.Enum):
    """What an exchange shows after STARTTLS."""

    NONE = enum.auto()
    """STARTTLS is not offered."""
    GOOD = enum.auto()
    """Signed by the world's own authority, for the exchange's name, valid today."""
    EXPIRED = enum.auto()
    """As good as the other, years ago."""


class Opening(enum.Enum):
    """What comes before the greeting."""

    NOTHING = enum.auto()
    TLS = enum.auto()
    """As on port 465 (RFC 8314 §3.3)."""
    PROXY_HEADER = enum.auto()
    """As behind a load balancer."""


MAX_RECIPIENTS = 100  # RFC 5321 §4.5.3.1.8: the fewest that a server has to take


@dataclass(frozen=True, slots=True)
class Temper:
    """How an exchange behaves. Times are seconds, sizes octets."""

    extensions: tuple[str, ...] | None = ("PIPELINING", "SIZE", "8BITMIME", "ENHANCEDSTATUSCODES")
    """EHLO keywords besides STARTTLS, which the certificate decides, and AUTH, which the account
    does; None: HELO only."""
    protocol: Protocol = Protocol.SMTP
    opening: Opening = Opening.NOTHING
    certificate: Certificate = Certificate.GOOD
    size_limit: int = 26_214_400
    """The largest message taken, advertised where SIZE is."""
    users: frozenset[str] | None = None
    """The local parts that exist, in lower case; None: everybody does."""
    account: Account | None = None
    """Whoever logs in with it may write to every domain, and nobody else to any."""
    most_recipients: int = MAX_RECIPIENTS
    """In one transaction, advertised where LIMITS is (RFC 9422)."""
    most_mails: int | None = None
    """In one session, likewise."""
    greylist: float = 0.0
    """How long a client, sender and recipient not seen before are put off."""
    pause: float = 0.0
    """How long each reply takes."""
    flourish: bytes = b""
    """What ends the first line of each reply."""
    at_recipient: Mapping[str, Act] = field(default_factory=dict)
    """What RCPT for a local part brings about, in place of an answer."""
    at_end: Mapping[str, Act] = field(default_factory=dict)
    """What the final dot brings about, once the message is taken, in place of an answer. In LMTP
    the recipient's alone, who gets no message."""


FRIENDLY = Temper(
    extensions=(
        "PIPELINING",
        "SIZE",
        "8BITMIME",
        "ENHANCEDSTATUSCODES",
        "SMTPUTF8",
        "CHUNKING",
        "DSN",
        "REQUIRETLS",
        "LIMITS",
        "XCLIENT",
    ),
)

PLAINSPOKEN = Temper()

GREYLISTING = Temper(greylist=5.0)

STRICT = Temper(users=frozenset({"postmaster"}), size_limit=102_400)

OLD = Temper(extensions=None, certificate=Certificate.NONE)

UNENCRYPTED = Temper(certificate=Certificate.NONE)

SLOW = Temper(pause=0.7)

EXPIRED = Temper(certificate=Certificate.EXPIRED)

LIMITED = Temper(
    extensions=("PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES", "LIMITS"),
    most_recipients=2,
    most_mails=2,
)

RELAY = Temper(
    extensions=("PIPELINING", "SIZE", "8BITMIME", "ENHANCEDSTATUSCODES", "CHUNKING", "DSN"),
    account=Account("me", password="tutorate", token="tutorate-token"),  # noqa: S106 - a toy's
)

RELAY_IN_TLS = replace(RELAY, opening=Opening.TLS)

DELIVERING = Temper(
    extensions=("PIPELINING", "SIZE", "8BITMIME", "ENHANCEDSTATUSCODES", "CHUNKING"),
    protocol=Protocol.LMTP,
    at_end={"full": Say(b"452 4.2.2 Mailbox full\r\n")},
)

BALANCED = Temper(opening=Opening.PROXY_HEADER)

_RED = b"\x1b[31m"
_CLEAR_SCREEN = b"\x1b[2J\x1b[H"
_TITLE = b"\x1b]0;mail was here\x07"
_CLIPBOARD = b"\x1b]52;c;cm0gLXJmIH4=\x07"  # "rm -rf ~", to be pasted by an unsuspecting hand
_C1_RED = b"\x9b31m"  # CSI as one byte, as 8-bit terminals read it
_UTF8_C1_RED = "\x9b31m".encode()
_REVERSED = "\u202etset.edur".encode()
_MARKUP = b"[bold red]trust me[/] [@click=app.quit]here[/]"

RUDE = Temper(
    extensions=("PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES"),
    certificate=Certificate.NONE,
    flourish=b" " + b"".join((_RED, _TITLE, _CLIPBOARD, _UTF8_C1_RED, _REVERSED, b" ", _MARKUP)),
    at_recipient={
        "escapes": Say(
            b"550-5.1.1 %s%s%s gone\r\n" % (_CLEAR_SCREEN, _RED, _C1_RED)
            + b"550 5.1.1 %s%s%s %s\r\n" % (_TITLE, _CLIPBOARD, _REVERSED, _MARKUP)
        ),
        "endless": Babble(b"250 2.1.5 ", b"and another thing, "),
        "lecture": Babble(b"", b"250-2.1.5 and another thing\r\n"),
        "broken": Say(b"2x0 what\r\n"),
        "mixed": Say(b"250-2.1.5 yes\r\n550 5.1.1 no\r\n"),
        "drop": HangUp(),
    },
    at_end={
        "vanish": HangUp(),
    },
)
