import pytest

from tuimail.delivery.standing import Standing
from tuimail.smtp import Accepted, Command, Failure, FailureKind, Refused, Reply, Stage, Unanswered

LOST = Failure(FailureKind.LOST, "dropped the connection")
TAKEN, CLOSING = Reply(250, ("ok",)), Reply(421, ("closing",))
MAIL = Command.parse("MAIL FROM:<a@example.com>")


def served() -> Standing:
    standing = Standing()
    standing.settled((Accepted(TAKEN),))
    return standing


def test_who_has_served_may_part() -> None:
    assert served().may_part(LOST)
    assert served().spares(LOST)
    assert not served().may_part(Failure(FailureKind.PROTOCOL, "broke the protocol"))
    assert not Standing().may_part(LOST)


@pytest.mark.parametrize("reply", [TAKEN, CLOSING])
def test_a_mail_of_which_something_was_said_is_not_spared(reply: Reply) -> None:
    """421 is about the session."""
    standing = served()
    standing.replied(MAIL, reply)
    assert standing.spares(LOST) is (reply is CLOSING)
    standing.settled((Accepted(TAKEN),))
    assert standing.spares(LOST)


@pytest.mark.parametrize("nothing", [Unanswered(LOST), Refused(CLOSING, Stage.MAIL)])
def test_who_says_nothing_serves_nobody(nothing: Unanswered | Refused) -> None:
    standing = Standing()
    standing.settled((nothing,))
    assert not standing.may_part(LOST)
    standing.settled((Refused(Reply(550, ("no",)), Stage.RCPT),))
    assert standing.may_part(LOST)
