"""The history: what was sent before is found, opened, played, compared, exported, forgotten."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Footer

from tuimail.safetext import visible
from tuimail.store.history import History, HistoryError
from tuimail.store.query import Query, read_terms
from tuimail.tui.asking import Answer, Confirm
from tuimail.tui.exporting_screen import ExportingScreen
from tuimail.tui.history_pane import HistoryPane
from tuimail.tui.history_row import title
from tuimail.tui.history_view import HistoryView
from tuimail.tui.keys import offered
from tuimail.tui.replaying import ReplayScreen, Start

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    from tuimail.store.sessions import Kept
    from tuimail.transcript import Entry

_NEED_ONE = {"open", "play", "compare", "export", "forget", "forget_all"}


class HistoryScreen(ExportingScreen):
    HELP = """\
All that was sent, and typed, for as long as it is kept: without its secrets and its messages.
"""
    AUTO_FOCUS = "#kept"
    FOOTER = (
        *("history.open", "history.play", "history.search", "history.forget"),
        *("history.leave", "help"),
    )
    NEEDED = ("history.leave", "help")
    BINDINGS: ClassVar[list[BindingType]] = [
        offered("escape,q", "leave", "history.leave", "Show all; leave", "Leave"),
    ]

    def __init__(self, history: History) -> None:
        super().__init__()
        self.pane = HistoryPane(history.now)
        self._history = history
        self._unwatch: Callable[[], None] = lambda: None
        self._reading_on = False

    def compose(self) -> ComposeResult:
        yield self.pane
        yield Footer()

    def on_mount(self) -> None:
        self._unwatch = self._history.watch(lambda: self.call_later(self._look))

    def on_unmount(self) -> None:
        self._unwatch()

    def on_screen_resume(self) -> None:
        """Others may have kept something too."""
        self._look()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in _NEED_ONE and self.pane.list.chosen is None:
            return False
        return super().check_action(action, parameters)

    # Finding

    @on(HistoryPane.Asked)
    def _look(self) -> None:
        """Finds anew; a search that still goes on ends."""
        self._reading_on = False
        self.run_worker(self._find(), group="finding", exclusive=True, exit_on_error=False)

    async def _find(self) -> None:
        pane, before = self.pane, self.pane.list.query
        terms = read_terms(pane.wanted)
        query = before if terms == before.terms else Query(terms)
        try:
            found = await self._history.find(query)
            total = await self._history.count()
        except HistoryError as error:
            pane.fail(_unreadable(error))
        else:
            pane.list.show(found, query, total)
            pane.found()
        self.refresh_bindings()

    @on(HistoryView.Moved)
    def moved(self) -> None:
        if self.pane.view.at_end and not self.pane.list.whole and not self._reading_on:
            self._reading_on = True
            self.run_worker(self._read_on(), group="finding", exit_on_error=False)

    async def _read_on(self) -> None:
        listed, last = self.pane.list, self.pane.list.sessions[-1]
        try:
            found = await self._history.find(listed.rest)
        except HistoryError as error:
            self.pane.say(_unreadable(error))
        else:
            # Something else may have been found meanwhile.
            if listed.sessions[-1:] == [last]:
                listed.extend(found)
                self.pane.found()
        self._reading_on = False

    # What a person does with one

    @on(HistoryView.Opened)
    def action_open(self) -> None:
        self._replay(Start.END)

    def action_play(self) -> None:
        self._replay(Start.BEGINNING)

    def action_compare(self) -> None:
        """With the one that was set aside; else sets this one aside, or takes that back."""
        view, kept = self.pane.view, self.pane.list.chosen
        before, view.set_aside = view.set_aside, None
        if before is None:
            view.set_aside = kept
            self.pane.say("Set aside: c on another one lays the two side by side.")
        elif kept is not None and kept.id != before.id:
            self.work(self._compare(before, kept))
        view.refresh()

    async def _compare(self, left: "Kept", right: "Kept") -> None:
        from tuimail.transcript.difference import compared
        from tuimail.tui.comparison_screen import ComparisonScreen

        first, second = await self._entries(left), await self._entries(right)
        if first is not None and second is not None:
            sessions = await asyncio.to_thread(compared, first, second)
            self.app.push_screen(ComparisonScreen(sessions, self._title(left), self._title(right)))

    def _replay(self, start: Start) -> None:
        def replay(kept: "Kept", entries: "Sequence[Entry]") -> None:
            self.app.push_screen(ReplayScreen(entries, self._title(kept), start))

        self._with_chosen(replay)

    def _title(self, kept: "Kept") -> str:
        name = title(kept, self._history.now())
        return name[0].upper() + name[1:]

    def action_export(self) -> None:
        self._with_chosen(lambda _, entries: self.export(entries))

    def _with_chosen(self, act: "Callable[[Kept, Sequence[Entry]], object]") -> None:
        if (kept := self.pane.list.chosen) is not None:
            self.work(self._read(kept, act))

    async def _read(self, kept: "Kept", act: "Callable[[Kept, Sequence[Entry]], object]") -> None:
        if (entries := await self._entries(kept)) is not None:
            act(kept, entries)

    async def _entries(self, kept: "Kept") -> "Sequence[Entry] | None":
        """None where they can't be had, which is told."""
        try:
            recorded = await self._history.show(kept.id)
        except HistoryError as error:
            self.pane.say(_unreadable(error))
            return None
        if recorded is None:
            self._look()  # Somebody else has forgotten it.
            return None
        return recorded.entries

    # Forgetting

    def action_forget(self) -> None:
        if (kept := self.pane.list.chosen) is not None:
            question = f"Forget the {title(kept, self._history.now())}? Nothing of it is kept then."
            self._if_sure(question, lambda: self._history.forget(kept.id))

    def action_forget_all(self) -> None:
        total = self.pane.list.total
        several = f"all {total:,} that are kept" if total > 1 else "the one that is kept"
        self._if_sure(f"Forget {several}, found or not?", self._history.forget_all)

    def _if_sure(self, question: str, forget: "Callable[[], Awaitable[int]]") -> None:
        def take(answer: Answer | None) -> None:
            if answer is Answer.YES:
                self.work(self._forget(forget))

        self.app.push_screen(Confirm(question, yes="Forget", no="Keep"), take)

    async def _forget(self, forget: "Callable[[], Awaitable[int]]") -> None:
        try:
            await forget()
        except HistoryError as error:
            self.pane.say(f"Not forgotten: {visible(str(error))}.")

    def action_leave(self) -> None:
        """Takes back what was looked for, and leaves when there is nothing of that."""
        if self.pane.show_all() or self.pane.is_searching:
            self.pane.view.focus()
        else:
            self.dismiss()


def _unreadable(error: HistoryError) -> str:
    return f"The history can't be read: {visible(str(error))}."
