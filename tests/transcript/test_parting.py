"""What a waterfall shows leaves out how the connection was let go."""

from tests.transcript.test_page import LANE
from tests.transcript.test_waterfall import WHOLE, waterfall
from tuimail.smtp import Command, CommandSent, Reply, ReplyReceived
from tuimail.transcript import Entry
from tuimail.transcript.parting import without_farewell
from tuimail.transcript.sheet import sheet_of


def test_the_farewell_and_its_round_trip_are_left_out() -> None:
    segments, trips = without_farewell(waterfall(WHOLE))
    assert segments[-1].label == "final reply"
    assert trips == waterfall(WHOLE).round_trips - 1


def test_a_farewell_that_went_out_with_a_command_was_not_waited_for() -> None:
    drawn = waterfall("""
        0.0 C: RSET
        0.0 C: QUIT
        0.1 S: 250 ok
        0.1 S: 221 bye
    """)
    assert without_farewell(drawn) == (drawn.segments[:1], 1)


def test_where_there_is_nothing_else_it_is_shown() -> None:
    drawn = waterfall("0.0 C: QUIT\n0.1 S: 221 bye")
    assert without_farewell(drawn) == (drawn.segments, 1)


def test_on_a_page_bars_are_not_squeezed_by_the_wait_before_it() -> None:
    mail, bye = Command.mail("a@example.com"), Command.quit()
    (session,) = sheet_of(
        [
            Entry(LANE, CommandSent(10.0, mail)),
            Entry(LANE, ReplyReceived(10.1, Reply(250, ("ok",)), mail)),
            Entry(LANE, CommandSent(12.1, bye)),
            Entry(LANE, ReplyReceived(12.2, Reply(221, ("bye",)), bye)),
        ]
    ).sessions
    assert session.words == "100 ms, 1 round trip"
    assert [segment.label for segment in session.segments] == ["MAIL"]
