"""Finds lines, in slices: a transcript may have a million of them, and keys wait for nobody."""

import asyncio
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuimail.transcript import Line
    from tuimail.tui.sheet import Sheet

SLICE = 0.002
"""Seconds that the loop may be kept from everything else."""
_AT_A_TIME = 32
"""Lines between two looks at the clock."""

Wanted = Callable[["Line"], bool]


def containing(text: str) -> Wanted:
    """Lines with this in them, in whatever case."""
    needle = text.casefold()
    return lambda line: needle in line.text.casefold()


def is_problem(line: "Line") -> bool:
    """Whether a line tells of something that is not as it should be."""
    from tuimail.transcript import Tone

    return line.tone in (Tone.WARN, Tone.FAIL)


async def seek(sheet: "Sheet", start: int, step: int, wanted: Wanted) -> int | None:
    """The nearest line of `sheet` that is wanted: after `start` where `step` is 1, before it where
    it is -1, going round at the ends, itself last. None where there is none."""
    begun = perf_counter()
    for done, index in enumerate(_round(start, step, sheet.count)):
        if index < sheet.count and wanted(sheet.line(index)):
            return index
        if done % _AT_A_TIME == 0 and perf_counter() - begun >= SLICE:
            await asyncio.sleep(0)
            begun = perf_counter()
    return None


def _round(start: int, step: int, count: int) -> Iterator[int]:
    return ((start + step * distance) % count for distance in range(1, count + 1))
