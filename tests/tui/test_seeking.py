"""Lines are found wherever they are, and nobody waits for that."""

import asyncio

from tuimail.smtp import Reply, ReplyReceived
from tuimail.transcript import Advice, Entry, Lane, Noted
from tuimail.transcript.reading import Lines
from tuimail.tui.seeking import containing, problem, seek
from tuimail.tui.sheet import Sheet

LANE = Lane(1, "a.test")


def sheet_of(*texts: str) -> Sheet:
    sheet = Sheet(Lines([Entry(LANE, Noted(0.0, text)) for text in texts]))
    sheet.grow()
    return sheet


async def test_the_nearest_in_either_direction_and_round_the_end() -> None:
    sheet = sheet_of("Alpha", "beta", "alpha", "gamma")
    wanted = containing("ALPHA")
    assert await seek(sheet, 0, 1, wanted) == 2
    assert await seek(sheet, 2, 1, wanted) == 0
    assert await seek(sheet, 1, -1, wanted) == 0
    assert await seek(sheet, 0, -1, wanted) == 2
    assert await seek(sheet, 3, 1, containing("gamma")) == 3
    assert await seek(sheet, 0, 1, containing("delta")) is None
    assert await seek(sheet_of(), 0, 1, wanted) is None


async def test_problems() -> None:
    sheet = Sheet(Lines([Entry(LANE, Noted(0.0, "x")), Entry(LANE, Advice(0.0, "y"))]))
    sheet.grow()
    assert await seek(sheet, 0, 1, problem()) == 1


async def test_what_is_folded_away_is_found_too() -> None:
    lines = tuple(f"line {number}" for number in range(1000))
    sheet = Sheet(Lines([Entry(LANE, ReplyReceived(0.0, Reply(550, lines), None))]))
    sheet.grow()
    assert await seek(sheet, 0, 1, containing("line 500")) == 500
    assert await seek(sheet, 21, 1, containing("line 9")) == 9
    assert await seek(sheet, 20, -1, containing("line 9")) == 9
    assert await seek(sheet, 20, 1, containing("line 9")) == 90
    assert await seek(sheet, 0, -1, containing("-line 99")) == 998
    assert await seek(sheet, 19, 1, problem()) == 20
    assert await seek(sheet, 20, 1, problem()) == 999


async def test_others_come_to_word_meanwhile() -> None:
    sheet = sheet_of(*map(str, range(50_000)))
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(others())
    assert await seek(sheet, 0, 1, containing("nowhere")) is None
    task.cancel()
    assert turns > 5
