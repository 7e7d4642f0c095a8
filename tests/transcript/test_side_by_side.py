"""Two columns, however narrow."""

from dataclasses import replace

import pytest

from tests.transcript.test_difference import TAKEN, A, dialogue
from tuimail.transcript.difference import compared
from tuimail.transcript.side_by_side import Frame, side_by_side

FAR = replace(A, exchange="gmail-smtp-in.l.mail.example.net", ip="2001:db8:4003:c1d::1b")


@pytest.mark.parametrize("columns", [20, 40, 80, 81, 200])
def test_the_columns_never_run_together(columns: int) -> None:
    """A long name goes on in the next line, in its own column."""
    lines = list(side_by_side(compared(dialogue(TAKEN, FAR), dialogue(TAKEN)), columns))
    right = next(line.text.rindex("   0.000 ←") for line in lines if "220 mx" in line.text)
    headings = [f"{line.text:<{right}}" for line in lines if line.part is Frame.HEADING]
    assert all(text[right - 3 : right] == "   " for text in headings)
    assert "".join(text[: right - 3] for text in headings).strip() == FAR.endpoint
    assert "".join(text[right:] for text in headings) == A.endpoint
