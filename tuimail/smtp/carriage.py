"""How a message goes out behind its envelope: with DATA and a dot, or with BDAT."""

from typing import Protocol

from tuimail.smtp.body import BLOCK, CHUNK, Body
from tuimail.smtp.channel import Channel, Halt, SessionError
from tuimail.smtp.command import Command
from tuimail.smtp.disposition import Failure, FailureKind
from tuimail.smtp.events import BodySent, CommandSent
from tuimail.smtp.finals import Finals
from tuimail.smtp.framing import DataFraming, LineFraming
from tuimail.smtp.ledger import Ledger
from tuimail.smtp.reply import ProtocolError, Reply, Severity
from tuimail.smtp.stage import Stage
from tuimail.smtp.turn import Turn


class Carriage(Protocol):
    @property
    def due(self) -> bool:
        """Whether a block of the message is to go out, now or soon."""

    def pull(self) -> None:
        """Puts the next block on the channel, where one is due.

        Raises SessionError for a message that can't be read.
        """

    def recipients_answered(self) -> None:
        """Every RCPT has its reply, and somebody takes the mail."""

    def close(self) -> None: ...


class DataCarriage:
    """RFC 5321 §4.1.1.4. DATA is said with the envelope, the message waits for 354."""

    def __init__(
        self,
        ledger: Ledger,
        turn: Turn,
        channel: Channel,
        finals: Finals,
        stop_after: Stage | None,
    ) -> None:
        self._ledger = ledger
        self._turn = turn
        self._channel = channel
        self._finals = finals
        self._stop_after = stop_after
        self._body: Body | None = None
        turn.say(Stage.DATA, Command.data(), self._answered, self._skipped)

    @property
    def due(self) -> bool:
        return self._body is not None and not self._ledger.end_written

    def pull(self) -> None:
        if self._body is None or not self.due:
            return
        self._channel.write(_block(self._body))
        self._channel.observe(BodySent(self._channel.now, self._body.octets, self._body.size))
        self._channel.start_clock(Stage.BODY)
        if self._body.finished:
            self._channel.observe(CommandSent(self._channel.now, Command.end_of_data()))
            self._channel.start_clock(Stage.FINAL)
            self._ledger.end_written = True

    def recipients_answered(self) -> None:
        """DATA's own reply decides."""

    def close(self) -> None:
        if self._body is not None:
            self._body.close()

    def _skipped(self) -> None:
        self._ledger.abandon_rest(Failure(FailureKind.SKIPPED, "was not told DATA"))

    def _answered(self, reply: Reply) -> None:
        match reply.severity:
            case Severity.CONTINUE if self._ledger.all_settled:
                self._finals.refrain()
            case Severity.CONTINUE if self._stop_after is Stage.DATA:
                raise Halt(Stage.DATA)
            case Severity.CONTINUE:
                self._body = _opened(self._ledger, DataFraming(), BLOCK)
                # Awaited from the first block on: a server may refuse before it has the last.
                self._finals.listen(Command.end_of_data())
                self._channel.start_clock(Stage.BODY)
            case Severity.TRANSIENT | Severity.PERMANENT:
                self._ledger.refuse_rest(reply, Stage.DATA)
            case _:
                raise ProtocolError(f"{reply.code} to DATA")


class ChunkCarriage:
    """RFC 3030 §2. One reply for each BDAT, none of which needs to be waited for."""

    def __init__(self, ledger: Ledger, turn: Turn, channel: Channel, finals: Finals) -> None:
        self._ledger = ledger
        self._turn = turn
        self._channel = channel
        self._finals = finals
        self._body: Body | None = None
        self._open = False
        self._refused = False

    @property
    def due(self) -> bool:
        return self._open and not (self._ledger.end_written or self._refused)

    @property
    def begun(self) -> bool:
        return self._body is not None and self._body.octets > 0

    def open(self) -> None:
        """From now on the message may go out."""
        self._open = True

    def pull(self) -> None:
        if not self.due or not self._channel.has_room:
            return
        if self._body is None:
            self._body = _opened(self._ledger, LineFraming(), CHUNK)
        block = _block(self._body)
        last = self._body.finished
        command = Command.bdat_last(len(block)) if last else Command.bdat(len(block))
        self._channel.write(command.wire)
        self._channel.write(block)
        self._channel.observe(CommandSent(self._channel.now, command))
        self._channel.observe(BodySent(self._channel.now, self._body.octets, self._body.size))
        if last:
            self._ledger.end_written = True
            self._finals.listen(command)
        else:
            self._turn.listen(Stage.BODY, command, self._answered)
        self._channel.restart_clock()

    def recipients_answered(self) -> None:
        self.open()

    def close(self) -> None:
        if self._body is not None:
            self._body.close()

    def _answered(self, reply: Reply) -> None:
        match reply.severity:
            case Severity.TRANSIENT | Severity.PERMANENT:
                self._refused = True
                self.close()
                self._ledger.refuse_rest(reply, Stage.BODY)
            case Severity.CONTINUE:
                raise ProtocolError(f"{reply.code} to BDAT")


def _opened(ledger: Ledger, framing: DataFraming | LineFraming, block: int) -> Body:
    try:
        return Body(ledger.transaction.content, framing, block)
    except OSError as error:
        raise _unreadable(error) from error


def _block(body: Body) -> bytes:
    try:
        return body.next_block()
    except OSError as error:
        raise _unreadable(error) from error


def _unreadable(error: OSError) -> SessionError:
    return SessionError(
        FailureKind.UNREADABLE, f"was not sent the message, which can't be read: {error}"
    )
