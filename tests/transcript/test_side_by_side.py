"""Two dialogues in two columns of a terminal."""

import pytest
from rich.cells import cell_len

from tests.transcript.test_difference import dialogue
from tuimail.transcript.difference import Side, compared
from tuimail.transcript.side_by_side import side_by_side


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
