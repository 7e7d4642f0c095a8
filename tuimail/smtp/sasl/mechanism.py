"""What every SASL mechanism is to the dialogue (RFC 4422)."""

from collections.abc import Callable
from typing import Protocol

PLUS = "-PLUS"
"""Ends the name of a mechanism that is bound to its TLS connection (RFC 5801 §4)."""


class SaslError(Exception):
    """No mechanism fits, or the server's side of one is wrong.

    One clear line without a secret, in which “it” is the server.
    """


class Mechanism(Protocol):
    """The client's side of one exchange; nothing here is encoded in base64."""

    @property
    def name(self) -> str: ...

    def begin(self) -> bytes | None:
        """The initial response, None where the server speaks first."""

    def respond(self, challenge: bytes) -> bytes | Callable[[], bytes]:
        """The response, or what computes it where that may take long: run it off the loop.

        Both raise SaslError.
        """

    def succeeded(self) -> None:
        """The server said 235. Raises SaslError where it has not proven itself, as it had to."""
