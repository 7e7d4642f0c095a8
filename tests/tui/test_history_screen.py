"""The history on the screen: found, narrowed, opened, forgotten."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.store.test_history import entries
from tests.tui.dialogue import told
from tests.tui.driving import LETTER, NARROW, WIDE, Driver, opened
from tuimail.delivery.settings import Settings
from tuimail.smtp import CommandSent
from tuimail.store.history import History, database_path
from tuimail.store.query import PAGE, Query
from tuimail.store.session import Kind
from tuimail.transcript import Status
from tuimail.tui.app import TuimailApp
from tuimail.tui.asking import Confirm
from tuimail.tui.comparison_screen import ComparisonScreen
from tuimail.tui.demo import FIRST_LETTER, Demo
from tuimail.tui.history_pane import HistoryPane
from tuimail.tui.history_screen import HistoryScreen
from tuimail.tui.replaying import ReplayScreen

LARGE = (160, 50)


async def kept(*addresses: str, status: Status = Status.DELIVERED, reply: str = "ok") -> None:
    """A send to each, as somebody's own tuimail has kept it."""
    history = History()
    for address in addresses:
        sent = entries(address, status, reply, f"mx1.{address.partition('@')[2]}")
        assert await history.keep(Kind.SEND, sent) == ""
    await history.close()


def words(screen: Driver) -> list[str]:
    """What is in view, wherever lines are folded."""
    return screen.text.replace("│", " ").split()


def rows(screen: Driver) -> list[str]:
    """The addresses in view, from above."""
    return [word for word in words(screen) if "@" in word and ":" not in word]


def pane(screen: Driver) -> HistoryPane:
    return screen.app.screen.query_one(HistoryPane)


@asynccontextmanager
async def history(settings: Settings, size: tuple[int, int] = WIDE) -> AsyncIterator[Driver]:
    """Opened over a letter that is being written."""
    async with opened(settings, letter=LETTER, size=size) as screen:
        await screen.go_to(screen.body)
        await screen.press("ctrl+r")
        await screen.until(lambda: isinstance(screen.app.screen, HistoryScreen))
        await screen.until(lambda: pane(screen).view.teaching)
        yield screen


@pytest.mark.parametrize("size", [NARROW, WIDE, LARGE])
async def test_the_newest_first(settings: Settings, size: tuple[int, int]) -> None:
    await kept("ann@a.test")
    await kept("bob@b.test", status=Status.FAILED)
    async with history(settings, size) as screen:
        assert rows(screen) == ["bob@b.test", "ann@a.test"]
        bob = next(line for line in screen.text.splitlines() if "bob@" in line)
        assert "✗ failed" in bob
        assert "mx1.b.test" in bob
        assert "1.5 s" in bob
        assert "2 kept" in screen.text
        assert "f1 Help" in screen.text
        await screen.press("escape")
        await screen.until(lambda: screen.app.screen is screen.workspace)
        assert screen.app.focused is screen.body


async def test_typing_narrows(settings: Settings) -> None:
    await kept("ann@a.test", "bob@b.test")
    await kept("bob@a.test", status=Status.FAILED, reply="no such user")
    async with history(settings) as screen:
        await screen.press("end", "slash", *"to:bo")
        await screen.until(lambda: rows(screen) == ["bob@a.test", "bob@b.test"])
        assert pane(screen).list.cursor == 0
        await screen.paste("b at:b.test")
        await screen.until(lambda: rows(screen) == ["bob@b.test"])
        assert "1 of 3 fit" in screen.text
        await screen.press("down", "escape")
        await screen.until(lambda: len(rows(screen)) == 3)
        await screen.press("ctrl+r")
        await screen.paste('status:f "no such"')
        await screen.until(lambda: rows(screen) == ["bob@a.test"])
        await screen.paste(" nothing")
        await screen.until(lambda: "Nothing fits. Escape shows all again." in screen.text)
        await screen.press("escape")
        await screen.until(lambda: len(rows(screen)) == 3)


