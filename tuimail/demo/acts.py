"""What an exchange does next on a connection."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Say:
    """Writes a reply, as it stands, and listens again."""

    wire: bytes


@dataclass(frozen=True, slots=True)
class Collect:
    """Writes a reply, then takes a message up to its lone dot."""

    wire: bytes


@dataclass(frozen=True, slots=True)
class Count:
    """Takes a chunk of so many octets (RFC 3030), keeps it where it is within the limit."""

    octets: int
    limit: int


@dataclass(frozen=True, slots=True)
class Secure:
    """Writes a reply, forgets what the client sent behind its STARTTLS, and begins TLS."""

    wire: bytes


@dataclass(frozen=True, slots=True)
class HangUp:
    """Writes what there is to write, and closes the connection."""

    wire: bytes = b""


@dataclass(frozen=True, slots=True)
class Babble:
    """Writes an opening, then the same again and again until the client leaves."""

    opening: bytes
    again: bytes


Act = Say | Collect | Count | Secure | HangUp | Babble
