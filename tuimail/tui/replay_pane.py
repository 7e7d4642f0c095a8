"""The transcript of a recording."""

from typing import ClassVar

from textual.binding import BindingType

from tuimail.tui.transcript import TranscriptPane
from tuimail.tui.transcript_keys import REPLAY_KEYS


class ReplayPane(TranscriptPane):
    BINDINGS: ClassVar[list[BindingType]] = REPLAY_KEYS
