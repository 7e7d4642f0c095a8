"""A screen whose transcript is bound to the engine: step mode."""

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType
from textual.reactive import reactive

from tuimail.safetext import visible
from tuimail.tui.inspecting import InspectingScreen
from tuimail.tui.keys import everywhere, unoffered
from tuimail.tui.sending_pane import SendingPane

if TYPE_CHECKING:
    from tuimail.tui.works import Works


class WatchingScreen(InspectingScreen):
    BINDINGS: ClassVar[list[BindingType]] = [
        everywhere(
            unoffered("f7", "step", "step", "Let each command wait until it is let go, or none")
        ),
        everywhere(unoffered("ctrl+r", "history", "history", "What was sent before")),
    ]

    sending: reactive[bool] = reactive(default=False, bindings=True)

    @property
    def dialogue(self) -> SendingPane:
        return self.query_one(SendingPane)

    def attend(self, works: "Works") -> None:
        """The engine is ready."""
        works.when_held(self.dialogue.attend)
        works.when_unkept(lambda why: self.report(f"Not kept in the history: {visible(why)}."))
        self.dialogue.stepping = works.steps

    def next_problem(self) -> None:
        self.action_go("transcript")
        self.dialogue.action_problem(1)

    def action_history(self) -> None:
        from tuimail.tui.history_screen import HistoryScreen  # brings SQLite along

        self.app.push_screen(HistoryScreen(self.engine.history))

    # Step mode

    def action_step(self) -> None:
        """Lets each command wait from now on, also of a send that is under way, or none."""
        self.work(self._step())

    async def _step(self) -> None:
        works = await self.engine.start()
        works.steps = not works.steps
        self.dialogue.stepping = works.steps
        if self.sending and works.steps:
            self.action_go("transcript")

    @on(SendingPane.RunOut)
    async def run_out(self) -> None:
        works = await self.engine.start()
        if works.steps:
            await self._step()
