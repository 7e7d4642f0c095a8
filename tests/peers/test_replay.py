"""`tuimail replay` in a real terminal: its keys, and what they leave behind."""

import asyncio
from pathlib import Path

import pytest

from tests.peers.terminal import PATIENCE, terminal
from tests.peers.test_terminal import SIZES, assert_whole
from tuimail.transcript import Entry, Lane, Noted
from tuimail.transcript.jsonl import JsonLines

pytestmark = pytest.mark.tmux

DELIVERED = Path(__file__).parents[1] / "transcript" / "delivered.jsonl"


@pytest.fixture
def recording(tmp_path: Path) -> str:
    """A line at once, and one after each hour."""
    lines = JsonLines()
    lane = Lane(1, "example.net")
    entries = [Entry(lane, Noted(3600.0 * hour, f"hour {hour}")) for hour in range(4)]
    file = tmp_path / "hours.jsonl"
    file.write_text(lines.head + "".join(map(lines.written, entries)))
    return str(file)


@SIZES
async def test_the_keys_rule_the_time(recording: str, size: tuple[int, int]) -> None:
    async with terminal(*size, "replay", recording, "--speed", "0.5") as screen:
        first = await screen.shows("hours.jsonl", "· hour 0", "playing", "1 of 4", "speed 0.5")
        assert_whole(first, size)
        assert not any("hour 1" in line for line in first)
        await screen.type("+")
        await screen.shows("1 of 4", "speed 1")
        await screen.type("Space")
        await screen.shows("1 of 4", "paused")
        await screen.type("Right")
        await screen.shows("3600.000", "· hour 1", "2 of 4", "paused")
        await screen.type("Right")
        await screen.shows("· hour 2", "3 of 4", "paused")
        await screen.type("Left")
        back = await screen.shows("2 of 4", "paused")
        assert_whole(back, size)
        assert [line for line in back if "hour 2" in line] == []
        await screen.type("C-End")
        await screen.shows("· hour 3", "4 of 4", "at the end")
        await screen.type("Space")
        again = await screen.shows("1 of 4", "playing")
        assert [line for line in again if "hour 1" in line] == []
        await screen.type("q")
        last = await screen.shows("exit=0")
        assert [line for line in last if line.strip()] == ["exit=0"]


async def test_the_terminal_is_as_it_was(recording: str) -> None:
    """Ctrl-C leaves too, and the terminal shows what is typed again."""
    async with terminal(100, 20, "replay", recording) as screen:
        await screen.shows("1 of 4", "speed 1")
        await screen.type("C-c")
        last = await screen.shows("exit=0")
        assert not any("Traceback" in line or "speed" in line for line in last)
        await screen.type("typed", "Enter")
        async with asyncio.timeout(PATIENCE):
            # Once by the terminal, and once by `cat`.
            while "".join(await screen.screen()).count("typed") < 2:
                pass


async def test_a_recording_is_found_searched_and_unfolded() -> None:
    async with terminal(160, 50, "replay", str(DELIVERED)) as screen:
        await screen.shows("✓ Delivered in 44 ms.", "→ QUIT", "at the end", "round trips")
        await screen.type("Home", "/")
        await screen.shows("Search for")
        await screen.type("TLS 1.3", "Enter")
        await screen.until(lambda lines: any("▌" in line and "✓ TLS 1.3" in line for line in lines))
        await screen.type("Enter")
        await screen.until(lambda lines: any("│ version: TLS 1.3" in line for line in lines))


async def test_lines_are_printed_where_they_are_to_stay() -> None:
    async with terminal(100, 50, "replay", str(DELIVERED), "--print") as screen:
        last = await screen.shows("✓ Delivered in 44 ms.", "2 → QUIT", "exit=0")
        assert not any("speed" in line for line in last)


async def test_a_broken_file_opens_no_screen(tmp_path: Path) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_text("{")
    async with terminal(160, 20, "replay", str(broken)) as screen:
        last = await screen.shows("exit=66")
        assert f"tuimail: {broken} can't be read in line 1: it is no JSON." in last
