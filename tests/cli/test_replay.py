"""`tuimail replay` where it prints: with a clock of the test's own, and as a shell runs it."""

import asyncio
import json
import shlex
import sys
from pathlib import Path

import pytest

from tests.cli.command import tuimail
from tests.cli.test_send import complaint
from tuimail.cli.playing import play
from tuimail.transcript import Entry, Lane, Noted
from tuimail.transcript.jsonl import JsonLines, read_json_lines

RECORDINGS = Path(__file__).parents[1] / "transcript"
DELIVERED = RECORDINGS / "delivered.jsonl"
LANE = Lane(1, "example.net")
ENTRIES = tuple(Entry(LANE, Noted(at, f"at {at:g}")) for at in (0.0, 1.0, 3.0, 10.0))


def played(speed: float = 1.0) -> float:
    """How long it took, on a clock that moves only while it waits."""
    now = 0.0

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    play(ENTRIES, lambda: now, sleep, speed)
    return now


@pytest.mark.parametrize(("speed", "took"), [(1.0, 10.0), (2.0, 5.0), (0.5, 20.0)])
def test_speed_rules_the_time(speed: float, took: float) -> None:
    assert played(speed) == pytest.approx(took)


def test_each_line_comes_once(capsys: pytest.CaptureFixture[str]) -> None:
    played()
    assert capsys.readouterr().out.splitlines() == [
        "   0.000    · at 0",
        "   1.000    · at 1",
        "   3.000    · at 3",
        "  10.000    · at 10",
    ]


async def test_all_of_it_now() -> None:
    finished = await tuimail("replay", str(DELIVERED), "--no-wait")
    assert (finished.code, finished.err) == (0, "")
    lines = finished.out.splitlines()
    assert lines[0].endswith("· MX backup.test → mx1.backup.test (10), mx2.backup.test (20)")
    assert lines[-1].endswith(" 2 → QUIT")
    for options in (("--speed", "4"), ("--speed", "64", "--print")):
        assert (await tuimail("replay", str(DELIVERED), *options)).out == finished.out


async def test_a_log_of_swaks_from_standard_input() -> None:
    log = (RECORDINGS / "swaks" / "refused.log").read_bytes()
    finished = await tuimail("replay", "-", stdin=log)
    assert finished.code == 0
    assert "   0.000  1 ← 500 5.3.0 Error: command failed\n" in finished.out


async def test_json_lines_come_out_as_they_went_in() -> None:
    finished = await tuimail("replay", str(DELIVERED), "--json")
    assert finished.out == DELIVERED.read_text()
    log = await tuimail("replay", str(RECORDINGS / "swaks" / "tls.log"), "--json")
    assert log.out.startswith(JsonLines.head)
    assert json.loads(log.out.splitlines()[1])["event"] == "connecting"


async def test_another_form_of_the_same(tmp_path: Path) -> None:
    text, page, back = (tmp_path / name for name in ("a.txt", "a.html", "a.jsonl"))
    for source, copy in ((DELIVERED, text), (text, page), (text, back)):
        pass_on = await tuimail("replay", str(source), "--transcript", str(copy))
        assert (pass_on.code, pass_on.out, pass_on.err) == (0, "", "")
    assert " ~> RCPT TO:<bob@backup.test>\n" in text.read_text()
    assert "RCPT TO:&lt;bob@backup.test&gt;" in page.read_text()
    with back.open("rb") as file:
        assert len(read_json_lines(file).entries) > 20


async def test_a_recording_that_was_cut_off(tmp_path: Path) -> None:
    """What is there is played; the rest is said to be missing."""
    cut = tmp_path / "cut.jsonl"
    cut.write_text(DELIVERED.read_text()[:-20])
    finished = await tuimail("replay", str(cut), "--no-wait")
    assert finished.code == 0
    assert finished.out.splitlines()[-1].endswith("✓ Delivered in 44 ms.")
    lines = DELIVERED.read_text().count("\n")
    assert (
        finished.err == f"tuimail: {cut} is cut off in line {lines}; what is before it is here.\n"
    )


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "can't be read: No such file or directory."),
        (b"", "is empty."),
        (b"\x7fELF\0", "can't be read in line 1: there is a NUL in it."),
        (b"Dear Bob,\n\nhello\n", "is neither a recording of tuimail nor a log of swaks."),
        (b"\xff\xfe\xfd", "is neither a recording of tuimail nor a log of swaks."),
        (b"{", "can't be read in line 1: it is no JSON."),
        (b'{"tuimail-transcript": 7}\n', "line 1: it is of version 7, and this tuimail reads 1."),
        (b'{"tuimail-transcript": 1}\n{}\n', "line 2: “at” is no time in seconds."),
        (b'{"tuimail-transcript": 1}\n\xff\n', "line 2: it is no JSON."),
    ],
)
async def test_a_bad_file_gets_one_clear_line(
    tmp_path: Path, content: bytes | None, why: str
) -> None:
    file = tmp_path / "recording"
    if content is not None:
        file.write_bytes(content)
    finished = await tuimail("replay", str(file))
    assert finished.code == 66
    said = complaint(finished)
    assert said.startswith(f"tuimail: {file} ")
    assert said.endswith(why)


async def test_a_directory_is_no_recording(tmp_path: Path) -> None:
    finished = await tuimail("replay", str(tmp_path))
    assert (finished.code, complaint(finished).endswith("can't be read: Is a directory.")) == (
        66,
        True,
    )


@pytest.mark.parametrize(
    "arguments", [(), ("a", "b"), ("a", "--speed", "0"), ("a", "--speed", "x")]
)
async def test_wrong_usage(arguments: tuple[str, ...]) -> None:
    finished = await tuimail("replay", *arguments)
    assert finished.code == 64
    assert complaint(finished)


async def test_a_hostile_recording_cannot_touch_the_terminal() -> None:
    """Rule R15."""
    log = "<-  220 \x1b]0;x\x07\u202e\n".encode()
    finished = await tuimail("replay", "-", stdin=log)
    assert finished.out == "   0.000  1 ← 220 \\x1b]0;x\\x07\\u202e\n"


async def test_a_reader_that_goes_away() -> None:
    """`tuimail replay … | head -1`"""
    for option in ("--no-wait", "--json"):
        command = shlex.join((sys.executable, "-m", "tuimail", "replay", str(DELIVERED), option))
        process = await asyncio.create_subprocess_exec(
            *("bash", "-c", f"set -o pipefail; {command} | true"),
            stderr=asyncio.subprocess.PIPE,
        )
        _, err = await process.communicate()
        assert (process.returncode, err) == (0, b"")
