"""The mails of a session, one after another."""

from collections import deque

from tuimail.smtp.channel import Channel, SessionError, Step
from tuimail.smtp.command import Command
from tuimail.smtp.disposition import (
    Disposition,
    Failure,
    FailureKind,
    Halted,
    Unanswered,
    Unfit,
)
from tuimail.smtp.events import Settled
from tuimail.smtp.mailing import Mailing
from tuimail.smtp.opening import Opening
from tuimail.smtp.reply import ProtocolError, Reply, Severity
from tuimail.smtp.session import Pace, Session
from tuimail.smtp.stage import Stage
from tuimail.smtp.transaction import Transaction


class Mails:
    """Those that wait, and those under way. Each is settled, in the order of submission."""

    def __init__(self, session: Session, channel: Channel, opening: Opening) -> None:
        self._session = session
        self._channel = channel
        self._opening = opening
        self._waiting: deque[Transaction] = deque()
        self._under_way: deque[Mailing] = deque()
        self._taken = 0
        self._envelope_open = False
        self._remainder: Disposition | None = None

    @property
    def welcome(self) -> bool:
        """Whether one that is submitted now could still be said."""
        return self._remainder is None

    @property
    def idle(self) -> bool:
        """Whether none is under way. One that waits may be said next."""
        return not self._under_way

    @property
    def due(self) -> bool:
        """Whether a block of a message is to go out, now or soon."""
        return bool(self._under_way) and self._under_way[0].due

    @property
    def end_written(self) -> bool:
        """Whether the server may have a message of which it has not said so."""
        return any(mailing.ledger.end_written for mailing in self._under_way)

    @property
    def between_chunks(self) -> bool:
        """Whether a RSET would be read as one, and take back what was said."""
        return any(mailing.between_chunks for mailing in self._under_way)

    def submit(self, transaction: Transaction) -> None:
        self._waiting.append(transaction)

    def advance(self) -> None:
        """Says those that may be said now. Raises SessionError where the server takes no more."""
        if self._remainder is not None:
            self._dismiss(self._remainder)
        while self._waiting and self._may_follow(self._waiting[0]):
            if self._spent:
                raise SessionError(FailureKind.SPENT, "takes no more mails in this session")
            self._take(self._waiting.popleft())

    def pull(self) -> None:
        """Puts the block that is due on the channel."""
        self._under_way[0].pull()

    def settle_answered(self) -> None:
        while self._under_way and self._under_way[0].answered:
            ledger = self._under_way.popleft().ledger
            self._envelope_open = not ledger.accepted
            self._settle(ledger.transaction, ledger.dispositions())

    def halt(self, stage: Stage) -> None:
        """The session was to end behind `stage`."""
        for mailing in self._under_way:
            mailing.ledger.halt_rest(stage)
        self._end(Halted(stage))

    def abandon(self, failure: Failure) -> None:
        """The session has failed."""
        for mailing in self._under_way:
            mailing.ledger.abandon_rest(failure)
        self._end(Unanswered(failure))

    def _may_follow(self, transaction: Transaction) -> bool:
        """Whether it can be said after what is under way. Those that will never go out wait:
        transactions are settled in their order."""
        if not self._under_way:
            return self._opening.finished
        # The envelope may go out with the end of the message before it.
        return (
            len(self._under_way) == 1
            and self._session.pace is Pace.FREE
            and "PIPELINING" in self._opening.capabilities
            and self._under_way[0].may_be_followed
            and not self._spent
            and self._misfit(transaction) is None
        )

    @property
    def _spent(self) -> bool:
        """Whether the server takes no more mails in this session (RFC 9422 §4)."""
        most = self._opening.capabilities.limit("MAILMAX")
        return most is not None and self._taken >= most

    def _misfit(self, transaction: Transaction) -> Unfit | None:
        return transaction.misfit(self._opening.capabilities, self._opening.tls)

    def _take(self, transaction: Transaction) -> None:
        misfit = self._misfit(transaction)
        if misfit is not None:
            self._settle_all(transaction, misfit)
            return
        if self._envelope_open and not self._under_way:
            self._channel.say(Step(Stage.RSET, Command.rset(), _reset_answered))
        self._envelope_open = True
        self._taken += 1
        self._under_way.append(
            Mailing(transaction, self._session, self._opening.capabilities, self._channel)
        )

    def _end(self, remainder: Disposition) -> None:
        while self._under_way:
            mailing = self._under_way.popleft()
            mailing.close()
            self._settle(mailing.ledger.transaction, mailing.ledger.dispositions())
        self._dismiss(remainder)

    def _dismiss(self, remainder: Disposition) -> None:
        """What is said of every transaction that comes too late."""
        self._remainder = remainder
        while self._waiting:
            self._settle_all(self._waiting.popleft(), remainder)

    def _settle_all(self, transaction: Transaction, disposition: Disposition) -> None:
        self._settle(transaction, (disposition,) * len(transaction.envelope.forward_paths))

    def _settle(self, transaction: Transaction, dispositions: tuple[Disposition, ...]) -> None:
        self._channel.observe(Settled(self._channel.now, transaction, dispositions))


def _reset_answered(reply: Reply) -> None:
    if reply.severity is not Severity.COMPLETED:
        raise ProtocolError(f"{reply.code} to RSET")
