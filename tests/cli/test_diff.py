"""`tuimail diff` as a shell runs it."""

import json
import re
from pathlib import Path

import pytest
from click import unstyle

from tests.cli.command import tuimail
from tests.cli.conftest import Send
from tests.cli.test_send import HELLO, ME, complaint
from tuimail.cli.difference_report import difference_lines
from tuimail.transcript import lines_of
from tuimail.transcript.difference import compared
from tuimail.transcript.swaks import read_swaks

LOGS = Path(__file__).parents[1] / "transcript" / "swaks"
DELIVERED, REFUSED = str(LOGS / "delivered.log"), str(LOGS / "refused.log")


async def test_the_same_mail_twice(send: Send, tmp_path: Path) -> None:
    """Two real sends to one exchange are the same but for times."""
    files = [str(tmp_path / name) for name in ("first.jsonl", "second.jsonl")]
    for file in files:
        await send(*ME, "--to", "bob@friendly.test", *HELLO, "--transcript", file)
    finished = await tuimail("diff", *files)
    assert (finished.code, finished.err) == (0, "")
    assert finished.out.splitlines()[-1] == "The dialogues are the same but for times."
    assert json.loads((await tuimail("diff", *files, "--json")).out)["same"] is True


async def test_another_exchange(send: Send, tmp_path: Path) -> None:
    files = [str(tmp_path / name) for name in ("first.jsonl", "second.jsonl")]
    for file, to in zip(files, ("bob@friendly.test", "bob@strict.test"), strict=True):
        await send(*ME, "--to", to, *HELLO, "--transcript", file)
    finished = await tuimail("diff", *files)
    assert finished.code == 1
    assert any(
        " | " in line and "250 2.1.5" in line and "550 5.1.1" in line
        for line in finished.out.splitlines()
    )


async def test_rows_are_marked_and_times_stand_apart() -> None:
    finished = await tuimail("diff", DELIVERED, REFUSED, env={"COLUMNS": "100"})
    assert finished.code == 1
    lines = finished.out.splitlines()
    pipelining, hello = "   0.000 ← 250-PIPELINING", "   0.000 → EHLO client.example"
    assert f"{pipelining:<48} <" in lines
    assert f"{hello:<48}   {hello}" in lines
    assert lines[-1] == "The dialogues differ in 7 lines."
    assert max(map(len, lines)) <= 100


async def test_json_is_one_document() -> None:
    document = json.loads((await tuimail("diff", DELIVERED, REFUSED, "--json")).out)
    assert document["same"] is False
    (session,) = document["sessions"]
    assert (session["left"], session["right"]) == ("127.0.0.1:12555", "127.0.0.1:12555")
    assert session["rows"][0] == {
        "side": "same",
        "left": {"mark": "←", "text": "220 mx.example.net ESMTP", "elapsed_ms": 0},
        "right": {"mark": "←", "text": "220 mx.example.net ESMTP", "elapsed_ms": 0},
    }
    assert {row["side"] for row in session["rows"]} == {"same", "different", "left"}


@pytest.mark.parametrize("columns", [1, 40, 80, 200])
def test_long_lines_go_on_below(columns: int) -> None:
    """Nothing is cut away, for there the difference may be."""
    with (LOGS / "delivered.log").open("rb") as file:
        entries = read_swaks(file).entries
    lines = [unstyle(line) for line in difference_lines(compared(entries, []), columns)]
    half = max((columns - 3) // 2, 31)
    text = "".join(line[:half][11:].rstrip(" <").ljust(half - 11) for line in lines[1:-3])
    said = [line.text for entry in entries for line in lines_of(entry)]
    assert all(each in text for each in said if "220 mx" in each or "XFORWARD" in each)


@pytest.mark.parametrize(
    ("arguments", "code", "why"),
    [
        (("missing", DELIVERED), 66, "missing can't be read: No such file or directory."),
        ((DELIVERED, "missing"), 66, "missing can't be read: No such file or directory."),
        ((DELIVERED, "/dev/null"), 66, "/dev/null is empty."),
        ((DELIVERED, __file__), 66, "is neither a recording of tuimail nor a log of swaks."),
        ((DELIVERED,), 64, "Missing argument 'B'."),
        ((), 64, "Missing argument 'A'."),
        ((DELIVERED, REFUSED, "--nonsense"), 64, "--nonsense"),
    ],
)
async def test_bad_input_gets_one_clear_line(
    arguments: tuple[str, ...], code: int, why: str
) -> None:
    finished = await tuimail("diff", *arguments)
    assert finished.code == code
    assert why in complaint(finished)


async def test_two_probes_of_two_exchanges(inspect: Send, tmp_path: Path) -> None:
    """What one exchange offers and the other does not stands out; look-ups are no dialogue."""
    files = [str(tmp_path / f"{name}.jsonl") for name in ("secure", "plain", "dns")]
    for file, domain in zip(files[:2], ("secure.test", "plain.test"), strict=True):
        await inspect(domain, "--probe", "--transcript", file)
    await inspect("secure.test", "--transcript", files[2])
    finished = await tuimail("diff", *files[:2], env={"COLUMNS": "120"})
    assert (finished.code, finished.err) == (1, "")
    first, *rest = finished.out.splitlines()
    assert re.fullmatch(r"mx\.secure\.test \[127.+\]:\d+ +mx\.plain\.test \[127.+\]:\d+", first)
    assert any("250-PIPELINING" in line and line.endswith(" <") for line in rest)
    assert not any("MX secure.test" in line for line in rest)
    nothing = await tuimail("diff", files[2], files[2])
    assert (nothing.code, nothing.out) == (
        0,
        "There is no dialogue in either, and nothing to compare.\n",
    )


async def test_a_probe_before_and_after(inspect: Send, tmp_path: Path) -> None:
    """Whichever exchange is connected to first."""
    files = [str(tmp_path / name) for name in ("before.txt", "after.txt")]
    for file in files:
        await inspect("friendly.test", "--probe", "--transcript", file)
    finished = await tuimail("diff", *files)
    assert (finished.code, finished.err) == (0, "")
    assert finished.out.splitlines()[-1] == "The dialogues are the same but for times."
