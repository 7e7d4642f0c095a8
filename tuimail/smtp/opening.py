"""How a session opens: greeting, hello, TLS, hello again (RFC 5321 §3.1, RFC 3207)."""

from tuimail.smtp.actions import BeginTls
from tuimail.smtp.capabilities import Capabilities
from tuimail.smtp.channel import Channel, SessionError, Step
from tuimail.smtp.command import Command
from tuimail.smtp.disposition import FailureKind
from tuimail.smtp.events import TlsEstablished
from tuimail.smtp.reply import ProtocolError, Reply, Severity
from tuimail.smtp.session import Session, TlsFacts, TlsPolicy
from tuimail.smtp.stage import Stage


class Opening:
    """Raises SessionError where the session can't open as its policy asks."""

    def __init__(self, session: Session, channel: Channel) -> None:
        self._session = session
        self._channel = channel
        self._encrypted = False
        self.capabilities = Capabilities()
        self.finished = False
        channel.listen(Step(Stage.GREETING, None, self._greeted))

    def tls_established(self, facts: TlsFacts) -> None:
        """Raises ProtocolError for bytes that came in plaintext after the reply to STARTTLS."""
        self._refuse_unread()
        self._channel.observe(TlsEstablished(self._channel.now, facts))
        policy = self._session.tls
        if policy.authenticates and not facts.verified:
            raise SessionError(
                FailureKind.UNVERIFIED,
                f"has a certificate that does not verify, as “{policy.value}” asks:"
                f" {facts.distrust}",
            )
        self._encrypted = True
        # What was said in plaintext may have been an attacker's (RFC 3207 §4.2).
        self.capabilities = Capabilities()
        self._say_ehlo()

    def _greeted(self, reply: Reply) -> None:
        if reply.severity is Severity.COMPLETED:
            self._say_ehlo()
        else:
            raise SessionError(FailureKind.GREETING, "refused the connection", reply)

    def _say_ehlo(self) -> None:
        ehlo = Command.ehlo(self._session.identity)
        self._channel.say(Step(Stage.HELLO, ehlo, self._ehlo_answered))

    def _ehlo_answered(self, reply: Reply) -> None:
        if reply.severity is Severity.COMPLETED:
            self.capabilities = Capabilities.from_reply(reply)
            self._consider_tls()
        else:
            self._require_no_tls("refused EHLO", reply)
            helo = Command.helo(self._session.identity)
            self._channel.say(Step(Stage.HELLO, helo, self._helo_answered))

    def _helo_answered(self, reply: Reply) -> None:
        if reply.severity is Severity.COMPLETED:
            self.finished = True
        else:
            raise SessionError(FailureKind.HELLO, "refused the hello", reply)

    def _consider_tls(self) -> None:
        if self._encrypted or self._session.tls is TlsPolicy.NONE:
            self.finished = True
        elif "STARTTLS" in self.capabilities:
            starttls = Command.starttls()
            self._channel.say(Step(Stage.STARTTLS, starttls, self._starttls_answered))
        else:
            self._require_no_tls("does not offer STARTTLS", None)
            self.finished = True

    def _starttls_answered(self, reply: Reply) -> None:
        if reply.severity is Severity.COMPLETED:
            self._refuse_unread()
            self._channel.act(BeginTls())
            self._channel.start_clock(Stage.HANDSHAKE)
        else:
            self._require_no_tls("refused STARTTLS", reply)
            self.finished = True

    def _refuse_unread(self) -> None:
        if self._channel.unread:
            # Read as replies after the handshake, they would pass for encrypted ones.
            raise ProtocolError("bytes before the TLS handshake")

    def _require_no_tls(self, obstacle: str, reply: Reply | None) -> None:
        if self._session.tls.required and not self._encrypted:
            raise SessionError(
                FailureKind.NO_TLS,
                f"{obstacle}, and “{self._session.tls.value}” asks for TLS",
                reply,
            )
