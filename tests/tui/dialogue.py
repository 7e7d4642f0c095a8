"""A mail to a server that a script plays, seen in the transcript's pane."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from textual.widgets import Input

from tests.delivery.scripted import Script, Side, scripted
from tests.tui.driving import LETTER, Driver, Viewer, opened
from tuimail.delivery.settings import Relay, Settings
from tuimail.tui.transcript_lines import TranscriptLines

TALL = (120, 60)


@asynccontextmanager
async def sent_to(
    script: Script, settings: Settings, size: tuple[int, int] = TALL
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


def saying(*said: str) -> Script:
    """These lines in answer to EHLO, and as a refusal to MAIL."""

    async def script(side: Side) -> None:
        *before, last = said
        await side.say("220 mx.example.net")
        await side.hear()
        await side.say(*(f"250-{line}" for line in before), f"250 {last}")
        await side.hear()
        await side.say(*(f"550-5.7.1 {line}" for line in before), f"550 5.7.1 {last}")
        await side.hear()
        await side.say("221 bye")

    return script


def lines(screen: Driver) -> TranscriptLines:
    return screen.workspace.dialogue.lines


def told(screen: Viewer, text: str) -> bool:
    return any(text in note.message for note in screen.app._notifications)


def at_cursor(screen: Driver) -> str:
    current = lines(screen).current
    return current[1].text if current is not None else ""


async def search(screen: Driver, text: str) -> None:
    await screen.press("slash")
    await screen.until(lambda: isinstance(screen.app.focused, Input))
    await screen.paste(text)
    await screen.press("enter")


async def pages(screen: Driver) -> AsyncIterator[str]:
    """From the cursor to the end."""
    yield screen.text
    while not lines(screen).following:
        await screen.press("pagedown")
        yield screen.text


async def exported(screen: Driver, path: Path) -> str:
    await screen.press("x")
    await screen.until(lambda: "Where does the transcript" in screen.text)
    screen.app.screen.query_one(Input).value = str(path)
    await screen.press("enter")
    await screen.until(lambda: told(screen, "The transcript is in"))
    return path.read_text(encoding="utf-8")