async def test_one_is_opened_and_left(settings: Settings) -> None:
    await kept("ann@a.test", "bob@b.test")
    async with history(settings) as screen:
        await screen.press("down", "enter")
        await screen.until(lambda: isinstance(screen.app.screen, ReplayScreen))
        await screen.until(lambda: "→ RCPT TO:<ann@a.test>" in screen.text)
        assert "at the end" in screen.text
        await screen.press("escape")
        await screen.until(lambda: isinstance(screen.app.screen, HistoryScreen))
        await screen.until(lambda: rows(screen) == ["bob@b.test", "ann@a.test"])
        await screen.press("space")
        await screen.until(lambda: "playing" in screen.text)
        await screen.until(lambda: "→ RCPT TO:<ann@a.test>" in screen.text)


async def test_what_is_sent_meanwhile_comes_in(settings: Settings) -> None:
    """From this tuimail at once, from another one when the history is opened again."""
    await kept("ann@a.test")
    async with opened(settings, letter=LETTER) as screen:
        await screen.press("f9", "ctrl+r")
        await screen.until(lambda: rows(screen) == ["bob@friendly.test", "ann@a.test"])
        ours = screen.app.engine.history
        assert await ours.keep(Kind.SEND, entries("eve@e.test")) == ""
        await screen.until(lambda: "eve@e.test" in rows(screen))
        await kept("zoe@z.test")
        await screen.press("escape", "ctrl+r")
        await screen.until(lambda: "zoe@z.test" in rows(screen))


async def test_the_farewell_is_kept_too(settings: Settings) -> None:
    """It comes after the outcome; how long the send took is not changed by that."""
    async with opened(settings, letter=LETTER) as screen:
        await screen.send()
        history = screen.app.engine.history
        await screen.until(lambda: not screen.workspace.sending)
        (before,) = await history.find(Query())
    history = History()
    assert await history.find(Query()) == (before,)
    shown = await history.show(before.id)
    await history.close()
    assert shown is not None
    *_, last = [e.event.command for e in shown.entries if isinstance(e.event, CommandSent)]
    assert last.verb == "QUIT"


async def test_one_is_forgotten_after_asking(settings: Settings) -> None:
    await kept("ann@a.test", "bob@b.test", "eve@c.test")
    async with history(settings) as screen:
        await screen.press("down", "delete")
        await screen.until(lambda: isinstance(screen.app.screen, Confirm))
        await screen.until(lambda: "bob@b.test? Nothing" in screen.text)
        await screen.press("escape")
        await screen.until(lambda: isinstance(screen.app.screen, HistoryScreen))
        assert len(rows(screen)) == 3
        await screen.press("backspace")
        await screen.until(lambda: isinstance(screen.app.screen, Confirm))
        await screen.press("y")
        await screen.until(lambda: rows(screen) == ["eve@c.test", "ann@a.test"])
        assert pane(screen).list.cursor == 1
        await screen.press("D")
        await screen.until(lambda: "Forget all 2 that are kept, found or not?" in screen.text)
        await screen.press("y")
        await screen.until(lambda: "Nothing was sent yet." in screen.text)
        await screen.press("delete", "enter", "space", "x")
        assert isinstance(screen.app.screen, HistoryScreen)


async def test_one_is_exported(settings: Settings, tmp_path: Path) -> None:
    await kept("ann@a.test")
    path = tmp_path / "ann.txt"
    async with history(settings) as screen:
        await screen.press("x")
        await screen.until(lambda: "Where does the transcript of this send go?" in screen.text)
        await screen.paste(str(path))
        await screen.press("enter")
        await screen.until(lambda: told(screen, "The transcript is in"))
        assert "RCPT TO:<ann@a.test>" in path.read_text()


async def test_more_are_read_where_the_end_is_near(settings: Settings) -> None:
    await kept(*(f"n{number}@a.test" for number in range(PAGE + 20)))
    async with history(settings) as screen:
        assert f"the newest {PAGE} of {PAGE + 20}" in screen.text
        await screen.press("end")
        await screen.until(lambda: f"{PAGE + 20} kept" in screen.text)
        await screen.press("end")
        await screen.until(lambda: rows(screen)[-1:] == ["n0@a.test"])


