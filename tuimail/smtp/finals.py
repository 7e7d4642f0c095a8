"""What the server says of a whole message (RFC 5321 §4.1.1.4)."""

from functools import partial

from tuimail.smtp.channel import SessionError
from tuimail.smtp.command import Command
from tuimail.smtp.disposition import FailureKind
from tuimail.smtp.ledger import Ledger
from tuimail.smtp.reply import ProtocolError, Reply, Severity
from tuimail.smtp.session import Protocol, Session
from tuimail.smtp.stage import Stage
from tuimail.smtp.turn import Turn


class Finals:
    """One reply for all, in LMTP one for each who was not refused (RFC 2033 §4.2)."""

    def __init__(self, ledger: Ledger, turn: Turn, session: Session) -> None:
        self._ledger = ledger
        self._turn = turn
        self._session = session

    def listen(self, command: Command) -> None:
        """`command` is what ends the message."""
        if self._session.protocol is Protocol.SMTP:
            self._turn.listen(Stage.FINAL, command, self._answered)
            return
        for place in self._ledger.open_places:
            self._turn.listen(Stage.FINAL, command, partial(self._answered, place=place))

    def refrain(self) -> None:
        """Ends the message before it begins: whoever said 354 to nobody waits for one (RFC 2920
        §3.1). Raises ProtocolError in LMTP, where nobody says how many replies would come."""
        if self._session.protocol is Protocol.LMTP:
            raise ProtocolError("354 to DATA, which nobody is to get")
        self._turn.say(Stage.FINAL, Command.end_of_data(), lambda _reply: None)

    def _answered(self, reply: Reply, place: int | None = None) -> None:
        places = self._ledger.open_places if place is None else (place,)
        match reply.severity:
            case Severity.TRANSIENT | Severity.PERMANENT:
                for each in places:
                    self._ledger.refuse(each, reply, Stage.FINAL)
            case Severity.COMPLETED if self._ledger.end_written:
                for each in places:
                    self._ledger.accept(each, reply)
            case _:
                raise ProtocolError(f"{reply.code} to the message")
        if not self._ledger.end_written:
            # A dot here would deliver a truncated message.
            raise SessionError(
                FailureKind.INTERRUPTED, "answered before it had the whole message", reply
            )
