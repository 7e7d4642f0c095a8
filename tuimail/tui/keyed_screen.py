"""A screen with keys: a footer that fits, help, and work that goes on beside it."""

from collections.abc import Coroutine, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.binding import ActiveBinding, BindingType
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from tuimail.tui.keys import everywhere, offered
from tuimail.tui.sentence import sentence_of

WIDE = 100
"""Columns from which on all panes show at once."""
_PALETTE_WIDTH = 12
"""Cells at the end of the footer."""


class KeyedScreen(Screen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        everywhere(offered("f1", "help", "help", "This help", "Help")),
    ]
    FOOTER: ClassVar[tuple[str, ...]] = ()
    """What comes first in the footer, by the bindings' ids: the other keys belong to one pane."""
    NEEDED: ClassVar[tuple[str, ...]] = ("help",)
    """Of these, what stays there, however little room there is."""

    @property
    def is_narrow(self) -> bool:
        return self.size.width < WIDE

    # The footer

    def on_resize(self) -> None:
        self.refresh_bindings()  # There is room for others.

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """As the footer shows them: it stands still whatever has the focus, and nothing is cut."""
        ordered = sorted(super().active_bindings.items(), key=self._footer_place)
        # Of several keys for one action, the footer shows the first.
        shown = {each.binding.action: each for _, each in reversed(ordered) if each.binding.show}
        wanted = [each for _, each in ordered if shown.get(each.binding.action) is each]
        needed = [each for each in wanted if each.binding.id in self.NEEDED]
        others = [each for each in wanted if each not in needed]
        room = self.size.width - sum(map(self._footer_width, needed))
        others = others[: fitting([self._footer_width(each) for each in others], room)]
        kept = needed + [each for each in others if not self.is_narrow or self._has_place(each)]
        return {key: active if active in kept else _hidden(active) for key, active in ordered}

    def _footer_width(self, active: ActiveBinding) -> int:
        """Cells: a space, the key, a space, what it does and another one."""
        key = self.app.get_key_display(active.binding)
        return cell_len(key) + cell_len(active.binding.description) + 3

    def _footer_place(self, item: tuple[str, ActiveBinding]) -> int:
        _, active = item
        place = active.binding.id or ""
        return self.FOOTER.index(place) if self._has_place(active) else len(self.FOOTER)

    def _has_place(self, active: ActiveBinding) -> bool:
        return active.binding.id in self.FOOTER

    def action_help(self) -> None:
        from tuimail.tui.help import Help  # for those who ask

        self.app.push_screen(Help(self))

    # Work that goes on beside the screen

    def work(self, work: Coroutine[None, None, object]) -> None:
        self.run_worker(work, group="engine", exit_on_error=False)

    @on(Worker.StateChanged)
    def worker_changed(self, event: Worker.StateChanged) -> None:
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            self.report(sentence_of(event.worker.error))

    def report(self, why: str) -> None:
        """Says what went wrong, for long enough to be read."""
        self.notify(why, severity="error", timeout=10, markup=False)


def fitting(widths: Sequence[int], width: int) -> int:
    """How many keys the footer has room for, and cuts none."""
    ends = accumulate(widths)
    return sum(end <= width - _PALETTE_WIDTH for end in ends)


def _hidden(active: ActiveBinding) -> ActiveBinding:
    return active._replace(binding=replace(active.binding, show=False))
