"""Who we are, and what proves it."""

from dataclasses import dataclass, field

from tuimail.smtp.sasl.mechanism import SaslError


@dataclass(frozen=True, slots=True)
class Credentials:
    """`secret` is a password, or for XOAUTH2 and OAUTHBEARER a token; `mechanism` is the one to
    use, in upper case, None for the best that is offered."""

    user: str
    secret: str = field(repr=False)
    mechanism: str | None = None

    def octets(self) -> tuple[bytes, bytes]:
        """User and secret in UTF-8. Raises SaslError for what no mechanism can carry."""
        return _octets("user name", self.user), _octets("password or token", self.secret)


def _octets(what: str, text: str) -> bytes:
    if not text:
        raise SaslError(f"the {what} is empty")
    if "\0" in text:
        raise SaslError(f"the {what} holds a NUL")
    if any("\ud800" <= character <= "\udfff" for character in text):
        # Encoding would fail with an error that shows the character.
        raise SaslError(f"the {what} is no text")
    return text.encode()
