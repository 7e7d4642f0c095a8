"""A probe that goes on beside a send is not of it."""

from asyncio import Event

from tests.tui.driving import LETTER, opened
from tuimail.delivery.settings import Settings
from tuimail.smtp import CommandSent
from tuimail.store.query import Query
from tuimail.transcript import Connecting, Transcript
from tuimail.tui.beside import Beside


def test_lanes_beside_are_known() -> None:
    transcript = Transcript()
    beside = Beside(transcript)
    for recorder in (transcript, beside, transcript):
        recorder.observer(recorder.open_lane("a.test"))(Connecting(0.0))
    assert [entry.lane.number for entry in transcript.entries] == [1, 2, 3]
    assert [entry.lane.number for entry in beside.left_out(transcript.entries)] == [1, 3]


async def test_a_send_is_kept_without_the_probe_beside_it(settings: Settings) -> None:
    async with opened(settings, letter=LETTER) as screen:
        history, changes = screen.app.engine.history, Event()
        history.watch(changes.set)
        screen.workspace.action_probe()
        screen.workspace.action_send()
        await screen.until(changes.is_set)
        await screen.settle()
        (kept,) = await history.find(Query())
        recorded = await history.show(kept.id)
        assert recorded is not None
        lanes = {entry.lane for entry in recorded.entries if isinstance(entry.event, CommandSent)}
        assert len(lanes) == 1
        assert {line.lane for line in screen.lines if line.lane.exchange} > lanes
