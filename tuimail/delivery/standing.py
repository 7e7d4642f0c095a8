"""What a session with an exchange has done so far: its end is not always held against a mail."""

from collections.abc import Iterable

from tuimail.smtp import (
    Accepted,
    Command,
    Disposition,
    Failure,
    FailureKind,
    Refused,
    Reply,
    Stage,
    Unanswered,
)

_CLOSING = 421
_PARTING = frozenset({FailureKind.LOST, FailureKind.CLOSING, FailureKind.SPENT})
"""How a server ends a session that it has served in: that is its right."""


class Standing:
    def __init__(self) -> None:
        self._has_served = False
        self._has_heard = False

    def replied(self, command: Command, reply: Reply) -> None:
        about_mail = command.wire.startswith(b"MAIL ") and reply.code != _CLOSING
        self._has_heard = self._has_heard or about_mail

    def settled(self, dispositions: Iterable[Disposition]) -> None:
        """The next mail's turn comes."""
        self._has_served = self._has_served or any(map(_is_served, dispositions))
        self._has_heard = False

    def may_part(self, failure: Failure) -> bool:
        """Whether the server ends the session by right."""
        return failure.kind in _PARTING and self._has_served

    def spares(self, failure: Failure) -> bool:
        """Whether another session may take the mail whose turn it was: this one ended by right, and
        before anything was said of it."""
        return self.may_part(failure) and not self._has_heard


def says_nothing(disposition: Disposition) -> bool:
    """421 in place of MAIL's reply is about the session, not about the mail (RFC 5321 §3.8)."""
    match disposition:
        case Unanswered():
            return True
        case Refused(reply=reply, stage=Stage.MAIL):
            return reply.code == _CLOSING
        case _:
            return False


def _is_served(disposition: Disposition) -> bool:
    return isinstance(disposition, Accepted | Refused) and not says_nothing(disposition)
