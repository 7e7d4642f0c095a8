"""A screen from which dialogues go into files."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tuimail.safetext import visible
from tuimail.tui.keyed_screen import KeyedScreen
from tuimail.tui.transcript_export import export, export_path

if TYPE_CHECKING:
    from tuimail.transcript import Entry


class ExportingScreen(KeyedScreen):
    def export(self, entries: "Sequence[Entry]") -> None:
        """Asks where to."""
        from tuimail.tui.asking import Prompt

        prompt = Prompt(
            "Where does the transcript of this send go? The name says the form: .html and .svg"
            " to look at, .txt for tickets, .jsonl for programs.",
            placeholder="transcript.html",
            read=export_path,
            yes="Export",
        )
        self.app.push_screen(prompt, lambda path: self._export_to(entries, path))

    def _export_to(self, entries: "Sequence[Entry]", path: Path | None) -> None:
        if path is not None:
            self.work(self._write(entries, path))

    async def _write(self, entries: "Sequence[Entry]", path: Path) -> None:
        await asyncio.to_thread(export, entries, path)
        self.notify(f"The transcript is in {visible(str(path))}.", markup=False)
