"""Finds lines, in slices: a transcript may have a million of them, and keys wait for nobody."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuimail.transcript import Line
    from tuimail.tui.sheet import Sheet

SLICE = 0.002
"""Seconds that the loop may be kept from everything else."""
_AT_A_TIME = 32
"""Lines between two looks at the clock."""


class Depth(Enum):
    SHOWN = auto()
    FOLDED = auto()
    """Also lines for which another one stands."""


@dataclass(frozen=True, slots=True)
class Wanted:
    fits: Callable[["Line"], bool]
    depth: Depth


def containing(text: str) -> Wanted:
    """Lines with this in them, in whatever case."""
    needle = text.casefold()
    return Wanted(lambda line: needle in line.text.casefold(), Depth.FOLDED)


def problem() -> Wanted:
    """Lines that tell of something that is not as it should be."""
    from tuimail.transcript import Tone

    return Wanted(lambda line: line.tone in (Tone.WARN, Tone.FAIL), Depth.SHOWN)


async def seek(sheet: "Sheet", start: int, step: int, wanted: Wanted) -> int | None:
    """The number of the nearest line in `sheet` that is wanted: after the line at `start` where
    `step` is 1, before it where it is -1, going round at the ends, itself last. None where there
    is none."""
    begun = perf_counter()
    for done, number in enumerate(_round(sheet, start, step, wanted.depth)):
        if wanted.fits(sheet.lines[number]):
            return number
        if done % _AT_A_TIME == 0 and perf_counter() - begun >= SLICE:
            await asyncio.sleep(0)
            begun = perf_counter()
    return None


def _round(sheet: "Sheet", start: int, step: int, depth: Depth) -> Iterator[int]:
    count = sheet.count
    within = count and depth is Depth.FOLDED and step == 1 and sheet.folded(start)
    for distance in range(0 if within else 1, count + 1):
        index = (start + step * distance) % count
        if index >= sheet.count:
            continue  # It was laid out anew meanwhile.
        folded = sheet.folded(index) if depth is Depth.FOLDED else ()
        yield from folded[::step] or (sheet.number(index),)
