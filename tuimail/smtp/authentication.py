"""AUTH: one mechanism after another, until the server believes us or says no (RFC 4954)."""

from binascii import a2b_base64
from collections import deque
from collections.abc import Callable

from tuimail.smtp.actions import Compute
from tuimail.smtp.capabilities import Capabilities
from tuimail.smtp.channel import Channel, SessionError, Step
from tuimail.smtp.command import Command
from tuimail.smtp.disposition import FailureKind
from tuimail.smtp.reply import Reply, Severity
from tuimail.smtp.sasl import Mechanism, SaslError, mechanisms
from tuimail.smtp.session import Exposure, Session
from tuimail.smtp.stage import Stage
from tuimail.smtp.tls_facts import TlsFacts

_UNSUPPORTED = 504  # RFC 4954 §4: the mechanism is not known here after all
_MOST_OCTETS = 12_288  # RFC 4954 §4.3, of one line
_MOST_ROUNDS = 20
"""Challenges of one mechanism; the longest that exist have three."""


class Authentication:
    """Raises SessionError where we can't be, or are not, authenticated. After a refusal of the
    credentials no other mechanism is tried: they would be refused again, and the account locked.
    """

    def __init__(
        self,
        session: Session,
        channel: Channel,
        capabilities: Capabilities,
        tls: TlsFacts | None,
        finish: Callable[[], None],
    ) -> None:
        self._session = session
        self._channel = channel
        self._capabilities = capabilities
        self._tls = tls
        self._finish = finish
        self._left: deque[Mechanism] = deque()
        self._rounds = 0

    def begin(self) -> None:
        credentials = self._session.credentials
        if credentials is None:
            raise ValueError("nothing to authenticate with")
        if obstacle := exposed(self._session, self._tls):
            raise SessionError(FailureKind.EXPOSED, f"was not sent the password, for {obstacle}")
        if "AUTH" not in self._capabilities:
            raise SessionError(FailureKind.AUTH, "offers no AUTH")
        try:
            self._left.extend(
                mechanisms(
                    credentials,
                    self._capabilities.mechanisms,
                    bindings=self._tls.bindings if self._tls is not None else {},
                    host=self._session.host,
                    port=self._session.port,
                )
            )
        except SaslError as error:
            raise _unable(error) from error
        self._say_auth()

    def computed(self, result: bytes | SaslError) -> None:
        if isinstance(result, SaslError):
            self._cancel(result)
        else:
            self._respond(result)

    def _say_auth(self) -> None:
        mechanism = self._left[0]
        self._rounds = 0
        try:
            initial = mechanism.begin()
        except SaslError as error:
            raise _unable(error) from error
        if initial is not None:
            self._channel.hide(initial)
        self._say(Command.auth(mechanism.name, initial), self._finish)

    def _say(self, command: Command, skipped: Callable[[], None]) -> None:
        if len(command.wire) > _MOST_OCTETS:
            raise SessionError(FailureKind.AUTH, "was not sent the credentials: they are too long")
        self._channel.say(Step(Stage.AUTH, command, self._answered, skipped))

    def _answered(self, reply: Reply) -> None:
        match reply.severity:
            case Severity.COMPLETED:
                self._succeed()
            case Severity.CONTINUE:
                self._meet(reply)
            case _ if reply.code == _UNSUPPORTED and len(self._left) > 1:
                self._left.popleft()
                self._say_auth()
            case _:
                name = self._left[0].name
                raise SessionError(FailureKind.AUTH, f"refused the credentials ({name})", reply)

    def _succeed(self) -> None:
        try:
            self._left[0].succeeded()
        except SaslError as error:
            raise _unable(error) from error
        self._finish()

    def _meet(self, reply: Reply) -> None:
        """A challenge: answered, or given to be computed."""
        self._rounds += 1
        try:
            if self._rounds > _MOST_ROUNDS:
                raise SaslError("the server has no end of challenges")
            response = self._left[0].respond(_decoded(reply))
        except SaslError as error:
            self._cancel(error)
            return
        if isinstance(response, bytes):
            self._respond(response)
        else:
            self._channel.act(Compute(response))
            self._channel.start_clock(Stage.AUTH)

    def _respond(self, response: bytes) -> None:
        self._channel.hide(response)
        self._say(Command.auth_response(response), self._skipped)

    def _skipped(self) -> None:
        self._cancel(SaslError("the response was not said"))

    def _cancel(self, error: SaslError) -> None:
        """The server waits for a response: it is told that none comes (RFC 4954 §4)."""

        def give_up(reply: Reply | None = None) -> None:
            if reply is not None and reply.severity is Severity.CONTINUE:
                reply = None  # One more challenge, which nobody may see.
            raise SessionError(FailureKind.AUTH, _unable(error).why, reply) from error

        self._channel.say(Step(Stage.AUTH, Command.auth_cancel(), give_up, give_up))


def exposed(session: Session, tls: TlsFacts | None) -> str:
    """Why credentials may not be sent, empty where they may (RFC 4954 §14)."""
    if session.exposure is Exposure.ANY or (tls is not None and tls.verified):
        return ""
    obstacle = "there is no TLS" if tls is None else tls.distrust
    return f"it has not proven who it is: {obstacle}"


def _decoded(reply: Reply) -> bytes:
    try:
        return a2b_base64("".join(reply.lines).strip().encode(), strict_mode=True)
    except ValueError as error:
        raise SaslError("a challenge is not in base64") from error


def _unable(error: SaslError) -> SessionError:
    return SessionError(FailureKind.AUTH, f"could not be told who we are: {error}")
