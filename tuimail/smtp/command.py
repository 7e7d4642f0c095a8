"""What a client says (RFC 5321 §4.1)."""

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

_FORBIDDEN = frozenset("\r\n\0")
HIDDEN = "…"
"""Stands for a secret."""
_AUTH = re.compile(r"(\s*AUTH\s+\S+)\s+\S.*", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Command:
    """One command line.

    `shown` is what a person may see: it leaves out secrets that `wire` holds. The constructors
    raise ValueError for an argument with CR, LF or NUL, which could begin another command.
    """

    wire: bytes = field(repr=False)
    shown: str

    @property
    def is_secret(self) -> bool:
        """Whether a person sees less of it than the server."""
        return self.wire.rstrip(b"\r\n") != self.shown.encode()

    @property
    def secret(self) -> bytes:
        """The last word of a line that a person may not see whole. Some have none: the response to
        an empty challenge is an empty line (RFC 4954 §4)."""
        return next(reversed(self.wire.split()), b"") if self.is_secret else b""

    @property
    def verb(self) -> str:
        return next(iter(self.shown.split()), "").upper()

    @classmethod
    def parse(cls, text: str) -> "Command":
        """A line typed by hand; what AUTH is given is not shown."""
        auth = _AUTH.fullmatch(text)
        return cls._line(text, f"{auth[1]} {HIDDEN}" if auth else text)

    @classmethod
    def ehlo(cls, identity: str) -> "Command":
        return cls._line(f"EHLO {identity}")

    @classmethod
    def helo(cls, identity: str) -> "Command":
        return cls._line(f"HELO {identity}")

    @classmethod
    def lhlo(cls, identity: str) -> "Command":
        return cls._line(f"LHLO {identity}")

    @classmethod
    def xclient(cls, attributes: Sequence[str]) -> "Command":
        return cls._line(" ".join(("XCLIENT", *attributes)))

    @classmethod
    def auth(cls, mechanism: str, initial: bytes | None) -> "Command":
        """`initial` is the initial response before base64, None for none (RFC 4954 §4)."""
        if initial is None:
            return cls._line(f"AUTH {mechanism}")
        response = b64encode(initial).decode() or "="
        return cls._line(f"AUTH {mechanism} {response}", f"AUTH {mechanism} {HIDDEN}")

    @classmethod
    def auth_response(cls, response: bytes) -> "Command":
        return cls._line(b64encode(response).decode(), HIDDEN)

    @classmethod
    def auth_cancel(cls) -> "Command":
        return cls._line("*")

    @classmethod
    @cache
    def starttls(cls) -> "Command":
        return cls._line("STARTTLS")

    @classmethod
    def mail(cls, reverse_path: str, parameters: Sequence[str] = ()) -> "Command":
        """`reverse_path` without angle brackets, empty for the null reverse-path."""
        return cls._line(" ".join((f"MAIL FROM:<{reverse_path}>", *parameters)))

    @classmethod
    def rcpt(cls, forward_path: str, parameters: Sequence[str] = ()) -> "Command":
        return cls._line(" ".join((f"RCPT TO:<{forward_path}>", *parameters)))

    @classmethod
    @cache
    def data(cls) -> "Command":
        return cls._line("DATA")

    @classmethod
    @cache
    def end_of_data(cls) -> "Command":
        """The lone dot; the framing sees to the line end before it."""
        return cls._line(".")

    @classmethod
    def bdat(cls, octets: int) -> "Command":
        return cls._line(f"BDAT {octets}")

    @classmethod
    def bdat_last(cls, octets: int) -> "Command":
        return cls._line(f"BDAT {octets} LAST")

    @classmethod
    @cache
    def rset(cls) -> "Command":
        return cls._line("RSET")

    @classmethod
    @cache
    def quit(cls) -> "Command":
        return cls._line("QUIT")

    @classmethod
    def _line(cls, text: str, shown: str | None = None) -> "Command":
        shown = text if shown is None else shown
        return cls(argument(text, shown) + b"\r\n", shown)


def argument(text: str, shown: str) -> bytes:
    """`text` as it goes into a command, for people `shown`. Raises ValueError where it can't."""
    if not _FORBIDDEN.isdisjoint(text):
        raise ValueError(f"a line break or NUL in {shown!r}")
    return text.encode()
