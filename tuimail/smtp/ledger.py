"""What the server has said of each recipient so far, in one transaction."""

from collections.abc import Iterable

from tuimail.smtp.disposition import (
    Accepted,
    Disposition,
    Excess,
    Failure,
    Halted,
    Refused,
    Unanswered,
    Unknown,
)
from tuimail.smtp.reply import Reply
from tuimail.smtp.stage import Stage
from tuimail.smtp.transaction import Transaction


class Ledger:
    """Recipients by their place in the envelope. What is said of one is never changed."""

    def __init__(self, transaction: Transaction, named: Iterable[int]) -> None:
        """`named` are the places that this server takes at once; the others wait for another
        transaction."""
        self.transaction = transaction
        self.named = tuple(named)
        self.end_written = False
        """Whether the dot, or BDAT LAST, is out: the server may have the message."""
        self._paths = transaction.envelope.forward_paths
        self._said: dict[int, Disposition] = {
            place: Excess() for place in range(len(self._paths)) if place not in set(self.named)
        }

    @property
    def open_places(self) -> tuple[int, ...]:
        """Those about whom nothing final was said."""
        return tuple(place for place in self.named if place not in self._said)

    @property
    def all_settled(self) -> bool:
        """Whether nobody is left who may get the message."""
        return len(self._said) == len(self._paths)

    @property
    def accepted(self) -> bool:
        """Whether the server has taken the message, and so forgotten the envelope."""
        return any(isinstance(said, Accepted) for said in self._said.values())

    def refuse(self, place: int, reply: Reply, stage: Stage = Stage.RCPT) -> None:
        self._said.setdefault(place, Refused(reply, stage))

    def accept(self, place: int, reply: Reply) -> None:
        self._said.setdefault(place, Accepted(reply))

    def refuse_rest(self, reply: Reply, stage: Stage) -> None:
        """MAIL, DATA or the message was refused for everybody who was not yet."""
        for place in self.open_places:
            self.refuse(place, reply, stage)

    def halt_rest(self, stage: Stage) -> None:
        for place in self.open_places:
            self._said[place] = Halted(stage)

    def abandon(self, place: int, failure: Failure) -> None:
        """The server was never asked, or can't be any more."""
        self._said.setdefault(place, Unanswered(failure))

    def abandon_rest(self, failure: Failure) -> None:
        """`failure` is for those the server gave no answer about."""
        silence = Unknown(failure) if self.end_written else Unanswered(failure)
        for place in self.open_places:
            self._said[place] = silence

    def dispositions(self) -> tuple[Disposition, ...]:
        """One for each recipient, once something was said of all."""
        return tuple(self._said[place] for place in range(len(self._paths)))
