"""Two sends, and connections that outlast the first."""

from tuimail.smtp import Command, CommandSent, Reply, ReplyReceived
from tuimail.transcript import Connecting, Entry, Lane, LookedUp, Noted
from tuimail.transcript.sharing import farewell, own

FIRST, SECOND = Lane(1, "a.test"), Lane(4, "b.test")
SHARED = Lane(2, "a.test", "mx1.a.test", "192.0.2.1", 25)
LEFT = Lane(3, "a.test", "mx2.a.test", "192.0.2.2", 25)
NEW = Lane(5, "b.test", "mx.b.test", "192.0.2.3", 25)
QUIT = Command.quit()


def said(lane: Lane, command: Command) -> list[Entry]:
    return [
        Entry(lane, CommandSent(0.0, command)),
        Entry(lane, ReplyReceived(0.0, Reply(250, ("ok",)), command)),
    ]


def mailed(lane: Lane) -> list[Entry]:
    return said(lane, Command.parse("MAIL FROM:<me@a.test>"))


def connected(lane: Lane) -> list[Entry]:
    return [Entry(lane, Connecting(0.0)), *mailed(lane)]


def looked_up(lane: Lane) -> Entry:
    return Entry(lane, LookedUp(0.0, "MX", "mx"))


ONE = [looked_up(FIRST), *connected(SHARED), *connected(LEFT)]
TWO = [looked_up(SECOND), *mailed(SHARED), *connected(NEW)]


def test_what_others_leave_is_not_of_this_send() -> None:
    assert own([*TWO[:2], *said(LEFT, QUIT), *TWO[2:]]) == TWO
    assert own(ONE) == ONE


def test_a_connection_that_can_not_be_had_is() -> None:
    failing = [looked_up(FIRST), Entry(LEFT, Connecting(0.0))]
    assert own(failing) == failing


def test_the_farewell_is_of_the_last_that_used_a_connection() -> None:
    lost = Entry(SHARED, Noted(0.0, "mx1.a.test closed the connection"))
    later = [*TWO[:2], *said(LEFT, QUIT), *TWO[2:], lost, *said(NEW, QUIT)]
    assert farewell(ONE, later) == said(LEFT, QUIT)
    assert farewell(TWO, later[-3:]) == [lost, *said(NEW, QUIT)]
    assert farewell(ONE, []) == []
