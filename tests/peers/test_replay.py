"""`tuimail replay` in a real terminal: its keys, and what they leave behind."""

import asyncio
from pathlib import Path

import pytest

from tests.peers.terminal import PATIENCE, terminal
from tuimail.transcript import Entry, JsonLines, Lane, Noted

pytestmark = pytest.mark.tmux


@pytest.fixture
def recording(tmp_path: Path) -> str:
    """A line at once, and one after each hour."""
    lines = JsonLines()
    lane = Lane(1, "example.net")
    entries = [Entry(lane, Noted(3600.0 * hour, f"hour {hour}")) for hour in range(4)]
    file = tmp_path / "hours.jsonl"
    file.write_text(lines.head + "".join(map(lines.written, entries)))
    return str(file)


async def test_the_keys_rule_the_time(recording: str) -> None:
    async with terminal(100, 20, "replay", recording) as screen:
        first = await screen.shows("· hour 0", "1 of 4, speed 1: space pauses")
        assert not any("hour 1" in line for line in first)
        await screen.type("+")
        await screen.shows("1 of 4, speed 2")
        await screen.type("Space")
        await screen.shows("1 of 4, paused")
        await screen.type("Right")
        await screen.shows("3600.000    · hour 1", "2 of 4, paused")
        await screen.type("Right")
        await screen.shows("· hour 2", "3 of 4, paused")
        await screen.type("Left")
        back = await screen.until(lambda lines: any("2 of 4, paused" in line for line in lines))
        assert [line for line in back if "hour 2" in line] == []
        await screen.type("q")
        last = await screen.shows("exit=0")
        assert not any("paused" in line for line in last)


async def test_the_terminal_is_as_it_was(recording: str) -> None:
    """Ctrl-C ends it quietly, and the terminal shows what is typed again."""
    async with terminal(100, 20, "replay", recording) as screen:
        await screen.shows("1 of 4, speed 1")
        await screen.type("C-c")
        last = await screen.shows("exit=130")
        assert not any("Traceback" in line or "speed" in line for line in last)
        await screen.type("typed", "Enter")
        async with asyncio.timeout(PATIENCE):
            # Once by the terminal, and once by `cat`.
            while "".join(await screen.screen()).count("typed") < 2:
                pass


async def test_a_short_recording_plays_to_its_end() -> None:
    delivered = Path(__file__).parents[1] / "transcript" / "delivered.jsonl"
    async with terminal(100, 50, "replay", str(delivered)) as screen:
        last = await screen.shows("✓ Delivered in 44 ms.", "2 → QUIT", "exit=0")
        assert not any("speed" in line for line in last)
