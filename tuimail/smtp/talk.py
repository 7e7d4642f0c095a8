"""A session that a person types, line by line (RFC 5321), without I/O."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from tuimail.smtp.actions import Abort, Action, BeginTls, Close
from tuimail.smtp.authentication import Authentication, exposed
from tuimail.smtp.capabilities import Capabilities
from tuimail.smtp.channel import Channel, SessionError, Step
from tuimail.smtp.command import HIDDEN, Command
from tuimail.smtp.dictation import Dictation
from tuimail.smtp.disposition import Failure, FailureKind
from tuimail.smtp.events import Event, SessionFailed, TlsEstablished
from tuimail.smtp.floor import Floor
from tuimail.smtp.loss import Eof, HandshakeFailed, Loss, Reset
from tuimail.smtp.opening import Opening
from tuimail.smtp.reply import ProtocolError, Reply, Severity
from tuimail.smtp.sasl import Credentials, SaslError
from tuimail.smtp.session import Session, TlsStart
from tuimail.smtp.stage import Stage
from tuimail.smtp.tls_facts import TlsFacts
from tuimail.smtp.typed import command_typed, sound, stage_of

_ENCOURAGING = (Severity.COMPLETED, Severity.CONTINUE)


class Talk:
    """Says what it is given, when it is given it. Times are monotonic seconds.

    It goes no way of its own, but for a policy that requires TLS: then it opens the session as a
    mail's would be opened. The server is held to the same bounds as in a `Dialogue`, and the
    caller obeys it in the same way. `note` gets what a person should know and no event tells; it
    must not call back, and neither must the observer.
    """

    def __init__(
        self,
        session: Session,
        observe: Callable[[Event], None],
        note: Callable[[str], None],
        now: float,
    ) -> None:
        self.capabilities = Capabilities()
        self.tls: TlsFacts | None = None
        self.login_refused = False
        """By the reply that came last, to AUTH or to what answered it."""
        self._session = session
        self._note = note
        self._channel = Channel(observe, session, now)
        self._opening = Opening(session, self._channel) if session.tls.required else None
        self._authentication: Authentication | None = None
        self._next = Floor.COMMAND
        self._over = False
        self._dictation = Dictation(self._channel, note)
        with self._failing():
            self._begin()

    @property
    def deadline(self) -> float | None:
        """When to call `tick`."""
        return self._channel.deadline

    @property
    def over(self) -> bool:
        return self._over

    @property
    def unsure(self) -> bool:
        """Whether a message was ended, and the server's word on it has not come (R33)."""
        return self._dictation.unsure

    @property
    def floor(self) -> Floor:
        if self._over:
            return Floor.NOBODY
        waits = self._channel.stage is not None or not self._channel.all_sent
        return Floor.SERVER if waits else self._next

    # What a person says

    def say(self, line: str, now: float) -> None:
        """Raises ValueError with one clear line for what can't be said, or not now."""
        self._channel.now = now
        match self.floor:
            case Floor.COMMAND:
                self._say_command(command_typed(line))
            case Floor.RESPONSE:
                self._say_response(sound(line))
            case Floor.MESSAGE:
                self._say_line(sound(line))
            case Floor.SERVER:
                raise ValueError("the server has not answered yet")
            case Floor.NOBODY:
                raise ValueError("the session is over")

    def authenticate(self, credentials: Credentials, now: float) -> None:
        """By the best mechanism that is offered. Raises ValueError as `say`."""
        self._channel.now = now
        self.check_login()
        self._channel.hide(credentials.secret.encode(errors="surrogateescape"))
        self._authentication = Authentication(
            replace(self._session, credentials=credentials),
            self._channel,
            self.capabilities,
            self.tls,
            self._authenticated,
        )
        try:
            self._authentication.begin()
        except SessionError as error:
            self._authentication = None
            raise ValueError(f"the server {error.why}") from error

    def check_login(self) -> None:
        """Raises ValueError where nobody can log in now: to be known before a password is typed."""
        if self.floor is not Floor.COMMAND:
            raise ValueError("the server awaits something else")
        self._guard()
        if "AUTH" not in self.capabilities:
            raise ValueError("the server offers no AUTH")

    def cancel(self, now: float) -> None:
        """Drops the connection, whatever is under way."""
        self._channel.now = now
        self._fail(FailureKind.CANCELLED, f"was stopped while {self._doing}")

    # What the connection reports

    def receive(self, data: bytes, now: float) -> None:
        """Bytes from the server, decrypted."""
        self._channel.now = now
        if self._over:
            return
        self._channel.feed(data)
        with self._failing():
            while not self._over and self._takes_reply():
                self._leave_opening()

    def tls_established(self, facts: TlsFacts, now: float) -> None:
        """Answers BeginTls."""
        self._channel.now = now
        if self._over:
            return
        with self._failing():
            if self._opening is not None:
                self._opening.tls_established(facts)
                return
            self._refuse_unread()
            self._channel.observe(TlsEstablished(now, facts))
            self.tls = facts
            # What was offered before may have been an attacker's (RFC 3207 §4.2).
            self.capabilities = Capabilities()
            self._channel.restart_clock()
            if self._session.tls_start is TlsStart.IMPLICIT:
                self._await_greeting()

    def computed(self, result: bytes | SaslError, now: float) -> None:
        """Answers Compute."""
        self._channel.now = now
        if self._authentication is not None and not self._over:
            with self._failing():
                self._authentication.computed(result)

    def lost(self, loss: Loss, now: float) -> None:
        self._channel.now = now
        match loss:
            case HandshakeFailed(why) if self._channel.stage is Stage.HANDSHAKE:
                self._fail(FailureKind.HANDSHAKE, f"failed the TLS handshake: {why}")
            case HandshakeFailed(why) | Reset(why):
                self._fail(FailureKind.LOST, f"dropped the connection while {self._doing}: {why}")
            case Eof():
                self._fail(FailureKind.LOST, f"closed the connection while {self._doing}")
        self._channel.clear()
        self._over = True

    def tick(self, now: float) -> None:
        """The time is `now`; ends the session where a reply is overdue."""
        self._channel.now = now
        if self.deadline is not None and now >= self.deadline:
            limit = f"{self._channel.limit():g} s"
            self._fail(FailureKind.TIMEOUT, f"gave no answer within {limit} while {self._doing}")

    def next_action(self, now: float) -> Action | None:
        """What to do next, None until something is reported or said."""
        self._channel.now = now
        self._channel.flush()
        return self._channel.next_action()

    # How it opens

    def _begin(self) -> None:
        if self._opening is not None:
            self._opening.begin()
        elif self._session.tls_start is TlsStart.IMPLICIT:
            self._shake_hands()
        else:
            self._await_greeting()

    def _await_greeting(self) -> None:
        self._channel.listen(Step(Stage.GREETING, None, lambda _greeting: None))

    def _leave_opening(self) -> None:
        if self._opening is not None and self._opening.finished:
            self.capabilities, self.tls = self._opening.capabilities, self._opening.tls
            self._opening = None

    def _shake_hands(self) -> None:
        self._refuse_unread()
        self._channel.act(BeginTls())
        self._channel.start_clock(Stage.HANDSHAKE)

    def _refuse_unread(self) -> None:
        if self._channel.unread:
            # Read as replies after the handshake, they would pass for encrypted ones.
            raise ProtocolError("bytes before the TLS handshake")

    # Commands

    def _say_command(self, command: Command) -> None:
        verb = command.verb
        if verb == "STARTTLS" and self.tls is not None:
            raise ValueError("TLS is there already")
        if verb == "AUTH":
            self._guard()
        self._channel.hide_typed(command.secret)
        self._channel.say(Step(stage_of(command), command, partial(self._answered, verb)))

    def _answered(self, verb: str, reply: Reply) -> None:
        if verb == "QUIT":
            self._end(Close())
            return
        self._dictation.heard(verb, reply)
        self.login_refused = verb == "AUTH" and reply.severity not in _ENCOURAGING
        match verb, reply.severity:
            case "AUTH", Severity.CONTINUE:
                self._next = Floor.RESPONSE
            case "DATA", Severity.CONTINUE:
                self._next = Floor.MESSAGE
            case "EHLO" | "LHLO", Severity.COMPLETED:
                self.capabilities = Capabilities.from_reply(reply)
            case "HELO" | "XCLIENT", Severity.COMPLETED:
                self.capabilities = Capabilities()
            case "STARTTLS", Severity.COMPLETED:
                self._shake_hands()

    def _say_line(self, line: str) -> None:
        if line == ".":
            self._next = Floor.COMMAND
            self._dictation.end(self._session.protocol)
        else:
            self._dictation.say(line)

    # Who we are

    def _guard(self) -> None:
        if obstacle := exposed(self._session, self.tls):
            raise ValueError(
                f"nothing secret is said to the server, for {obstacle}; --insecure-auth lifts this"
            )

    def _say_response(self, line: str) -> None:
        self._next = Floor.COMMAND
        if line == "*":
            command = Command.auth_cancel()
        else:
            self._channel.hide_typed(line.encode())
            command = replace(Command.parse(line), shown=HIDDEN)
        self._channel.say(Step(Stage.AUTH, command, partial(self._answered, "AUTH")))

    def _authenticated(self) -> None:
        self._authentication = None

    # How it ends

    @property
    def _doing(self) -> str:
        return "it was our turn" if self._channel.stage is None else self._channel.doing

    def _takes_reply(self) -> bool:
        try:
            return self._channel.next_reply() is not None
        except SessionError as error:
            if error.kind is not FailureKind.AUTH or self._opening is not None:
                raise
            # That ends nothing here: a person may have mistyped them.
            self._authentication = None
            self._note(f"the server {error.why}")
            return True

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except SessionError as error:
            self._fail(error.kind, error.why, error.reply)
        except ProtocolError as breach:
            self._fail(FailureKind.PROTOCOL, f"broke the protocol: {breach}")

    def _fail(self, kind: FailureKind, why: str, reply: Reply | None = None) -> None:
        if self._over:
            return
        if self._channel.awaits(Stage.QUIT):
            self._end(Abort())
            return
        self._channel.observe(SessionFailed(self._channel.now, Failure(kind, why, reply)))
        self._end(Close() if kind is FailureKind.CLOSING else Abort())

    def _end(self, action: Action) -> None:
        self._over = True
        self._channel.clear()
        self._channel.act(action)
