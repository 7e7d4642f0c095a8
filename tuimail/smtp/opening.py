"""How a session opens: greeting, hello, TLS, hello again, and who we are (RFC 5321 §3.1, RFC 3207).

What a session was to stop behind raises Halt.
"""

import sys

from tuimail.smtp.actions import BeginTls
from tuimail.smtp.authentication import Authentication
from tuimail.smtp.capabilities import Capabilities
from tuimail.smtp.channel import Channel, Halt, SessionError, Step
from tuimail.smtp.command import Command
from tuimail.smtp.disposition import FailureKind
from tuimail.smtp.events import TlsEstablished
from tuimail.smtp.reply import ProtocolError, Reply, Severity
from tuimail.smtp.sasl import SaslError
from tuimail.smtp.session import Protocol, Session, TlsPolicy, TlsStart
from tuimail.smtp.stage import Stage
from tuimail.smtp.tls_facts import TlsFacts


class Opening:
    """Raises SessionError where the session can't open as it is asked to."""

    def __init__(self, session: Session, channel: Channel) -> None:
        self._session = session
        self._channel = channel
        self._authentication: Authentication | None = None
        self._xclient_due = bool(session.xclient)
        self.capabilities = Capabilities()
        self.tls: TlsFacts | None = None
        self.greeted = False
        """Whether the server has spoken: before that, no client may (RFC 5321 §4.3.1)."""
        self.finished = False

    def begin(self) -> None:
        if self._session.stop_after is Stage.CONNECT:
            raise Halt(Stage.CONNECT)
        if self._session.tls_start is TlsStart.IMPLICIT:
            self._shake_hands()
        else:
            self._await_greeting()

    def tls_established(self, facts: TlsFacts) -> None:
        """Raises ProtocolError for bytes that came in plaintext after the reply to STARTTLS."""
        self._refuse_unread()
        policy = self._session.tls
        self._channel.observe(TlsEstablished(self._channel.now, facts, policy))
        if policy.authenticates and not facts.verified:
            raise SessionError(
                FailureKind.UNVERIFIED,
                f"has a certificate that does not verify, as “{policy.value}” asks:"
                f" {facts.distrust}",
            )
        self.tls = facts
        if self._session.tls_start is TlsStart.IMPLICIT:
            self._await_greeting()
        else:
            self._halt_behind(Stage.STARTTLS)
            self._say_hello()

    def computed(self, result: bytes | SaslError) -> None:
        """What the mechanism wanted to have computed."""
        if self._authentication is not None:
            self._authentication.computed(result)

    # Greeting and hello

    def _await_greeting(self) -> None:
        self._channel.listen(Step(Stage.GREETING, None, self._greeted))

    def _greeted(self, reply: Reply) -> None:
        self.greeted = True
        if reply.severity is not Severity.COMPLETED:
            raise SessionError(FailureKind.GREETING, "refused the connection", reply)
        self._halt_behind(Stage.GREETING)
        self._say_hello()

    def _say_hello(self) -> None:
        # What was offered before the handshake may have been an attacker's (RFC 3207 §4.2), and
        # before XCLIENT it was for another client.
        self._offer(Capabilities())
        lmtp = self._session.protocol is Protocol.LMTP
        hello = Command.lhlo if lmtp else Command.ehlo
        command = hello(self._session.identity)
        self._channel.say(Step(Stage.HELLO, command, self._hello_answered, self._go_on))

    def _hello_answered(self, reply: Reply) -> None:
        if reply.severity is Severity.COMPLETED:
            self._offer(Capabilities.from_reply(reply))
            self._go_on()
        elif self._session.protocol is Protocol.LMTP:
            raise SessionError(FailureKind.HELLO, "refused the hello", reply)
        else:
            self._require_no_tls("refused EHLO", reply)
            self._require_no_extension(reply)
            helo = Command.helo(self._session.identity)
            self._channel.say(Step(Stage.HELLO, helo, self._helo_answered, self._go_on))

    def _offer(self, capabilities: Capabilities) -> None:
        self.capabilities = capabilities
        self._channel.window = sys.maxsize if "PIPELINING" in capabilities else 1

    def _helo_answered(self, reply: Reply) -> None:
        if reply.severity is not Severity.COMPLETED:
            raise SessionError(FailureKind.HELLO, "refused the hello", reply)
        self._go_on()

    def _go_on(self) -> None:
        """After each hello: whatever is still to be done before mail."""
        if self.tls is None and self._session.tls is not TlsPolicy.NONE:
            self._halt_behind(Stage.HELLO)
            if "STARTTLS" in self.capabilities:
                self._say_starttls()
                return
            self._require_no_tls("does not offer STARTTLS", None)
        self._go_on_without_starttls()

    def _go_on_without_starttls(self) -> None:
        self._halt_behind(Stage.HELLO)
        self._halt_behind(Stage.STARTTLS)
        if self._xclient_due:
            self._say_xclient()
        elif self._session.credentials is not None:
            self._authenticate()
        else:
            self._finish()

    def _finish(self) -> None:
        self.finished = True
        self._halt_behind(Stage.AUTH)

    # TLS

    def _say_starttls(self) -> None:
        self._channel.say(
            Step(
                Stage.STARTTLS,
                Command.starttls(),
                self._starttls_answered,
                self._starttls_skipped,
            )
        )

    def _starttls_answered(self, reply: Reply) -> None:
        if reply.severity is Severity.COMPLETED:
            self._refuse_unread()
            self._shake_hands()
        else:
            self._require_no_tls("refused STARTTLS", reply)
            self._go_on_without_starttls()

    def _starttls_skipped(self) -> None:
        self._require_no_tls("was not told STARTTLS", None)
        self._go_on_without_starttls()

    def _shake_hands(self) -> None:
        self._channel.act(BeginTls())
        self._channel.start_clock(Stage.HANDSHAKE)

    def _refuse_unread(self) -> None:
        if self._channel.unread:
            # Read as replies after the handshake, they would pass for encrypted ones.
            raise ProtocolError("bytes before the TLS handshake")

    def _require_no_tls(self, obstacle: str, reply: Reply | None) -> None:
        if self._session.tls.required and self.tls is None:
            raise SessionError(
                FailureKind.NO_TLS,
                f"{obstacle}, and “{self._session.tls.value}” asks for TLS",
                reply,
            )

    # Speaking for another, and for ourselves

    def _require_no_extension(self, reply: Reply) -> None:
        if self._session.xclient:
            raise SessionError(FailureKind.XCLIENT, "refused EHLO, and XCLIENT needs it", reply)
        if self._session.credentials is not None:
            raise SessionError(FailureKind.AUTH, "refused EHLO, and AUTH needs it", reply)

    def _say_xclient(self) -> None:
        if "XCLIENT" not in self.capabilities:
            raise SessionError(FailureKind.XCLIENT, "does not offer XCLIENT to us")
        self._xclient_due = False
        xclient = Command.xclient(self._session.xclient)
        self._channel.say(Step(Stage.XCLIENT, xclient, self._xclient_answered, self._go_on))

    def _xclient_answered(self, reply: Reply) -> None:
        # A new session begins, with a greeting for an answer.
        if reply.severity is not Severity.COMPLETED:
            raise SessionError(FailureKind.XCLIENT, "refused XCLIENT", reply)
        self._say_hello()

    def _authenticate(self) -> None:
        self._authentication = Authentication(
            self._session,
            self._channel,
            self.capabilities,
            self.tls,
            self._finish,
        )
        self._authentication.begin()

    def _halt_behind(self, stage: Stage) -> None:
        if self._session.stop_after is stage:
            raise Halt(stage)
