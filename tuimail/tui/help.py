"""What the keys do, and what the panes show."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tuimail.tui.dialog import Dialog

if TYPE_CHECKING:
    from textual.dom import DOMNode
    from textual.screen import Screen

KEY_WIDTH = 16
_OF_THE_APP = (("^p", "The palette: everything that can be done"), ("^q", "Quit"))


class Help(Dialog[None]):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1,q", "leave", "Leave", show=False)]

    def __init__(self, about: "Screen[None]") -> None:
        super().__init__()
        self._about = about

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog wide"):
            yield Static(Content("\n").join(_lines(self._about)))

    def action_leave(self) -> None:
        self.dismiss()


def _lines(screen: "Screen[None]") -> Iterator[Content]:
    yield Content(screen.HELP or "")
    yield from _table(screen, [screen])
    yield from (_row(key, does) for key, does in _OF_THE_APP)
    for pane in screen.query(".pane"):
        yield Content.styled(f"\n{pane.BINDING_GROUP_TITLE}\n", "bold $accent")
        yield Content(pane.HELP or "")
        yield from _table(screen, [pane, *pane.query("*")])


def _table(screen: "Screen[None]", nodes: "Iterable[DOMNode]") -> Iterator[Content]:
    for node in nodes:
        for binding in _bindings(node):
            keys = map(screen.app.get_key_display, Binding.make_bindings([binding]))
            yield _row(", ".join(keys), binding.tooltip or binding.description)


def _row(key: str, does: str) -> Content:
    return Content.assemble((key.ljust(KEY_WIDTH), "$accent"), does)


def _bindings(node: "DOMNode") -> Iterator[Binding]:
    """Those that tuimail gives a meaning of its own: they have an id."""
    for room in reversed(type(node).__mro__):
        for binding in vars(room).get("BINDINGS", ()):
            if isinstance(binding, Binding) and binding.id is not None:
                yield binding
