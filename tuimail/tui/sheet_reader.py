"""What a sheet takes in, and when: in slices, for the loop belongs to keys and sessions too."""

import asyncio
from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING

from tuimail.tui.retirement import Retirement
from tuimail.tui.seeking import SLICE

if TYPE_CHECKING:
    from tuimail.tui.sheet import Sheet

REFRESHES_PER_SECOND = 30
REFRESHES_BEHIND = 10
"""A second, while more lines come than can be read: nobody could follow them."""


class SheetReader:
    """Calls `fit` when there is more to be seen."""

    def __init__(self, fit: Callable[[], None]) -> None:
        self._fit = fit
        self._task: asyncio.Task[None] | None = None
        self._retirement = Retirement()
        self.is_done = True
        """Whether all was taken in that was there."""

    def read(self, sheet: "Sheet") -> None:
        """Takes in what was appended since, now where it is little."""
        if not self.is_done:
            return
        if sheet.grow(SLICE):
            self._fit()
        else:
            self.is_done = False
            self._task = asyncio.create_task(self._read(sheet))

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _read(self, sheet: "Sheet") -> None:
        shown = 0.0
        while not sheet.grow(SLICE):
            self._retirement.retire(sheet.lines.read_entries)
            if perf_counter() - shown >= 1 / REFRESHES_BEHIND:
                self._fit()
                shown = perf_counter()
            # Most of the time is everybody's: a key takes some ten turns of the loop.
            await asyncio.sleep(2 * SLICE)
        self.is_done = True
        self._fit()
