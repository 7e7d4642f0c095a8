"""A screen of panes: all of them at once, or one at a time where there is little room."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import DescendantFocus
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Footer

from tuimail.tui.compose import ComposePane
from tuimail.tui.header import PANES, HeaderLine
from tuimail.tui.inspector import InspectorPane
from tuimail.tui.letter import Letter
from tuimail.tui.transcript import TranscriptPane

TALL = 25
"""Rows from which on the transcript has room for more than its lines."""
WIDE = 100
"""Columns from which on all panes show at once."""


class PaneScreen(Screen[None]):
    """Composer, inspector and transcript, and the ways between them."""

    AUTO_FOCUS = ""
    VERTICAL_BREAKPOINTS = [(0, "-short"), (TALL, "-tall")]  # noqa: RUF012 - Textual's type
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 - Textual's type
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "f2",
            "go('compose')",
            "Compose",
            id="go.compose",
            tooltip="Go to the composer",
            priority=True,
        ),
        Binding(
            "f3",
            "go('inspector')",
            "Inspector",
            id="go.inspector",
            tooltip="Go to the inspector",
            priority=True,
        ),
        Binding(
            "f4",
            "go('transcript')",
            "Transcript",
            id="go.transcript",
            tooltip="Go to the transcript",
            priority=True,
        ),
        Binding(
            "f5",
            "maximise",
            "Maximise",
            id="maximise",
            tooltip="One pane alone, or all again",
            priority=True,
        ),
    ]

    front: reactive[str] = reactive("compose", init=False, bindings=True)
    """The id of the pane that has the focus, or had it last."""

    def __init__(self, letter: Letter) -> None:
        super().__init__(classes="-front-compose")
        self._letter = letter

    def compose(self) -> ComposeResult:
        # Textual says so too, but only when every pane has been styled, which is then done twice.
        self.add_class("-narrow" if self.app.size.width < WIDE else "-wide")
        yield HeaderLine()
        with Vertical(id="panes"):
            with Horizontal(id="upper"):
                yield ComposePane(self._letter)
                yield InspectorPane()
            yield TranscriptPane()
        yield Footer()

    @property
    def composer(self) -> ComposePane:
        return self.query_one(ComposePane)

    @property
    def inspector(self) -> InspectorPane:
        return self.query_one(InspectorPane)

    @property
    def dialogue(self) -> TranscriptPane:
        return self.query_one(TranscriptPane)

    @property
    def header(self) -> HeaderLine:
        return self.query_one(HeaderLine)

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """As the footer shows them: it stands still whatever has the focus, and nothing is cut."""
        ordered = sorted(super().active_bindings.items(), key=_footer_place)
        # Of several keys for one action, the footer shows the first.
        shown = {each.binding.action: each for _, each in reversed(ordered) if each.binding.show}
        offered = [each for _, each in ordered if shown.get(each.binding.action) is each]
        fit = fitting([self._footer_width(each) for each in offered], self.size.width)
        kept = [each for each in offered[:fit] if not self.is_narrow or _has_place(each)]
        return {key: active if active in kept else _hidden(active) for key, active in ordered}

    def _footer_width(self, active: ActiveBinding) -> int:
        """Cells: a space, the key, a space, what it does and another one."""
        key = self.app.get_key_display(active.binding)
        return cell_len(key) + cell_len(active.binding.description) + 3

    @property
    def is_narrow(self) -> bool:
        return self.size.width < WIDE

    def watch_front(self, front: str) -> None:
        self.update_classes({f"-front-{name}": name == front for name in PANES})
        self.header.front = front

    def on_resize(self) -> None:
        self.header.wide = not self.is_narrow

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        if event.widget is not self.focused:
            # The news is late: another pane has come forward since.
            return
        for node in event.widget.ancestors_with_self:
            if node.id in PANES:
                self.front = node.id
                break

    def action_go(self, pane: str) -> None:
        # Keys would go on to the maximised pane, or to one that it hides.
        self.minimize()
        self.front = pane
        match pane:
            case "compose":
                self.composer.enter()
            case "inspector":
                self.inspector.enter()
            case _:
                self.dialogue.enter()

    def action_maximise(self) -> None:
        if self.maximized is None:
            self.maximize(self.query_one(f"#{self.front}"), container=False)
        else:
            self.minimize()

    def check_action(self, action: str, _parameters: tuple[object, ...]) -> bool | None:
        # A key may come before the panes do. One pane at a time is as large as it gets.
        return self.is_mounted and not (action == "maximise" and self.is_narrow)


FOOTER = ("send", "stop", "go.compose", "go.inspector", "go.transcript", "maximise", "help")
"""What comes first in the footer, by the bindings' ids: the other keys belong to one pane."""


_PALETTE_WIDTH = 12
"""Cells at the end of the footer."""


def fitting(widths: Sequence[int], width: int) -> int:
    """How many keys the footer has room for, and cuts none."""
    ends = accumulate(widths)
    return sum(end <= width - _PALETTE_WIDTH for end in ends)


def _footer_place(item: tuple[str, ActiveBinding]) -> int:
    _, active = item
    return FOOTER.index(active.binding.id or "") if _has_place(active) else len(FOOTER)


def _has_place(active: ActiveBinding) -> bool:
    return active.binding.id in FOOTER


def _hidden(active: ActiveBinding) -> ActiveBinding:
    return active._replace(binding=replace(active.binding, show=False))
