"""What a client says (RFC 5321 §4.1)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

_FORBIDDEN = frozenset("\r\n\0")


@dataclass(frozen=True, slots=True)
class Command:
    """One command line.

    `shown` is what a person may see: it leaves out secrets that `wire` holds. The constructors
    raise ValueError for an argument with CR, LF or NUL, which could begin another command.
    """

    wire: bytes = field(repr=False)
    shown: str

    @classmethod
    def ehlo(cls, identity: str) -> "Command":
        return cls._line(f"EHLO {identity}")

    @classmethod
    def helo(cls, identity: str) -> "Command":
        return cls._line(f"HELO {identity}")

    @classmethod
    def starttls(cls) -> "Command":
        return cls._line("STARTTLS")

    @classmethod
    def mail(cls, reverse_path: str, parameters: Sequence[str] = ()) -> "Command":
        """`reverse_path` without angle brackets, empty for the null reverse-path."""
        return cls._line(" ".join((f"MAIL FROM:<{reverse_path}>", *parameters)))

    @classmethod
    def rcpt(cls, forward_path: str) -> "Command":
        return cls._line(f"RCPT TO:<{forward_path}>")

    @classmethod
    def data(cls) -> "Command":
        return cls._line("DATA")

    @classmethod
    def end_of_data(cls) -> "Command":
        """The lone dot; the framing sees to the line end before it."""
        return cls._line(".")

    @classmethod
    def rset(cls) -> "Command":
        return cls._line("RSET")

    @classmethod
    def quit(cls) -> "Command":
        return cls._line("QUIT")

    @classmethod
    def _line(cls, text: str) -> "Command":
        if not _FORBIDDEN.isdisjoint(text):
            raise ValueError(f"a line break or NUL in {text!r}")
        return cls(text.encode() + b"\r\n", text)
