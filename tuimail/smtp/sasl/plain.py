"""The mechanisms that send the password itself: only TLS protects it."""

from tuimail.smtp.sasl.credentials import Credentials
from tuimail.smtp.sasl.mechanism import SaslError


class Plain:
    """RFC 4616. Preparing user and password is the server's part (§2)."""

    name = "PLAIN"

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def begin(self) -> bytes:
        return b"\0".join((b"", *self._credentials.octets()))

    def respond(self, challenge: bytes) -> bytes:  # noqa: ARG002  # a Mechanism's
        raise SaslError("it asks for more than PLAIN has to say")

    def succeeded(self) -> None:
        """PLAIN proves nothing of the server."""


class Login:
    """What was in use before PLAIN (draft-murchison-sasl-login): whatever the server's two prompts
    say, the first one is for the user name, the second one for the password."""

    name = "LOGIN"

    def __init__(self, credentials: Credentials) -> None:
        self._responses = iter(credentials.octets())

    def begin(self) -> None:
        """The server speaks first."""

    def respond(self, challenge: bytes) -> bytes:  # noqa: ARG002  # a Mechanism's
        for response in self._responses:
            return response
        raise SaslError("it asks for more than LOGIN has to say")

    def succeeded(self) -> None:
        """LOGIN proves nothing of the server."""
