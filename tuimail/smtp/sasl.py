"""Proving who we are (RFC 4954, RFC 4422)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol


class SaslError(Exception):
    """No mechanism fits, or the server's side of one is wrong. One clear line, without a secret."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """`secret` is a password, or for XOAUTH2 and OAUTHBEARER a token; `mechanism` is the one to
    use, in upper case, None for the best that is offered."""

    user: str
    secret: str = field(repr=False)
    mechanism: str | None = None


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
