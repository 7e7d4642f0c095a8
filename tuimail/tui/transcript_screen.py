"""A screen that has a transcript, and what is taken out of it."""

from typing import ClassVar

from textual import on

from tuimail.tui.exporting_screen import ExportingScreen
from tuimail.tui.transcript import TranscriptPane

TALL = 25
"""Rows from which on the transcript has room for more than its lines."""


class TranscriptScreen(ExportingScreen):
    VERTICAL_BREAKPOINTS = [(0, "-short"), (TALL, "-tall")]  # noqa: RUF012 - Textual's type
    MESSAGE_GONE: ClassVar[str] = "The message is gone: the last five are kept."

    @property
    def dialogue(self) -> TranscriptPane:
        return self.query_one(TranscriptPane)

    @on(TranscriptPane.Exported)
    def export_wanted(self, event: TranscriptPane.Exported) -> None:
        self.export(event.entries)

    @on(TranscriptPane.MessageWanted)
    def message_wanted(self, event: TranscriptPane.MessageWanted) -> None:
        from tuimail.transcript import octets
        from tuimail.tui.message_view import MessageView

        if event.reader is None:
            self.notify(self.MESSAGE_GONE, markup=False)
        else:
            self.app.push_screen(MessageView(event.reader, octets(event.size)))
