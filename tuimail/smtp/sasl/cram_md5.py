"""CRAM-MD5 (RFC 2195)."""

import hmac

from tuimail.smtp.sasl.credentials import Credentials
from tuimail.smtp.sasl.mechanism import SaslError


class CramMd5:
    """The password stays here; who listens can still try passwords at leisure (RFC 2195 §5)."""

    name = "CRAM-MD5"

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._answered = False

    def begin(self) -> None:
        """The server speaks first."""

    def respond(self, challenge: bytes) -> bytes:
        if self._answered:
            raise SaslError("it asks for more than CRAM-MD5 has to say")
        if not challenge:
            # The digest of nothing is the same each time: a password for whoever sees it.
            raise SaslError("it sent an empty challenge for CRAM-MD5")
        self._answered = True
        user, secret = self._credentials.octets()
        return user + b" " + hmac.new(secret, challenge, "md5").hexdigest().encode()

    def succeeded(self) -> None:
        """CRAM-MD5 proves nothing of the server."""
