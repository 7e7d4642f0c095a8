"""What a dialogue's caller can count on, whatever the server does."""

import tracemalloc

import pytest

from tests.smtp.play import mail
from tuimail.smtp import (
    Abort,
    Accepted,
    Action,
    Close,
    Dialogue,
    Eof,
    Event,
    FailureKind,
    Reset,
    Session,
    SessionFailed,
    Settled,
    Unanswered,
    Write,
)


class Caller:
    """Obeys a dialogue that has no mail yet, and is told of it at the time `now`."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.events: list[Event] = []
        self.dialogue = Dialogue(Session("client.example"), self.events.append, self.now)

    def actions(self) -> list[Action]:
        taken: list[Action] = []
        while (action := self.dialogue.next_action(self.now)) is not None:
            taken.append(action)
        return taken

    def hear(self, *lines: str) -> list[Action]:
        for line in lines:
            self.dialogue.receive(f"{line}\r\n".encode(), self.now)
        return self.actions()

    def settled(self) -> list[Settled]:
        return [event for event in self.events if isinstance(event, Settled)]


@pytest.fixture
def idle() -> Caller:
    """An open session, with nothing to do and nothing awaited."""
    caller = Caller()
    caller.hear("220 mx.example.net")
    caller.hear("250 mx.example.net")
    return caller


def test_idle_session_waits(idle: Caller) -> None:
    """Rule R36: between two mails no server owes us an answer."""
    assert idle.actions() == []
    assert idle.dialogue.deadline is None
    idle.dialogue.tick(idle.now + 10_000)
    assert idle.actions() == []
    assert not idle.dialogue.over


def test_mail_at_any_time(idle: Caller) -> None:
    first, second = mail(), mail()
    idle.dialogue.submit(first)
    assert idle.actions() == [Write(b"MAIL FROM:<a@example.com>\r\n")]
    idle.hear("250 ok")
    idle.dialogue.submit(second)
    assert idle.actions() == []
    idle.hear("250 ok")
    idle.hear("354 go ahead")
    assert idle.hear("250 ok") == [Write(b"MAIL FROM:<a@example.com>\r\n")]
    (settled,) = idle.settled()
    assert settled.transaction is first
    assert isinstance(settled.dispositions[0], Accepted)


def test_mail_after_quit(idle: Caller) -> None:
    idle.dialogue.quit()
    with pytest.raises(ValueError, match="after quit"):
        idle.dialogue.submit(mail())


def test_quit_with_nothing_to_do(idle: Caller) -> None:
    """Rule R34."""
    idle.dialogue.quit()
    assert idle.actions() == [Write(b"QUIT\r\n")]
    assert idle.hear("221 bye") == [Close()]
    assert idle.dialogue.over


def test_quit_waits_for_the_mails(idle: Caller) -> None:
    idle.dialogue.submit(mail())
    idle.dialogue.quit()
    assert idle.actions() == [Write(b"MAIL FROM:<a@example.com>\r\n")]
    assert idle.hear("550 no") == [Write(b"QUIT\r\n")]


def test_cancel_between_two_mails(idle: Caller) -> None:
    """Rule R38: QUIT, though nothing was submitted."""
    idle.dialogue.cancel(idle.now)
    assert idle.actions() == [Write(b"QUIT\r\n")]
    assert idle.hear("221 bye") == [Close()]


@pytest.mark.parametrize("loss", [Eof(), Reset("Broken pipe")])
def test_lost_between_two_mails(idle: Caller, loss: Eof | Reset) -> None:
    """Rule R7: who submits a mail to a session that is gone learns why it is."""
    idle.dialogue.lost(loss, idle.now)
    assert idle.actions() == []
    idle.dialogue.submit(mail("b@example.net", "c@example.net"))
    assert idle.actions() == []
    (settled,) = idle.settled()
    (failed,) = (event for event in idle.events if isinstance(event, SessionFailed))
    assert failed.failure.kind is FailureKind.LOST
    assert settled.dispositions == (Unanswered(failed.failure),) * 2


@pytest.mark.parametrize("line", ["250 ok", "554 go away", "354 go ahead"])
def test_reply_between_two_mails(idle: Caller, line: str) -> None:
    """Rule R11: a reply with no command waiting for it aborts the session."""
    assert idle.hear(line) == [Abort()]
    idle.dialogue.submit(mail())
    idle.actions()
    (settled,) = idle.settled()
    assert isinstance(settled.dispositions[0], Unanswered)


def test_421_between_two_mails(idle: Caller) -> None:
    """Rule R16: an unsolicited 421 at any time ends the session."""
    assert idle.hear("421 idle for too long") == [Close()]
    (failed,) = (event for event in idle.events if isinstance(event, SessionFailed))
    assert failed.failure.kind is FailureKind.CLOSING


def test_deadline() -> None:
    """Rule R36: monotonic seconds; none once the session is over."""
    caller = Caller()
    assert caller.dialogue.deadline == 1300.0
    caller.now = 1010.0
    caller.hear("220 mx.example.net")
    assert caller.dialogue.deadline == 1310.0
    caller.dialogue.tick(1309.9)
    assert caller.actions() == []
    caller.dialogue.tick(1310.0)
    assert caller.actions() == [Abort()]
    assert caller.dialogue.deadline is None


def test_nothing_after_the_end(idle: Caller) -> None:
    idle.hear("421 bye")
    seen = len(idle.events)
    assert idle.hear("250 ok", "not a reply", "421 bye") == []
    idle.dialogue.cancel(idle.now)
    idle.dialogue.lost(Eof(), idle.now)
    idle.dialogue.tick(idle.now + 10_000)
    assert idle.actions() == []
    assert len(idle.events) == seen


def test_nothing_is_kept_after_the_end(idle: Caller) -> None:
    """Rule R15: a server that talks on costs no memory."""
    idle.hear("421 bye")
    tracemalloc.start()
    for _ in range(100):
        idle.dialogue.receive(b"x" * 10_000, idle.now)
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size < 100_000
