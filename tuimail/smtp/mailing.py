"""A mail transaction under way: MAIL, RCPT, DATA, the message (RFC 5321 §3.3)."""

from functools import partial

from tuimail.smtp.body import Body
from tuimail.smtp.capabilities import Capabilities
from tuimail.smtp.channel import Channel, SessionError, Step
from tuimail.smtp.command import Command
from tuimail.smtp.disposition import FailureKind
from tuimail.smtp.events import BodySent, CommandSent
from tuimail.smtp.ledger import Ledger
from tuimail.smtp.reply import ProtocolError, Reply, Severity
from tuimail.smtp.stage import Stage
from tuimail.smtp.transaction import Transaction


class Mailing:
    """Says the envelope at once, as far as the server's window lets it out."""

    def __init__(
        self, transaction: Transaction, capabilities: Capabilities, channel: Channel
    ) -> None:
        self.ledger = Ledger(transaction)
        self._channel = channel
        self._body: Body | None = None
        envelope = transaction.envelope
        mail = Command.mail(envelope.reverse_path, transaction.parameters(capabilities))
        channel.say(Step(Stage.MAIL, mail, self._mail_answered))
        for place, path in enumerate(envelope.forward_paths):
            rcpt = Command.rcpt(path)
            channel.say(Step(Stage.RCPT, rcpt, partial(self._rcpt_answered, place)))
        channel.say(Step(Stage.DATA, Command.data(), self._data_answered))

    def pull(self) -> None:
        """Puts the next block of the message on the channel, where one is due."""
        if self._body is None or self.ledger.dot_written:
            return
        try:
            self._channel.write(self._body.next_block())
        except OSError as error:
            raise _unreadable(error) from error
        self._channel.observe(BodySent(self._channel.now, self._body.octets, self._body.size))
        self._channel.start_clock(Stage.BODY)
        if self._body.finished:
            self._channel.observe(CommandSent(self._channel.now, Command.end_of_data()))
            self._channel.start_clock(Stage.FINAL)
            self.ledger.dot_written = True

    def close(self) -> None:
        if self._body is not None:
            self._body.close()

    def _mail_answered(self, reply: Reply) -> None:
        match reply.severity:
            case Severity.TRANSIENT | Severity.PERMANENT:
                self.ledger.refuse_rest(reply, Stage.MAIL)
                self._channel.drop_unsent()
            case Severity.CONTINUE:
                raise ProtocolError(f"{reply.code} to MAIL")

    def _rcpt_answered(self, place: int, reply: Reply) -> None:
        match reply.severity:
            case Severity.TRANSIENT | Severity.PERMANENT:
                self.ledger.refuse(place, reply)
                if self.ledger.all_refused:
                    self._channel.drop_unsent()
            case Severity.CONTINUE:
                raise ProtocolError(f"{reply.code} to RCPT")

    def _data_answered(self, reply: Reply) -> None:
        match reply.severity:
            case Severity.CONTINUE if self.ledger.all_refused:
                dot = Command.end_of_data()
                self._channel.say(Step(Stage.FINAL, dot, lambda _reply: None))
            case Severity.CONTINUE:
                self._open_body()
            case Severity.TRANSIENT | Severity.PERMANENT:
                self.ledger.refuse_rest(reply, Stage.DATA)
            case _:
                raise ProtocolError(f"{reply.code} to DATA")

    def _open_body(self) -> None:
        try:
            self._body = Body(self.ledger.transaction.content)
        except OSError as error:
            raise _unreadable(error) from error
        # Awaited from the first block on: a server may refuse before it has the last.
        answered = partial(self._final_answered, self._body)
        self._channel.listen(Step(Stage.FINAL, Command.end_of_data(), answered))
        self._channel.start_clock(Stage.BODY)

    def _final_answered(self, body: Body, reply: Reply) -> None:
        match reply.severity:
            case Severity.TRANSIENT | Severity.PERMANENT:
                self.ledger.refuse_rest(reply, Stage.FINAL)
            case Severity.COMPLETED if body.finished:
                self.ledger.accept(reply)
            case _:
                raise ProtocolError(f"{reply.code} to the message")
        if not body.finished:
            # A dot here would deliver a truncated message.
            raise SessionError(
                FailureKind.INTERRUPTED, "answered before it had the whole message", reply
            )


def _unreadable(error: OSError) -> SessionError:
    return SessionError(
        FailureKind.UNREADABLE, f"was not sent the message, which can't be read: {error}"
    )
