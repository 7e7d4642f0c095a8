"""Replies of any size and kind on the screen: bounded, harmless, and every line within reach."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from textual.widgets import Input

from tests.delivery.scripted import Script, Side, scripted
from tests.tui.driving import LETTER, WIDE, Driver, opened
from tuimail.delivery.settings import Relay, Settings
from tuimail.tui.transcript_lines import TranscriptLines

MANY = 10_000
TALL = (120, 60)
FOLD = "… 9,981 more lines: space unfolds them"


def lines(screen: Driver) -> TranscriptLines:
    return screen.workspace.dialogue.lines


def told(screen: Driver, text: str) -> bool:
    return any(text in note.message for note in screen.app._notifications)


def at_cursor(screen: Driver) -> str:
    current = lines(screen).current
    return current[1].text if current is not None else ""


@asynccontextmanager
async def sent_to(
    script: Script, settings: Settings, size: tuple[int, int] = WIDE
) -> AsyncIterator[Driver]:
    """What such a server says to a mail, with the cursor on the first line."""
    async with scripted(script) as server:
        relayed = replace(settings, route=Relay("127.0.0.1", server.port))
        async with opened(relayed, letter=LETTER, size=size) as screen:
            await screen.press("f9")
            await screen.until(lambda: screen.concluded and not screen.workspace.sending)
            await screen.settle()
            await screen.press("f4", "home")
            await screen.until(lambda: lines(screen).cursor == 0)
            yield screen


def greeting(*said: str) -> Script:
    """In answer to EHLO."""

    async def script(side: Side) -> None:
        await side.say("220 mx.example.net")
        await side.hear()
        *before, last = said
        await side.say(*(f"250-{line}" for line in before), f"250 {last}")
        await side.hear()
        await side.say("550-5.7.1 no", *(f"550-{line}" for line in before), f"550 5.7.1 {last}")
        await side.hear()
        await side.say("221 bye")

    return script


async def search(screen: Driver, text: str) -> None:
    await screen.press("slash")
    await screen.until(lambda: isinstance(screen.app.focused, Input))
    await screen.paste(text)
    await screen.press("enter")


async def test_ten_thousand_lines_leave_room_for_the_rest(settings: Settings) -> None:
    """Rule R15: one line stands for most of them; each is found, opened and copied all the same."""
    said = ["mx", *(str(number % 100) for number in range(MANY)), "last"]
    said[7777] = "needle"
    async with sent_to(greeting(*said), settings, TALL) as screen:
        assert lines(screen).count < 60
        await search(screen, "more lines")
        await screen.until(lambda: told(screen, "No line has “more lines”."))
        await search(screen, "needle")
        await screen.until(lambda: at_cursor(screen) == "250-needle")
        assert "250-needle" in screen.text
        assert lines(screen).count > MANY
        await screen.press("0")
        await screen.until(lambda: lines(screen).count < 60)
        await screen.until(lambda: at_cursor(screen) == FOLD)
        assert "and offers more than 200 extensions" in screen.text
        await screen.press("y")
        assert len(screen.app.clipboard.splitlines()) == 5000
        assert told(screen, "The first 5,000 of 9,981 lines are copied.")
        await screen.press("space")
        await screen.until(lambda: lines(screen).count > MANY)
        await screen.until(lambda: at_cursor(screen) == "250-19")
