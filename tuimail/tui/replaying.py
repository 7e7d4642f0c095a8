"""A recording, played in its own time."""

import asyncio
from collections.abc import Callable
from enum import Enum, auto
from io import BytesIO
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, Self

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.timer import Timer
from textual.widgets import Footer, Input

from tuimail.tui.keys import everywhere, offered, unoffered
from tuimail.tui.replay_pane import ReplayPane
from tuimail.tui.replay_state import ReplayState
from tuimail.tui.seeking import SLICE
from tuimail.tui.sheet_view import NOTHING_YET
from tuimail.tui.title_line import TitleLine
from tuimail.tui.transcript_screen import TranscriptScreen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tuimail.transcript import Entry
    from tuimail.transcript.recorded import Recorded
    from tuimail.tui.stages import Stages

_STAGES_AT_A_TIME = 100
_FINEST = 1 / 30
"""Seconds: nobody sees lines come at shorter distances."""
_TICKS_PER_SECOND = 5
"""How often the time that is shown moves."""


class Start(Enum):
    """Where a recording is when it is opened."""

    BEGINNING = auto()
    """It plays."""
    END = auto()
    """All of it stands there, at rest."""


class ReplayScreen(TranscriptScreen):
    """`name` says what is played; `clock` gives monotonic seconds."""

    HELP = """\
A recording, played in the time that it took: how far it is stands below its lines. Whoever moves \
up in the lines stays there, and end follows again; a step goes to what came with it.
"""
    AUTO_FOCUS = "#lines"
    FOOTER = (
        *("replay.turn", "replay.on", "replay.back", "replay.faster", "replay.slower"),
        *("replay.leave", "help"),
    )
    NEEDED = ("replay.leave", "help")
    MESSAGE_GONE = "The recording is without the message."
    BINDINGS: ClassVar[list[BindingType]] = [
        offered("space", "turn", "replay.turn", "Pause, and go on; play again", "Pause"),
        # Lines that are wider than the screen would be scrolled by the arrows: there are none.
        everywhere(offered("right", "step(1)", "replay.on", "One step on, and pause", "Step")),
        everywhere(offered("left", "step(-1)", "replay.back", "One step back, and pause", "Back")),
        offered("plus,equals_sign", "speed(2)", "replay.faster", "Faster"),
        offered("minus,underscore", "speed(0.5)", "replay.slower", "Slower"),
        unoffered("ctrl+home", "begin", "replay.begin", "To its beginning"),
        unoffered("ctrl+end", "finish", "replay.finish", "To its end"),
        offered("q,escape", "leave", "replay.leave", "Leave the recording"),
    ]

    def __init__(
        self,
        entries: "Sequence[Entry]",
        name: str,
        start: Start = Start.BEGINNING,
        *,
        message: bytes | None = None,
        speed: float = 1.0,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """`message` holds the octets of the mail, where they were recorded too."""
        from tuimail.transcript.playback import Playback

        super().__init__()
        self.playback = Playback(entries, clock(), speed)
        self._entries = entries
        self._recording = name
        self._message = message
        self._clock = clock
        self._timer: Timer | None = None
        if start is Start.END:
            self.playback.player.rest(len(entries), clock())

    @classmethod
    def of(cls, recorded: "Recorded", path: Path, speed: float = 1.0) -> Self:
        """What was read from a file, from its beginning."""
        named = f"{path.name}, which {recorded.fault}" if recorded.fault else path.name
        # Where there is little room, the folder can be done without.
        name = named if path.parent == Path() else f"{named} · {path.parent}"
        return cls(recorded.entries, name, message=recorded.message, speed=speed)

    def compose(self) -> ComposeResult:
        yield TitleLine(self._recording)
        yield ReplayPane()
        yield ReplayState()
        yield Footer()

    def on_mount(self) -> None:
        from tuimail.transcript.waterfall import Waterfalls
        from tuimail.tui.recorded_stages import RecordedStages

        self._ticker = self.set_interval(1 / _TICKS_PER_SECOND, self._tell, pause=True)
        pane, stages = self.dialogue, RecordedStages(self.playback, Waterfalls())
        pane.clock = lambda: self.playback.player.clock(self._clock())
        pane.lines.teaching = (
            NOTHING_YET if self._entries else "There is nothing in this recording."
        )
        if self._message is not None:
            pane.keep(BytesIO(self._message))
        self.catch_up()
        pane.show(self.playback.transcript, stages)
        self.work(self._read(stages))

    async def _read(self, stages: "Stages") -> None:
        """In slices: keys are first."""
        whole = False
        while not whole:
            await asyncio.sleep(2 * SLICE)
            whole = stages.read(_STAGES_AT_A_TIME)
        self.dialogue.show_stages()

    def catch_up(self) -> None:
        """Shows what has come by now, and waits for what comes next."""
        player, now = self.playback.player, self._clock()
        player.due(now)
        if self.playback.follow():
            self.dialogue.take_back()
        if self._timer is not None:
            self._timer.stop()
        wait = player.wait(now)
        if wait is None:
            self._timer = None
            self._ticker.pause()
        else:
            self._timer = self.set_timer(max(wait, _FINEST), self.catch_up)
            self._ticker.resume()
        self._tell()

    def _tell(self) -> None:
        self.query_one(ReplayState).show(self.playback.player, self._clock())
        self.dialogue.show_stages()

    # What a person does

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "step" and isinstance(self.focused, Input):
            return None  # There the arrows move in what is typed.
        return super().check_action(action, parameters)

    def action_turn(self) -> None:
        self.playback.player.turn(self._clock())
        self.catch_up()

    def action_step(self, by: int) -> None:
        self.playback.player.step(by, self._clock())
        self.catch_up()
        self.dialogue.follow()

    def action_speed(self, factor: float) -> None:
        self.playback.player.change_speed(factor, self._clock())
        self.catch_up()

    def action_begin(self) -> None:
        """To before anything came."""
        self._rest(0)

    def action_finish(self) -> None:
        self._rest(len(self._entries))

    def _rest(self, position: int) -> None:
        self.playback.player.rest(position, self._clock())
        self.catch_up()
        self.dialogue.follow()

    def action_leave(self) -> None:
        self.dismiss()
