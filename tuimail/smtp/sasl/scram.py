"""Both sides prove that they know the password, and neither sends it (RFC 5802, RFC 7677)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from scramp import ScramClient, ScramException  # type: ignore[import-untyped]

from tuimail.safetext import visible
from tuimail.smtp.sasl.credentials import Credentials
from tuimail.smtp.sasl.mechanism import PLUS, SaslError

MOST_ITERATIONS = 2_000_000
"""Common advice goes up to 1,300,000 (OWASP's, for SHA-1), servers come with 4,096 to 600,000. A
million took 0.23 s where this was measured, and a thread that is at it can't be stopped."""


class Scram:
    """`binding` is a channel binding's registered name and bytes, None where there is none or a
    -PLUS that is offered is not to be used.

    Without -PLUS it is not sent, but tells the server that it could have been: that shows it an
    attacker who took -PLUS out of its offer (RFC 5802 §6). `nonce` is random where None.
    Raises SaslError for a user name or password that SASLprep forbids (RFC 4013).
    """

    def __init__(
        self,
        name: str,
        credentials: Credentials,
        binding: tuple[str, bytes] | None,
        nonce: str | None = None,
    ) -> None:
        self.name = name
        with _objecting(f"it can't be given this user name and password in {name}"):
            self._client = _client(name, credentials, binding, nonce)
        self._next: Callable[[str], bytes | Callable[[], bytes]] = self._answer_first
        self._proven = False

    def begin(self) -> bytes:
        first: str = self._client.get_client_first()
        return first.encode()

    def respond(self, challenge: bytes) -> bytes | Callable[[], bytes]:
        try:
            message = challenge.decode()
        except UnicodeDecodeError as error:
            raise SaslError(f"it sent what is no text in {self.name}") from error
        return self._next(message)

    def succeeded(self) -> None:
        if not self._proven:
            raise SaslError(f"it accepted the login without proving itself, as {self.name} asks")

    def _answer_first(self, message: str) -> Callable[[], bytes]:
        with _objecting(f"it sent what {self.name} does not allow"):
            self._client.set_server_first(message)
        iterations = int(self._client.iterations)
        if iterations > MOST_ITERATIONS:
            raise SaslError(
                f"it asks for {iterations} iterations in {self.name}, more than {MOST_ITERATIONS}"
            )
        self._next = self._answer_final
        return self._compute_proof

    def _compute_proof(self) -> bytes:
        final: str = self._client.get_client_final()
        return final.encode()

    def _answer_final(self, message: str) -> bytes:
        self._next = self._answer_more
        with _objecting(f"it did not prove that it knows the password, as {self.name} asks"):
            self._client.set_server_final(message)
        self._proven = True
        return b""

    def _answer_more(self, message: str) -> bytes:  # noqa: ARG002  # in its predecessors' place
        raise SaslError(f"it asks for more than {self.name} has to say")


def _client(
    name: str, credentials: Credentials, binding: tuple[str, bytes] | None, nonce: str | None
) -> ScramClient:
    """Raises ScramException."""
    # It takes bytes for this name only, and refuses `tls-exporter` because Python's `ssl`, where
    # it would get them itself, can't tell them (RFC 9266). The name goes nowhere but the header.
    channel_binding = None if binding is None else ("tls-server-end-point", binding[1])
    client = ScramClient(
        [name], credentials.user, credentials.secret, channel_binding, c_nonce=nonce
    )
    if binding is not None and name.endswith(PLUS):
        client.gs2_header.cb_name.cb_name = binding[0]
    return client


@contextmanager
def _objecting(complaint: str) -> Iterator[None]:
    try:
        yield
    except ScramException as error:
        why = str(error).removesuffix(": other-error").rstrip(".")
        raise SaslError(f"{complaint}: {visible(why)}") from error
