"""How a connection can end without our asking for it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Eof:
    """The server closed its side."""


@dataclass(frozen=True, slots=True)
class Reset:
    """The connection broke. `why` is the system's word for it."""

    why: str


@dataclass(frozen=True, slots=True)
class HandshakeFailed:
    """TLS could not be agreed on. `why` is the TLS library's word for it."""

    why: str


Loss = Eof | Reset | HandshakeFailed
