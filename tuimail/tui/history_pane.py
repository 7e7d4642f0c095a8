"""What was sent before: a line to search it by, and what is found."""

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static

from tuimail.store.query import Query
from tuimail.tui.history_list import HistoryList
from tuimail.tui.history_view import HistoryView
from tuimail.tui.keys import offered, unoffered

PAUSE = 0.15
"""Seconds without a key, after which what was typed is looked for."""
MOST_TYPED = 500
"""Characters."""
NOTHING_KEPT = (
    "Nothing was sent yet. Every send appears here, the newest first, and every session that was"
    " typed with tuimail talk. Escape leaves, and f9 sends."
)
NOTHING_FITS = "Nothing fits. Escape shows all again."


class HistoryPane(Vertical):
    """Shows what somebody else finds."""

    HELP = """\
Words that are typed are looked for everywhere: in recipients, exchanges, statuses and all that \
was said; all of them have to fit. to:bob looks in recipients alone, at:mx1 in exchanges, \
status:failed at what became of it, and "no such user" keeps words together.

✓ delivered   ! deferred   ✗ failed   ? unknown: it may have been delivered   · without an outcome
"""
    BINDING_GROUP_TITLE = "History"
    BINDINGS: ClassVar[list[BindingType]] = [
        offered("enter", "screen.open", "history.open", "Show its dialogue", "Open"),
        offered("space,p", "screen.play", "history.play", "Play it in its own time"),
        offered("slash,ctrl+r", "search", "history.search", "Say what to look for", "Search"),
        offered("c", "screen.compare", "history.compare", "Lay it beside another one", "Compare"),
        offered("x", "screen.export", "history.export", "Write it to a file", "Export"),
        offered("delete,backspace", "screen.forget", "history.forget", "Forget it"),
        unoffered("D", "screen.forget_all", "history.forget-all", "Forget the whole history"),
        Binding("down", "to_the_list", "To the list", show=False),
    ]

    class Asked(Message):
        """Something else is to be found."""

    def __init__(self, now: Callable[[], float]) -> None:
        """`now` gives seconds of the epoch."""
        super().__init__(id="history", classes="pane")
        self.list = HistoryList()
        self.view = HistoryView(self.list, now)
        self._head = Static(id="kept-head", markup=False)
        self._search = Input(
            id="wanted",
            placeholder="Search: words, to:bob, at:mx1, status:failed",
            max_length=MOST_TYPED,
        )
        self._pause: Timer | None = None
        self._said = ""
        self.border_title = "History"

    def compose(self) -> ComposeResult:
        yield self._search
        yield self._head
        yield self.view

    @property
    def wanted(self) -> str:
        """What is to be found, as typed."""
        return self._search.value

    @property
    def is_searching(self) -> bool:
        """Whether somebody is typing."""
        return self._search.has_focus

    def found(self) -> None:
        """The list is another one now."""
        self.view.teaching = NOTHING_FITS if self.list.total else NOTHING_KEPT
        self._head.display = bool(self.list.sessions)
        self.view.fit()
        self.say("")

    def fail(self, why: str) -> None:
        """There is no list."""
        self.list.show((), Query(), 0)
        self.found()
        self.view.teaching = why

    def say(self, sentence: str) -> None:
        """In the place of the state, until something else is chosen or found."""
        self._said = sentence
        self.border_subtitle = Content(sentence or self.list.state)

    def show_all(self) -> bool:
        """Whether less was shown before."""
        less = bool(self.wanted)
        self._search.clear()
        return less

    def on_resize(self) -> None:
        self.call_after_refresh(lambda: self._head.update(f"  {self.view.columns.head}"))

    # What a person does

    def action_search(self) -> None:
        self._search.focus()

    @on(Input.Changed)
    def typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE, lambda: self.post_message(self.Asked()))

    @on(Input.Submitted)
    def take(self, event: Input.Submitted) -> None:
        event.stop()
        self.view.focus()

    def action_to_the_list(self) -> None:
        self.view.focus()

    @on(HistoryView.Moved)
    def moved(self) -> None:
        if self._said:
            self.say("")
