"""Where whoever follows a dialogue is, once it has come to its end."""

from tuimail.smtp import Command, CommandSent, Reply, ReplyReceived
from tuimail.transcript import Concluded, Entry, Event, Lane, Noted, Outcome
from tuimail.transcript.reading import Lines
from tuimail.tui.resting import last_line, result_line
from tuimail.tui.sheet import Sheet
from tuimail.tui.sieve import EVERYTHING, Direction

SESSION, ALL = Lane(1, "a.test", "mx.a.test"), Lane(2, "")
QUIT, NOOP = (Command(word.encode() + b"\r\n", word) for word in ("QUIT", "NOOP"))
RESULT = Concluded(1.0, Outcome("", (), elapsed=1.0))
GOODBYE: list[Event] = [
    CommandSent(3.0, QUIT),
    ReplyReceived(3.1, Reply(221, ("bye", "now")), QUIT),
]


def sheet_of(*events: Event) -> Sheet:
    entries = [Entry(ALL if event is RESULT else SESSION, event) for event in events]
    sheet = Sheet(Lines(entries))
    sheet.grow()
    return sheet


def test_goodbyes_are_no_news() -> None:
    sheet = sheet_of(Noted(0.0, "so"), RESULT, *GOODBYE)
    assert sheet.count == 5
    assert (result_line(sheet), last_line(sheet)) == (1, 4)


def test_all_else_is() -> None:
    for event in (Noted(4.0, "what"), CommandSent(4.0, NOOP)):
        sheet = sheet_of(RESULT, *GOODBYE, event)
        assert result_line(sheet) == last_line(sheet) == 4


def test_a_goodbye_before_the_result_or_without_one() -> None:
    assert result_line(sheet_of(*GOODBYE, RESULT)) == 3
    assert result_line(sheet_of(*GOODBYE)) == 2
    assert result_line(sheet_of()) == 0


def test_a_result_that_is_left_out() -> None:
    sheet = sheet_of(RESULT, *GOODBYE)
    sheet.sift(EVERYTHING.turned())
    sheet.grow()
    assert sheet.sieve.direction is Direction.CLIENT
    assert result_line(sheet) == last_line(sheet) == 0
