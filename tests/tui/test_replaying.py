"""A recording on the screen; the clock is the test's, and moves only when it says so."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from textual.timer import Timer
from textual.widgets import Input

from tests.transcript.watching import watched
from tests.tui.dialogue import told
from tests.tui.driving import LETTER, NARROW, Driver, Viewer, opened
from tuimail.delivery.settings import Settings
from tuimail.transcript import Entry, Lane, Noted
from tuimail.transcript.recorded import Recorded
from tuimail.transcript.recorded_file import read_recorded
from tuimail.tui.asking import Prompt
from tuimail.tui.replay_app import ReplayApp
from tuimail.tui.replaying import ReplayScreen, Start
from tuimail.tui.workspace import Workspace

RECORDINGS = Path(__file__).parents[1] / "transcript"
DELIVERED = RECORDINGS / "delivered.jsonl"
LARGE = (160, 50)
SIZES = pytest.mark.parametrize("size", [LARGE, NARROW], ids=["160x50", "80x24"])
LANE = Lane(1, "example.net", "mx.example.net")
HOURS = tuple(Entry(LANE, Noted(3600.0 * hour, f"hour {hour}")) for hour in range(4))


@dataclass(frozen=True)
class Watcher(Viewer):
    replay: ReplayScreen
    clock: list[float]

    async def wait(self, seconds: float) -> None:
        """Until so much later, and what has come by then."""
        self.clock[0] += seconds
        self.replay.catch_up()
        await self.pilot.pause()

    @property
    def came(self) -> list[str]:
        """The lines that are shown."""
        sheet = self.replay.dialogue.lines.sheet
        assert sheet is not None
        return [sheet.line(index).text for index in range(sheet.count)]

    def wakers(self) -> int:
        """How many timers are to wake it."""
        return (self.replay._timer is not None) + runs(self.replay._ticker)


def runs(timer: Timer) -> bool:
    return timer._active.is_set()


@asynccontextmanager
async def replayed(
    entries: Sequence[Entry],
    start: Start = Start.BEGINNING,
    *,
    size: tuple[int, int] = LARGE,
    name: str = "hours.jsonl",
    message: bytes | None = None,
) -> AsyncIterator[Watcher]:
    clock = [1000.0]
    replay = ReplayScreen(entries, name, start, message=message, clock=lambda: clock[0])
    app = ReplayApp(replay)
    async with app.run_test(size=size) as pilot:
        watcher = Watcher(app, pilot, replay, clock)
        await watcher.until(lambda: replay.dialogue.lines.sheet is not None)
        await pilot.pause()
        yield watcher


def read(path: Path) -> Recorded:
    with path.open("rb") as file:
        return read_recorded(file)


@SIZES
async def test_it_plays_in_its_own_time(size: tuple[int, int]) -> None:
    async with replayed(HOURS, size=size) as screen:
        await screen.until(lambda: screen.came == ["hour 0"])
        await screen.until(lambda: "1 of 4 ·     0.000 of 10800.000 s · speed 1" in screen.text)
        assert "playing" in screen.text
        assert "hours.jsonl" in screen.text.splitlines()[0]
        assert screen.wakers() == 2
        await screen.wait(3599.0)
        assert screen.came == ["hour 0"]
        await screen.until(lambda: "1 of 4 ·  3599.000 of 10800.000 s" in screen.text)
        await screen.wait(1.0)
        await screen.until(lambda: screen.came == ["hour 0", "hour 1"])
        await screen.wait(7200.0)
        await screen.until(lambda: len(screen.came) == 4 and "at the end" in screen.text)
        assert "4 of 4 · 10800.000 of 10800.000 s" in screen.text
        assert screen.wakers() == 0


async def test_nothing_wakes_it_while_it_is_paused() -> None:
    async with replayed(HOURS) as screen:
        await screen.wait(60.0)
        await screen.press("space")
        await screen.until(lambda: "paused" in screen.text)
        assert screen.wakers() == 0
        await screen.wait(90000.0)
        assert screen.came == ["hour 0"]
        await screen.press("space")
        await screen.until(lambda: "playing" in screen.text)
        assert screen.wakers() == 2
        await screen.wait(3539.0)
        assert screen.came == ["hour 0"]
        await screen.wait(1.0)
        await screen.until(lambda: screen.came == ["hour 0", "hour 1"])


async def test_faster_and_slower() -> None:
    async with replayed(HOURS) as screen:
        await screen.press("+", "plus")
        await screen.until(lambda: "speed 4" in screen.text)
        await screen.wait(900.0)
        await screen.until(lambda: screen.came == ["hour 0", "hour 1"])
        await screen.press("minus", "minus", "minus")
        await screen.until(lambda: "speed 0.5" in screen.text)
        await screen.wait(7199.0)
        assert screen.came == ["hour 0", "hour 1"]
        await screen.wait(1.0)
        await screen.until(lambda: len(screen.came) == 3)


async def test_steps_on_and_back() -> None:
    async with replayed(HOURS) as screen:
        await screen.press("right")
        await screen.until(lambda: screen.came == ["hour 0", "hour 1"])
        assert "paused" in screen.text
        await screen.press("right", "left", "left")
        await screen.until(lambda: screen.came == ["hour 0"])
        assert "1 of 4" in screen.text
        await screen.press("left", "left")
        await screen.until(lambda: "Nothing has come yet." in screen.text)
        assert screen.came == []
        await screen.press("space")
        await screen.until(lambda: screen.came == ["hour 0"])


async def test_to_its_end_to_its_beginning_and_again() -> None:
    async with replayed(HOURS) as screen:
        await screen.press("ctrl+end")
        await screen.until(lambda: len(screen.came) == 4 and "at the end" in screen.text)
        await screen.press("space")
        await screen.until(lambda: screen.came == ["hour 0"] and "playing" in screen.text)
        await screen.wait(3600.0)
        await screen.until(lambda: len(screen.came) == 2)
        await screen.press("ctrl+home")
        await screen.until(lambda: screen.came == [] and "paused" in screen.text)


async def test_nothing_is_said_of_lines_that_have_not_come() -> None:
    async with replayed(read(DELIVERED).entries, Start.END) as screen:
        await screen.until(lambda: "RFC 5321" in screen.text and "round trips" in screen.text)
        await screen.press("ctrl+home")
        await screen.until(lambda: "Nothing has come yet." in screen.text)
        await screen.until(lambda: "RFC 5321" not in screen.text)
        assert "round trips" not in screen.text


@SIZES
async def test_all_of_it_at_rest(size: tuple[int, int]) -> None:
    """As out of the history."""
    entries = read(DELIVERED).entries
    async with replayed(entries, Start.END, size=size, name="Tutorate!") as screen:
        await screen.until(lambda: "at the end" in screen.text and "→ QUIT" in screen.text)
        assert screen.wakers() == 0
        assert "Delivered in" in screen.text
        assert screen.came[0].startswith("MX backup.test")
        await screen.press("left", "left")
        await screen.until(lambda: "→ QUIT" not in screen.text)
        assert "Delivered in" not in screen.text


async def test_a_step_goes_to_what_came_with_it() -> None:
    """Whoever moved up in the lines is brought back to the last one."""
    async with replayed(HOURS, Start.END) as screen:
        lines = screen.replay.dialogue.lines
        await screen.press("home")
        await screen.until(lambda: not lines.following)
        await screen.press("left")
        await screen.until(lambda: lines.cursor == 2)
        await screen.press("home", "right")
        await screen.until(lambda: lines.cursor == 3 and lines.following)


async def test_lines_stay_where_they_are_on_the_way_back() -> None:
    """The labels of a session that is taken back leave their room."""
    others = [Lane(1, "one.test", "mx.one.test"), Lane(2, "other.test", "mx.other.test")]
    entries = [Entry(others[place // 2], Noted(place, f"line {place}")) for place in range(4)]
    async with replayed(entries, Start.END) as screen:
        await screen.until(lambda: "line 3" in screen.text)
        before = screen.text.splitlines()
        await screen.press("left", "left")
        await screen.until(lambda: "line 2" not in screen.text)
        after = screen.text.splitlines()
        row = next(index for index, line in enumerate(before) if "line 0" in line)
        assert after[row] == before[row]


async def test_the_waterfall_is_that_of_what_has_come() -> None:
    script = """
        0.0 *: connecting
        0.5 *: connected
        1.0 S: 220 mx.example.net
        1.0 C: EHLO client.example
        9.0 S: 250 mx.example.net
    """
    entries = [Entry(LANE, event) for event in watched(script)]
    async with replayed(entries) as screen:
        await screen.wait(1.0)
        await screen.until(lambda: "EHLO client.example, unanswered for 0 ms" in screen.text)
        ticker = screen.replay.dialogue._ticker
        assert runs(ticker)
        await screen.wait(3.0)
        await screen.until(lambda: "unanswered for 3.0 s" in screen.text)
        await screen.press("space")
        await screen.until(lambda: not runs(ticker))
        await screen.press("space")
        await screen.until(lambda: runs(ticker))
        await screen.wait(9.0)
        await screen.until(lambda: "EHLO client.example, 250 after 8.0 s" in screen.text)
        assert "3 round trips" in screen.text
        await screen.press("left")
        await screen.until(lambda: "EHLO client.example, unanswered for 0 ms" in screen.text)
        assert "2 round trips" in screen.text
        await screen.press("less_than_sign")
        await screen.until(lambda: "greeting, 220 after" in screen.text)


@SIZES
async def test_a_log_of_swaks(size: tuple[int, int]) -> None:
    """It tells no times: all of it comes at once."""
    recorded = read(RECORDINGS / "swaks" / "tls.log")
    async with replayed(recorded.entries, size=size, name="tls.log") as screen:
        await screen.until(lambda: "at the end" in screen.text)
        assert "22 of 22 · speed 1" in screen.text
        assert screen.came[-1] == "Connection closed with remote host."


MAIL = b"Subject: Tutorate!\r\n\r\nHello\r\n"


async def to_the_message(screen: Watcher) -> None:
    """The arrows move in what is searched for, while it is typed."""
    await screen.press("slash")
    await screen.until(lambda: isinstance(screen.app.focused, Input))
    await screen.paste("message, 189")
    await screen.press("left", "enter")
    lines = screen.replay.dialogue.lines
    await screen.until(lambda: lines.has_focus and not lines.following)
    assert "at the end" in screen.text
    await screen.press("enter")


async def test_the_message_is_looked_at() -> None:
    async with replayed(read(DELIVERED).entries, Start.END, message=MAIL) as screen:
        await to_the_message(screen)
        await screen.until(lambda: "Subject: Tutorate!" in screen.text)
        await screen.press("escape")
        await screen.until(lambda: screen.app.screen is screen.replay)


async def test_most_recordings_have_no_message() -> None:
    async with replayed(read(DELIVERED).entries, Start.END) as screen:
        await to_the_message(screen)
        await screen.until(lambda: screen.app._notifications)
        (note,) = screen.app._notifications
        assert note.message == "The recording is without the message."


async def test_exporting(tmp_path: Path) -> None:
    """What has come by then."""
    path = tmp_path / "back.jsonl"
    async with replayed(read(DELIVERED).entries, Start.END) as screen:
        await screen.press("left")
        await screen.press("x")
        await screen.until(lambda: "Where does the transcript" in screen.text)
        await screen.paste(str(path))
        await screen.press("enter")
        await screen.until(lambda: told(screen, "The transcript is in"))
        assert list(read(path).entries) == screen.replay.playback.transcript.entries


async def test_a_recording_of_nothing() -> None:
    async with replayed([]) as screen:
        await screen.until(lambda: "There is nothing in this recording." in screen.text)
        await screen.press("right", "left", "space", "plus", "ctrl+end", "ctrl+home", "x", "y")
        assert "0 of 0" in screen.text


async def test_its_name_is_foreign() -> None:
    """Rule R15."""
    async with replayed(HOURS, name="[b]\x1b]0;x\x07\u202e") as screen:
        await screen.until(lambda: r"[b]\x1b]0;x\x07\u202e" in screen.text)


def test_a_cut_off_end_is_told() -> None:
    recorded = Recorded(HOURS, fault="is cut off in line 9")
    for path, name in (("a.jsonl", ""), ("/elsewhere/a.jsonl", " · /elsewhere")):
        told = ReplayScreen.of(recorded, Path(path))._recording
        assert told == f"a.jsonl, which is cut off in line 9{name}"


@pytest.mark.parametrize("key", ["q", "escape", "ctrl+q", "ctrl+c"])
async def test_leaving(key: str) -> None:
    async with replayed(HOURS) as screen:
        await screen.press(key)
        await screen.until(lambda: screen.app._exit)
        assert screen.app.return_code == 0


@SIZES
async def test_help_and_palette(size: tuple[int, int]) -> None:
    async with replayed(HOURS, size=size) as screen:
        await screen.press("f1")
        await screen.until(lambda: "One step back, and pause" in screen.text)
        await screen.press("escape")
        await screen.until(lambda: "One step back, and pause" not in screen.text)
        await screen.press("ctrl+p")
        await screen.until(lambda: "Leave the recording" in screen.text)


@SIZES
async def test_nothing_in_the_footer_is_cut(size: tuple[int, int]) -> None:
    async with replayed(HOURS, size=size) as screen:
        await screen.until(lambda: "f1 Help" in screen.text)
        footer = screen.text.splitlines()[-1].rpartition("▏")[0]
        assert footer.strip().split("  ")[:7] == [
            *("space Pause", "→ Step", "← Back", "+ Faster", "- Slower", "q Leave", "f1 Help")
        ]


# In the main screen


async def open_prompt(screen: Driver) -> None:
    screen.workspace.action_replay()
    await screen.until(lambda: isinstance(screen.app.screen, Prompt))
    await screen.pilot.pause()


@SIZES
async def test_played_in_the_main_screen(settings: Settings, size: tuple[int, int]) -> None:
    async with opened(settings, letter=LETTER, size=size) as screen:
        await screen.press("ctrl+p")
        await screen.paste("Replay a recording")
        await screen.until(lambda: "Play a transcript from a file" in screen.text)
        await screen.press("enter")
        await screen.until(lambda: isinstance(screen.app.screen, Prompt))
        await screen.paste(str(DELIVERED))
        await screen.press("enter")
        await screen.until(lambda: isinstance(screen.app.screen, ReplayScreen))
        await screen.until(lambda: "at the end" in screen.text)
        await screen.press("ctrl+p")
        await screen.until(lambda: "Leave the recording" in screen.text)
        await screen.press("escape")
        await screen.until(lambda: isinstance(screen.app.screen, ReplayScreen))
        await screen.press("q")
        await screen.until(lambda: isinstance(screen.app.screen, Workspace))
        assert screen.workspace.composer.letter == LETTER


async def test_a_wrong_file_keeps_what_was_typed(settings: Settings, tmp_path: Path) -> None:
    broken, whole = tmp_path / "broken.jsonl", tmp_path / "whole.jsonl"
    broken.write_text('{"tuimail-transcript": 1}\n{}\n')
    whole.write_text(DELIVERED.read_text())
    async with opened(settings) as screen:
        await open_prompt(screen)
        await screen.press("enter")
        await screen.until(lambda: "Type the path of a file." in screen.text)
        for path, why in (
            (tmp_path / "none", "no such file or directory"),
            (tmp_path, "is no file"),
            (Path("~nobody-here/x"), "there is no such home"),
            (broken, "can't be read in line 2"),
        ):
            screen.app.screen.query_one(Input).value = str(path)
            await screen.press("enter")
            await screen.until(lambda why=why: why in " ".join(screen.text.split()))  # type: ignore[misc]
            assert screen.app.screen.query_one(Input).value == str(path)
        screen.app.screen.query_one(Input).value = str(whole)
        await screen.press("enter")
        await screen.until(lambda: isinstance(screen.app.screen, ReplayScreen))
