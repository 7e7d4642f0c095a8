"""A screen whose transcript is bound to the engine: step mode, and what is taken out of it."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.reactive import reactive

from tuimail.safetext import visible
from tuimail.tui.inspecting import InspectingScreen
from tuimail.tui.transcript import TranscriptPane
from tuimail.tui.transcript_export import export, export_path

if TYPE_CHECKING:
    from tuimail.transcript import Entry
    from tuimail.tui.works import Works


class WatchingScreen(InspectingScreen):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "f7",
            "step",
            "Step mode",
            id="step",
            tooltip="Let each command wait until it is let go, or none",
            priority=True,
            show=False,
        ),
    ]

    sending: reactive[bool] = reactive(default=False, bindings=True)

    def attend(self, works: "Works") -> None:
        """The engine is ready."""
        works.when_held(self.dialogue.attend)
        self.dialogue.stepping = works.steps

    def next_problem(self) -> None:
        self.action_go("transcript")
        self.dialogue.action_problem(1)

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

    @on(TranscriptPane.RunOut)
    async def run_out(self) -> None:
        works = await self.engine.start()
        if works.steps:
            await self._step()

    # What is taken out of the transcript

    @on(TranscriptPane.Exported)
    def export_wanted(self, event: TranscriptPane.Exported) -> None:
        from tuimail.tui.asking import Prompt

        prompt = Prompt(
            "Where does the transcript of this send go? The name says the form: .html and .svg"
            " to look at, .txt for tickets, .jsonl for programs.",
            placeholder="transcript.html",
            read=export_path,
            yes="Export",
        )
        self.app.push_screen(prompt, lambda path: self._export_to(event.entries, path))

    def _export_to(self, entries: "Sequence[Entry]", path: Path | None) -> None:
        if path is not None:
            self.work(self._write(entries, path))

    async def _write(self, entries: "Sequence[Entry]", path: Path) -> None:
        await asyncio.to_thread(export, entries, path)
        self.notify(f"The transcript is in {visible(str(path))}.", markup=False)

    @on(TranscriptPane.MessageWanted)
    def message_wanted(self, event: TranscriptPane.MessageWanted) -> None:
        from tuimail.transcript import octets
        from tuimail.tui.message_view import MessageView

        if event.reader is None:
            self.notify("The message is gone: the last five are kept.", markup=False)
        else:
            self.app.push_screen(MessageView(event.reader, octets(event.size)))
