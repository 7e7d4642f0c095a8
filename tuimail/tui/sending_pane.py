"""The transcript of the dialogues that are under way."""

from typing import ClassVar

from textual.binding import BindingType

from tuimail.tui.transcript import TranscriptPane
from tuimail.tui.transcript_keys import SENDING_KEYS


class SendingPane(TranscriptPane):
    HELP = f"""\
{TranscriptPane.HELP}
In step mode (f7) each command waits until it is let go, and the server waits with it: five \
minutes at least, of which the pane shows what is left.
"""
    BINDINGS: ClassVar[list[BindingType]] = SENDING_KEYS
