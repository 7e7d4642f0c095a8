"""The mechanisms that send an OAuth 2.0 token in place of a password."""

import re

from tuimail.smtp.sasl.credentials import Credentials
from tuimail.smtp.sasl.mechanism import SaslError

_SEPARATOR = b"\x01"
_TOKEN = re.compile(rb"[!-~]+")  # wider than RFC 6750 §2.1, as some providers' tokens are


class _Bearer:
    """Whoever holds the token may use it: only TLS protects it."""

    name: str
    _farewell: bytes
    """Answers the challenge that tells of an error, so that the final reply comes."""

    def __init__(self, credentials: Credentials, host: str) -> None:
        self._credentials = credentials
        self._user, token = credentials.octets()
        self._host = host.encode("ascii", "backslashreplace")
        if _SEPARATOR in self._user + self._host:
            raise SaslError(f"it can't be given a control character in {self.name}")
        if not _TOKEN.fullmatch(token):
            raise SaslError(f"it can't be given this token: {self.name} takes visible ASCII only")
        self._refused = False

    def respond(self, challenge: bytes) -> bytes:  # noqa: ARG002  # a Mechanism's
        """The one challenge there is tells why the token was refused; the final reply does too."""
        if self._refused:
            raise SaslError(f"it asks for more than {self.name} has to say")
        self._refused = True
        return self._farewell

    def succeeded(self) -> None:
        """A token proves nothing of the server."""

    def _message(self, *pairs: bytes) -> bytes:
        _, token = self._credentials.octets()
        return _SEPARATOR.join((*pairs, b"auth=Bearer " + token, b"", b""))


class XOAuth2(_Bearer):
    """What Google and Microsoft had before RFC 7628, and have still."""

    name = "XOAUTH2"
    _farewell = b""

    def begin(self) -> bytes:
        return self._message(b"user=" + self._user)


class OAuthBearer(_Bearer):
    """RFC 7628."""

    name = "OAUTHBEARER"
    _farewell = _SEPARATOR  # RFC 7628 §3.2.3

    def __init__(self, credentials: Credentials, host: str, port: int) -> None:
        super().__init__(credentials, host)
        self._port = port

    def begin(self) -> bytes:
        user = self._user.replace(b"=", b"=3D").replace(b",", b"=2C")  # RFC 5801 §4: saslname
        where = (b"host=" + self._host, b"port=%d" % self._port) if self._host else ()
        return self._message(b"n,a=%b," % user, *where)
