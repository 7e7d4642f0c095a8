from tuimail.transcript.difference import Side
from tuimail.transcript.side_by_side import Beside, Frame
from tuimail.tui.comparison_view import differences


def test_lines_that_differ_one_after_another_are_one_difference() -> None:
    parts = (
        *(Frame.HEADING, Side.LEFT, Side.SAME, Side.SAME, Side.DIFFERENT, Side.RIGHT),
        *(Frame.FOOT, Frame.HEADING, Side.RIGHT),
    )
    assert differences([Beside("x", part) for part in parts]) == [1, 4, 8]
    assert differences([]) == []
