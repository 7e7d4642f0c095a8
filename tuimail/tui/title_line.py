"""The first line of a screen that shows one thing: which."""

from textual.content import Content
from textual.widgets import Static

from tuimail.safetext import visible
from tuimail.tui.header import GAP, PROGRAM


class TitleLine(Static):
    def __init__(self, what: str) -> None:
        super().__init__(Content.assemble(PROGRAM, GAP, visible(what)), id="title")
