"""An explanation stands long enough to be read, unless a person moves on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.app import App, ComposeResult

from tests.tui.driving import Viewer
from tuimail.smtp import Command, CommandSent
from tuimail.transcript import Entry, Lane
from tuimail.tui.explanation import ExplanationView, Pace

ENTRIES = [
    Entry(Lane(1, "a.test", "mx.a.test"), CommandSent(0.0, Command(b"", verb)))
    for verb in ("DATA", "RSET", "QUIT")
]


class Explaining(App[None]):
    def compose(self) -> ComposeResult:
        yield ExplanationView()


@asynccontextmanager
async def explaining() -> AsyncIterator[tuple[ExplanationView, Viewer]]:
    app = Explaining()
    async with app.run_test() as pilot:
        yield app.query_one(ExplanationView), Viewer(app, pilot)


def subject(view: ExplanationView) -> str:
    return str(view.content).partition(" ")[0]


async def test_lines_that_come_by_themselves_are_explained_in_time() -> None:
    async with explaining() as (view, viewer):
        for place in range(3):
            view.tell(ENTRIES, place, Pace.READABLE)
        assert subject(view) == "DATA"
        await viewer.until(lambda: subject(view) != "DATA")
        assert subject(view) == "QUIT"


async def test_a_person_who_moves_on_does_not_wait() -> None:
    async with explaining() as (view, _):
        for place, verb in enumerate(("DATA", "RSET", "QUIT")):
            view.tell(ENTRIES, place, Pace.AT_ONCE)
            assert subject(view) == verb
        view.hurry()
        view.tell(ENTRIES, 0, Pace.READABLE)
        assert subject(view) == "DATA"


async def test_what_had_no_room_is_explained_once_it_has() -> None:
    async with explaining() as (view, viewer):
        view.display = False
        await viewer.pilot.pause()
        view.tell(ENTRIES, 0, Pace.AT_ONCE)
        assert not subject(view)
        view.display = True
        await viewer.until(lambda: subject(view) == "DATA")
