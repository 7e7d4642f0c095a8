"""What the server has said of each recipient so far, in one transaction."""

from tuimail.smtp.disposition import Accepted, Disposition, Failure, Refused, Unanswered, Unknown
from tuimail.smtp.reply import Reply
from tuimail.smtp.stage import Stage
from tuimail.smtp.transaction import Transaction


class Ledger:
    """Recipients by their place in the envelope. What is refused stays refused."""

    def __init__(self, transaction: Transaction) -> None:
        self.transaction = transaction
        self.dot_written = False
        self._places = range(len(transaction.envelope.forward_paths))
        self._refused: dict[int, Refused] = {}
        self._final: Reply | None = None

    @property
    def all_refused(self) -> bool:
        return len(self._refused) == len(self._places)

    @property
    def accepted(self) -> bool:
        """Whether the server has taken the message, and so forgotten the envelope."""
        return self._final is not None

    def refuse(self, place: int, reply: Reply) -> None:
        self._refused.setdefault(place, Refused(reply, Stage.RCPT))

    def refuse_rest(self, reply: Reply, stage: Stage) -> None:
        """MAIL, DATA or the message was refused for everybody who was not yet."""
        for place in self._places:
            self._refused.setdefault(place, Refused(reply, stage))

    def accept(self, reply: Reply) -> None:
        self._final = reply

    def settled(self) -> tuple[Disposition, ...]:
        """One for each recipient, once the server has answered for all."""
        return tuple(said for said in map(self._said, self._places) if said is not None)

    def abandoned(self, failure: Failure) -> tuple[Disposition, ...]:
        """One for each recipient; `failure` is for those the server gave no answer about."""
        silence = Unknown(failure) if self.dot_written else Unanswered(failure)
        return tuple(self._said(place) or silence for place in self._places)

    def _said(self, place: int) -> Accepted | Refused | None:
        if place in self._refused or self._final is None:
            return self._refused.get(place)
        return Accepted(self._final)