async def test_a_broken_file_is_one_clear_line(settings: Settings) -> None:
    database_path().parent.mkdir(parents=True)
    database_path().write_bytes(os.urandom(5000))
    async with history(settings, LARGE) as screen:
        await screen.until(lambda: "file is not a database." in " ".join(words(screen)))
        assert "The history can't be read: " in screen.text
        await screen.press("slash", "x", "enter", "delete", "D", "escape")
        await screen.until(lambda: "file is not a database." in " ".join(words(screen)))


async def test_a_send_that_is_not_kept_is_told(settings: Settings) -> None:
    """It is sent all the same."""
    database_path().parent.mkdir(parents=True)
    database_path().write_bytes(os.urandom(5000))
    async with opened(settings, letter=LETTER) as screen:
        await screen.send()
        await screen.until(lambda: screen.lines[-1].text.startswith("Not kept in the history: /"))
        assert screen.edge.startswith("Delivered")


async def test_a_damaged_dialogue_is_told(settings: Settings) -> None:
    await kept("ann@a.test")
    from contextlib import closing

    from tuimail.store.database import connect

    with closing(connect(database_path())) as connection:
        connection.execute("UPDATE session SET recording = x'00'")
    async with history(settings, LARGE) as screen:
        await screen.press("enter")
        await screen.until(lambda: "is damaged." in screen.text)
        assert rows(screen) == ["ann@a.test"]


async def test_the_demo_has_a_history_of_its_own() -> None:
    """It ends with it; the user's is not touched."""
    app = TuimailApp(letter=FIRST_LETTER, world=Demo())
    async with app.run_test(size=WIDE) as pilot:
        screen = Driver(app, pilot)
        await screen.settle()
        await screen.send()
        await screen.press("ctrl+r")
        await screen.until(lambda: rows(screen) == ["bob@friendly.test"])
        folder = app.engine.history.path.parent
        assert folder.exists()
    assert not folder.exists()
    assert not database_path().exists()


async def test_two_are_laid_side_by_side(settings: Settings) -> None:
    await kept("ann@a.test")
    await kept("ann@a.test", status=Status.FAILED, reply="no such user")
    async with history(settings, NARROW) as screen:
        await screen.press("down", "c")
        await screen.until(lambda: "c on another one lays the two side by side" in screen.text)
        await screen.press("c", "c", "up", "c")
        await screen.until(lambda: isinstance(screen.app.screen, ComparisonScreen))
        await screen.until(lambda: "The dialogues differ in 1 line." in screen.text)
        row = next(line for line in screen.text.splitlines() if "no such user" in line)
        assert " ".join(row.split()) == "0.500 ← 250 ok | 0.500 ← 250 no such user"
        await screen.press("n", "N", "escape")
        await screen.until(lambda: isinstance(screen.app.screen, HistoryScreen))
        assert "=" not in screen.text


async def test_the_palette_offers_what_the_keys_do(settings: Settings) -> None:
    """And nothing that would be done to the mail behind it."""
    await kept("ann@a.test")
    async with history(settings, LARGE) as screen:
        await screen.press("ctrl+p")
        await screen.until(lambda: "Leave the history" in screen.text)
        for title in ("Search…", "Open", "Play", "Compare", "Export…", "Forget…", "Forget all…"):
            assert title in screen.text
        assert "Send" not in screen.text
        await screen.paste("Leave the")
        await screen.until(lambda: "Forget…" not in screen.text)
        await screen.press("enter")
        await screen.until(lambda: screen.app.screen is screen.workspace)
        await screen.press("ctrl+p")
        await screen.paste("History…")
        await screen.until(lambda: "What was sent before" in screen.text)
        await screen.press("enter")
        await screen.until(lambda: isinstance(screen.app.screen, HistoryScreen))
