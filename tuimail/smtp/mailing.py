"""A mail transaction under way: MAIL, RCPT, the message (RFC 5321 §3.3)."""

from enum import Enum, auto
from functools import partial

from tuimail.smtp.body import CHUNK
from tuimail.smtp.capabilities import Capabilities
from tuimail.smtp.carriage import Carriage, ChunkCarriage, DataCarriage
from tuimail.smtp.channel import Channel, Halt
from tuimail.smtp.disposition import Failure, FailureKind
from tuimail.smtp.finals import Finals
from tuimail.smtp.ledger import Ledger
from tuimail.smtp.reply import ProtocolError, Reply, Severity
from tuimail.smtp.session import Pace, Protocol, Session
from tuimail.smtp.stage import Stage
from tuimail.smtp.transaction import Transaction
from tuimail.smtp.turn import Turn

SMALL = 64 * 1024
"""Octets of a message that goes out before anybody is known to take it: at most this is lost."""


class Manner(Enum):
    """How a transaction is said."""

    DATA = auto()
    CHUNKS = auto()
    """With BDAT, once the recipients are known to be taken."""
    AT_ONCE = auto()
    """MAIL, RCPT and BDAT LAST in one write."""

    @classmethod
    def fitting(
        cls, transaction: Transaction, session: Session, capabilities: Capabilities
    ) -> "Manner":
        """What costs the fewest round trips here (RFC 2920, RFC 3030).

        A session of credentials never says all at once: what it says counts against the account.
        """
        by_hand = session.pace is Pace.STEP or session.stop_after is not None
        if by_hand or "CHUNKING" not in capabilities:
            return cls.DATA
        size = transaction.content.size
        if "PIPELINING" not in capabilities:
            # Each chunk would wait for the reply to the one before.
            return cls.CHUNKS if size < CHUNK else cls.DATA
        for_all = session.protocol is Protocol.SMTP and session.credentials is None
        return cls.AT_ONCE if for_all and size <= SMALL else cls.CHUNKS


class Mailing:
    """Says the envelope at once, as far as the server's window lets it out."""

    def __init__(
        self,
        transaction: Transaction,
        session: Session,
        capabilities: Capabilities,
        channel: Channel,
    ) -> None:
        self.ledger = Ledger(transaction, transaction.named(capabilities))
        self._session = session
        self._channel = channel
        self._turn = Turn(channel)
        self._finals = Finals(self.ledger, self._turn, session)
        self._recipients_awaited = len(self.ledger.named)
        self._carriage: Carriage | None = None
        self._turn.say(
            Stage.MAIL, transaction.mail(capabilities), self._mail_answered, self._halt_behind_mail
        )
        if session.stop_after is Stage.MAIL:
            return
        for place in self.ledger.named:
            self._turn.say(
                Stage.RCPT,
                transaction.rcpt(place, capabilities),
                partial(self._rcpt_answered, place),
                partial(self._rcpt_skipped, place),
            )
        if session.stop_after is not Stage.RCPT:
            self._carriage = self._carry(Manner.fitting(transaction, session, capabilities))

    @property
    def answered(self) -> bool:
        """Whether all is said, and every reply is there."""
        return self._turn.answered and not self.due

    @property
    def may_be_followed(self) -> bool:
        """Whether the next MAIL may ride with this one's end of data (RFC 2920 §3.1).

        Behind BDAT it may not: a refused chunk leaves the envelope open (RFC 3030 §2).
        """
        return isinstance(self._carriage, DataCarriage) and self.ledger.end_written

    @property
    def between_chunks(self) -> bool:
        """Whether a RSET would be read as one, and take back what was said."""
        chunks = isinstance(self._carriage, ChunkCarriage) and self._carriage.begun
        return chunks and not self.ledger.end_written

    @property
    def due(self) -> bool:
        """Whether a block of the message is to go out, now or soon."""
        return self._carriage is not None and self._carriage.due

    def pull(self) -> None:
        """Puts the next block of the message on the channel, where one is due."""
        if self._carriage is not None and self._channel.all_sent:
            self._carriage.pull()

    def close(self) -> None:
        if self._carriage is not None:
            self._carriage.close()

    def _carry(self, manner: Manner) -> Carriage:
        if manner is Manner.DATA:
            return DataCarriage(
                self.ledger,
                self._turn,
                self._channel,
                self._finals,
                self._session.stop_after,
            )
        chunks = ChunkCarriage(self.ledger, self._turn, self._channel, self._finals)
        if manner is Manner.AT_ONCE:
            chunks.open()
        return chunks

    # The envelope

    def _mail_answered(self, reply: Reply) -> None:
        match reply.severity:
            case Severity.TRANSIENT | Severity.PERMANENT:
                self.ledger.refuse_rest(reply, Stage.MAIL)
                self._turn.drop_unsent()
            case Severity.CONTINUE:
                raise ProtocolError(f"{reply.code} to MAIL")
            case _:
                self._halt_behind_mail()

    def _halt_behind_mail(self) -> None:
        if self._session.stop_after is Stage.MAIL:
            raise Halt(Stage.MAIL)

    def _rcpt_answered(self, place: int, reply: Reply) -> None:
        match reply.severity:
            case Severity.TRANSIENT | Severity.PERMANENT:
                self.ledger.refuse(place, reply)
            case Severity.CONTINUE:
                raise ProtocolError(f"{reply.code} to RCPT")
        self._count_recipient()

    def _rcpt_skipped(self, place: int) -> None:
        self.ledger.abandon(place, Failure(FailureKind.SKIPPED, "was not told this recipient"))
        self._count_recipient()

    def _count_recipient(self) -> None:
        self._recipients_awaited -= 1
        if self.ledger.all_settled:
            self._turn.drop_unsent()
        elif not self._recipients_awaited:
            if self._session.stop_after is Stage.RCPT:
                raise Halt(Stage.RCPT)
            if self._carriage is not None:
                self._carriage.recipients_answered()
