"""100,000 lines arriving as fast as they can while somebody types, beside Textual's own logs."""

import asyncio
import gc
import statistics
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from textual.app import App, ComposeResult
from textual.events import Key
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input, Log, RichLog

from tests.benchmarks.figures import Row, listed
from tests.benchmarks.meter import Cost, Meter
from tuimail.smtp import Command, CommandSent, Reply, ReplyReceived
from tuimail.transcript import Entry, Lane, Transcript, lines_of
from tuimail.tui.seeking import containing, seek
from tuimail.tui.transcript import TranscriptPane
from tuimail.tui.transcript_lines import TranscriptLines

LINES = 100_000
MANY = 1_000_000
AT_ONCE = 200
"""Lines that arrive before the loop comes round."""
KEYS_PER_SECOND = 20
SIZE = (120, 40)
GAP, ECHO, MEMORY, IDLE = 0.05, 0.05, 60.0, 0.01
"""To reach: seconds, seconds at the 99th percentile, MB, share of a core."""
IDLE_FOR = 5.0
_EXTENSIONS = ("PIPELINING", "SIZE 26214400", "STARTTLS", "8BITMIME", "ENHANCEDSTATUSCODES", "DSN")


def feed(lines: int) -> Iterator[Entry]:
    """Sessions that say EHLO and MAIL, ten lines each, no two alike."""
    at, lane = 0.0, Lane(1, "example.net", "mx1.example.net", "192.0.2.1", 25)
    for number in range(lines // 10):
        hello = Command.ehlo(f"client{number}.example")
        mail = Command.mail(f"sender{number}@example.com", ("SIZE=337920",))
        yield Entry(lane, CommandSent(at, hello))
        yield Entry(
            lane, ReplyReceived(at, Reply(250, (f"mx1 greets {number}", *_EXTENSIONS)), hello)
        )
        yield Entry(lane, CommandSent(at, mail))
        yield Entry(lane, ReplyReceived(at, Reply(250, (f"2.1.0 {number} ok",)), mail))
        at += 0.001


class Typed(App[None]):
    """A field to type in above what shows the lines; `echoes` are the keys' delays in seconds."""

    def __init__(self, shows: Widget) -> None:
        super().__init__()
        self.shows = shows
        self.echoes: list[float] = []
        self._pressed: list[float] = []

    def compose(self) -> ComposeResult:
        yield Input()
        yield self.shows

    def press(self) -> None:
        self._pressed.append(time.perf_counter())
        self.post_message(Key("x", "x"))

    def on_input_changed(self) -> None:
        self.call_after_refresh(self._echoed)

    def _echoed(self) -> None:
        now = time.perf_counter()
        while self._pressed:
            self.echoes.append(now - self._pressed.pop(0))


@dataclass(frozen=True, slots=True)
class Measured:
    elapsed: float
    cost: Cost
    echo: float
    """The 99th percentile."""


async def measured(
    shows: Widget, add: Callable[[Entry], None], done: Callable[[], bool], lines: int
) -> Measured:
    app = Typed(shows)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        typing = asyncio.create_task(_type(app))
        gc.collect()
        started = time.perf_counter()
        with (meter := Meter()):
            for place, entry in enumerate(feed(lines)):
                add(entry)
                if place % (AT_ONCE * 2 // 5) == 0:
                    await asyncio.sleep(0)
            while not done():
                await asyncio.sleep(0.001)
            elapsed = time.perf_counter() - started
        typing.cancel()
        await pilot.pause()
        echo = statistics.quantiles(app.echoes, n=100)[98] if len(app.echoes) > 1 else float("inf")
        return Measured(elapsed, meter.cost, echo)


async def _type(app: Typed) -> None:
    while True:
        app.press()
        await asyncio.sleep(1 / KEYS_PER_SECOND)


async def _tuimail(lines: int) -> Measured:
    transcript, shows = Transcript(), TranscriptPane()

    def add(entry: Entry) -> None:
        if not transcript.entries:
            shows.show(transcript)
        transcript.append(entry)

    return await measured(shows, add, lambda: shows.line_count == lines, lines)


async def _rich_log(lines: int) -> Measured:
    shows = RichLog()

    def add(entry: Entry) -> None:
        for line in lines_of(entry):
            shows.write(f"{line.at:8.3f} {line.mark} {line.text}")

    return await measured(shows, add, lambda: len(shows.lines) >= lines, lines)


async def _log(lines: int) -> Measured:
    shows = Log()

    def add(entry: Entry) -> None:
        for line in lines_of(entry):
            shows.write_line(f"{line.at:8.3f} {line.mark} {line.text}")

    return await measured(shows, add, lambda: shows.line_count >= lines, lines)


@asynccontextmanager
async def _filled(lines: int) -> AsyncIterator[tuple[TranscriptLines, Pilot[None]]]:
    transcript, shows = Transcript(), TranscriptPane()
    for entry in feed(lines):
        transcript.append(entry)
    app = Typed(shows)
    async with app.run_test(size=SIZE) as pilot:
        shows.show(transcript)
        while shows.line_count < lines:
            await pilot.pause(0.01)
        yield shows.lines, pilot


async def _many() -> list[Row]:
    """A million lines: scrolled through, and searched to the end."""
    async with _filled(MANY) as (shows, pilot):
        assert shows.sheet is not None
        with (scrolling := Meter()):
            for step in range(200):
                shows.scroll_to(y=shows.max_scroll_y * step // 200, animate=False, force=True)
                await pilot.pause()
        started = time.perf_counter()
        with (searching := Meter()):
            nothing = await seek(shows.sheet, 0, 1, containing("nowhere to be found"))
        assert nothing is None
        took = time.perf_counter() - started
        shows.focus()
        with (resizing := Meter()):
            await pilot.resize_terminal(90, 30)
            while shows.count < MANY:
                await pilot.pause(0.01)
    worst = max(scrolling.cost.gap, searching.cost.gap, resizing.cost.gap)
    reached = worst < GAP
    words = f"{_ms(scrolling.cost.gap)}, {_ms(searching.cost.gap)}, {_ms(resizing.cost.gap)}"
    return [
        Row(
            "1,000,000 lines: gap while scrolling, searching, resizing", "", words, "50 ms", reached
        ),
        Row("1,000,000 lines: searched to the end in", "", f"{took:.1f} s"),
    ]


async def _idle() -> Row:
    async with _filled(LINES) as (_, pilot):
        await pilot.pause()
        cpu, started = time.process_time(), time.perf_counter()
        await asyncio.sleep(IDLE_FOR)
        share = (time.process_time() - cpu) / (time.perf_counter() - started)
    return Row("idle with 100,000 lines", "", f"{share:.1%} of a core", "1 %", share < IDLE)


async def run(lines: int = LINES) -> list[Row]:
    ours = await _tuimail(lines)
    others = {"RichLog": await _rich_log(lines), "Log": await _log(lines)}

    def row(
        figure: str, value: Callable[[Measured], float], said: Callable[[float], str], most: float
    ) -> Row:
        theirs = listed((name, said(value(each))) for name, each in others.items())
        return Row(
            f"{lines:,} lines: {figure}",
            theirs,
            said(value(ours)),
            said(most) if most else "",
            value(ours) < most if most else None,
        )

    return [
        row("shown after", lambda each: each.elapsed, lambda value: f"{value:.1f} s", 0.0),
        row("loop stands still", lambda each: each.cost.gap, _ms, GAP),
        row("a key is echoed, p99", lambda each: each.echo, _ms, ECHO),
        row("memory", lambda each: each.cost.memory, lambda value: f"{value:.0f} MB", MEMORY),
        *await _many(),
        await _idle(),
    ]


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"
