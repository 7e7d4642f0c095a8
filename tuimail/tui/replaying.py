"""A recording, played in its own time."""

from collections.abc import Callable
from enum import Enum, auto
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Static

from tuimail.safetext import visible
from tuimail.tui.transcript import TranscriptPane

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tuimail.transcript import Entry


class Start(Enum):
    """Where a recording is when it is opened."""

    BEGINNING = auto()
    """It plays."""
    END = auto()
    """All of it stands there, at rest."""


class ReplayScreen(Screen[None]):
    """`name` says what is played; `clock` gives monotonic seconds."""

    AUTO_FOCUS = "#lines"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "Leave", id="replay.leave", tooltip="Leave the recording"),
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
        super().__init__()
        self._entries = entries
        self._title = name
        self._start = start
        self._message = message
        self._speed = speed
        self._clock = clock

    def compose(self) -> ComposeResult:
        yield Static(Content(visible(self._title)))
        yield TranscriptPane()
        yield Footer()

    def on_mount(self) -> None:
        from tuimail.transcript import Transcript

        transcript = Transcript()
        for entry in self._entries:
            transcript.append(entry)
        self.query_one(TranscriptPane).show(transcript)

    def action_leave(self) -> None:
        self.dismiss()
