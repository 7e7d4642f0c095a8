"""Two dialogues in two columns of a terminal, however narrow."""

from dataclasses import replace

import pytest
from rich.cells import cell_len

from tests.transcript.test_difference import TAKEN, A, dialogue
from tuimail.transcript.difference import Side, compared
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


@pytest.mark.parametrize("columns", [66, 80, 121])
@pytest.mark.parametrize("said", ["受取人はおりません" * 3, "e\u0301" * 40, "x" * 60, ""])
def test_columns_stand_below_each_other_whatever_is_said(said: str, columns: int) -> None:
    left = dialogue(f"S: 220 mx\nC: RCPT TO:<a@example.net>\nS: 550 {said}")
    right = dialogue("S: 220 mx\nC: RCPT TO:<a@example.net>\nS: 550 no such user, none, never")
    rows = [line.text for line in side_by_side(compared(left, right), columns)]
    begins = {cell_len(row[: row.rindex("→")]) for row in rows if row.count("→") == 2}
    begins |= {cell_len(row[: row.rindex("←")]) for row in rows if row.count("←") == 2}
    assert len(begins) == 1
    assert all(cell_len(row) <= columns for row in rows)


def test_nothing_of_a_wide_text_is_lost() -> None:
    left = dialogue("S: 220 " + "受取人はおりません" * 5)
    lines = [line for line in side_by_side(compared(left, []), 80) if line.part is Side.LEFT]
    assert "".join(line.text[11:].rstrip(" <") for line in lines).endswith("受取人はおりません" * 5)
