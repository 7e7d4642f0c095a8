"""The files that go with a mail."""

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tuimail.safetext import visible
from tuimail.tui.typed_path import typed_path


class Attachments(OptionList):
    """One row each; nothing at all while there is none."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("delete,backspace", "remove", "Remove", tooltip="Take the file off the mail"),
    ]

    class Changed(Message):
        """A file came or went."""

    def __init__(self) -> None:
        super().__init__(id="attachments", compact=True, markup=False)
        self.paths: tuple[Path, ...] = ()
        self.display = False

    def show(self, paths: tuple[Path, ...]) -> None:
        self.paths = paths
        self.clear_options()
        self.add_options([Option(Content(described(path))) for path in paths])
        self.display = bool(paths)
        self.post_message(self.Changed())

    def attach(self, path: Path) -> None:
        self.show((*self.paths, path))
        self.highlighted = len(self.paths) - 1

    @on(OptionList.OptionSelected)
    def swallow(self, event: OptionList.OptionSelected) -> None:
        event.stop()

    def action_remove(self) -> None:
        if self.highlighted is None:
            return
        index = self.highlighted
        self.show(self.paths[:index] + self.paths[index + 1 :])
        if self.paths:
            self.highlighted = min(index, len(self.paths) - 1)


def described(path: Path) -> str:
    """`▪ report.pdf  240 kB`"""
    from tuimail.transcript import octets  # imports more than a first paint has time for

    try:
        size = octets(path.stat().st_size)
    except OSError:
        size = "can't be read"
    return f"▪ {visible(path.name)}  {size}"


def attachable(text: str) -> Path:
    """The file that a person means. Raises ValueError with a sentence where there is none."""
    path = typed_path(text).absolute()
    shown = visible(str(path))
    if path.is_dir():
        raise ValueError(f"{shown} is a folder.")
    try:
        path.open("rb").close()
    except OSError as error:
        raise ValueError(f"{shown}: {(error.strerror or 'can’t be read').lower()}.") from error
    return path
