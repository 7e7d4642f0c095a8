"""Where the cursor is while more lines are laid out than fit into a slice of time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.app import App, ComposeResult

from tests.tui.driving import Viewer
from tuimail.smtp import Command, CommandSent, Reply, ReplyReceived
from tuimail.transcript import Transcript
from tuimail.tui import sheet_reader
from tuimail.tui.sieve import EVERYTHING
from tuimail.tui.transcript_lines import TranscriptLines

MANY = 2000


class Showing(App[None]):
    def compose(self) -> ComposeResult:
        yield TranscriptLines()


@pytest.fixture(autouse=True)
def tiny_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_reader, "SLICE", 0.0)
    monkeypatch.setattr(sheet_reader, "REFRESHES_BEHIND", 1_000_000)


@asynccontextmanager
async def showing() -> AsyncIterator[tuple[TranscriptLines, Viewer]]:
    """Very many commands, and two replies behind them."""
    transcript = Transcript()
    observe = transcript.observer(transcript.open_lane("a.test", "mx.a.test"))
    for number in range(MANY):
        observe(CommandSent(float(number), Command(b"", f"NOOP {number}")))
    for _ in range(2):
        observe(ReplyReceived(float(MANY), Reply(250, ("ok",)), Command(b"", "NOOP")))
    app = Showing()
    async with app.run_test() as pilot:
        lines, viewer = app.query_one(TranscriptLines), Viewer(app, pilot)
        lines.show(transcript)
        await viewer.until(lambda: lines.count == len(transcript.lines))
        yield lines, viewer


def text(lines: TranscriptLines) -> str:
    return lines.current[1].text if lines.current is not None else ""


async def test_a_line_in_the_middle_is_not_taken_for_the_end() -> None:
    async with showing() as (lines, viewer):
        lines.go_to(MANY)
        lines.go_to(MANY // 2)  # At the top of the view.
        lines.sift(EVERYTHING.turned())
        await viewer.until(lambda: lines.count == MANY)
        await viewer.until(lambda: text(lines) == f"NOOP {MANY // 2}")
        assert not lines.following


async def test_a_line_that_does_not_pass_gives_way_to_one_that_does() -> None:
    async with showing() as (lines, viewer):
        lines.go_to(MANY)
        assert text(lines) == "250 ok"
        lines.sift(EVERYTHING.turned())
        await viewer.until(lambda: lines.count == MANY)
        await viewer.until(lambda: text(lines) == f"NOOP {MANY - 1}")
