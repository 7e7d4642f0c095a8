"""Step mode beside what a server and other sessions do meanwhile."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.delivery.scripted import Side, scripted
from tests.tui.dialogue import lines
from tests.tui.driving import LETTER, NARROW, WIDE, Driver, opened
from tests.tui.test_step_mode import begin, waits
from tuimail.delivery.settings import Relay, Settings
from tuimail.transcript import Entry, Noted
from tuimail.tui.letter import Letter

SIDE_BY_SIDE = Letter(
    sender="me@example.com", to="bob@friendly.test, postmaster@strict.test", body="x"
)


def waits_at(screen: Driver, exchange: str, line: str) -> Callable[[], bool]:
    """Whether keys are about this line to that exchange."""

    def condition() -> bool:
        held = screen.workspace.dialogue.step.held
        shown = f"▸ {line}  to {exchange}: "
        return (
            bool(held)
            and (held[0].lane.exchange, held[0].command.shown) == (exchange, line)
            and shown in screen.text
        )

    return condition


def speaks(screen: Driver, exchange: str, text: str) -> None:
    """As if it came from where something waits to be said to this exchange."""
    transcript = screen.app.engine.transcript
    assert transcript is not None
    held = screen.workspace.dialogue.step.held
    lane = next(each.lane for each in held if each.lane.exchange == exchange)
    transcript.append(Entry(lane, Noted(transcript.entries[-1].event.at, text)))


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_quit_waits_right_behind_the_result(
    settings: Settings, size: tuple[int, int]
) -> None:
    async with opened(settings, letter=LETTER, size=size) as screen:
        await begin(screen)
        for line in ("EHLO client.example", "STARTTLS", "EHLO client.example", "MAIL", "RCPT"):
            await screen.until(lambda line=line: held_begins(screen, line))  # type: ignore[misc]
            await screen.press("enter")
        await screen.until(lambda: waits(screen, "DATA"))
        await screen.press("enter")
        await screen.until(lambda: waits(screen, "QUIT"))
        assert screen.concluded == 1
        assert not screen.workspace.sending
        await screen.press("enter")
        await screen.until(lambda: screen.lines[-1].text.startswith("221 "))
        assert "▸" not in screen.text
        sent = [line.at for line in screen.lines if line.text == "QUIT"]
        assert len(sent) == 1


def held_begins(screen: Driver, line: str) -> bool:
    held = screen.workspace.dialogue.step.held
    return bool(held) and held[0].command.shown.startswith(line)


async def test_two_sessions_side_by_side(settings: Settings) -> None:
    """Keys stay with one session until a person turns to the other, whoever speaks meanwhile."""
    hello, friendly, strict = "EHLO client.example", "mx1.friendly.test", "mx.strict.test"
    async with opened(settings, letter=SIDE_BY_SIDE, size=(120, 60)) as screen:
        await begin(screen)
        await screen.until(lambda: len(screen.workspace.dialogue.step.held) == 2)
        await screen.until(lambda: "1 more waits (] goes there)" in screen.text)
        held = screen.workspace.dialogue.step.held[0]
        first = held.lane.exchange
        other = strict if first == friendly else friendly
        await screen.press("enter")
        await screen.until(waits_at(screen, first, "STARTTLS"))
        speaks(screen, other, "the other one speaks unasked")
        await screen.until(lambda: "the other one speaks unasked" in screen.text)
        await screen.pilot.pause()
        assert waits_at(screen, first, "STARTTLS")()
        await screen.press("right_square_bracket")
        for _ in range(2):
            if not waits_at(screen, other, hello)():
                await screen.press("right_square_bracket")
        await screen.until(waits_at(screen, other, hello))
        await screen.press("enter")
        await screen.until(waits_at(screen, other, "STARTTLS"))
        await screen.press("0")
        await screen.until(lambda: "only one session" not in screen.text)
        await screen.until(waits_at(screen, other, "STARTTLS"))
        await screen.press("home")
        while (current := lines(screen).current) is None or current[1].lane.exchange != first:
            await screen.press("down")
        await screen.until(waits_at(screen, first, "STARTTLS"))
        await screen.press("C")
        await screen.until(lambda: screen.concluded == 1)
        assert len(screen.workspace.dialogue.step.held) == 0


async def test_the_server_loses_its_patience(settings: Settings) -> None:
    """Rule R33: what waited was never said, and can't be let go any more."""

    async def script(side: Side) -> None:
        await side.say("220 mx.example.net")
        await side.hear()
        await side.say("250 mx.example.net", "421 4.4.2 timed out")

    async with scripted(script) as server:
        relayed = replace(settings, route=Relay("127.0.0.1", server.port))
        async with opened(relayed, letter=LETTER) as screen:
            await begin(screen)
            await screen.until(lambda: waits(screen, "EHLO client.example"))
            await screen.press("enter")
            await screen.until(lambda: screen.concluded == 1)
            assert not screen.workspace.dialogue.step.held
            assert "▸" not in screen.text
            assert any(line.text == "421 4.4.2 timed out" for line in screen.lines)
            assert not any(line.text.startswith("MAIL") for line in screen.lines)


async def test_the_server_hangs_up_while_a_line_is_typed(settings: Settings) -> None:
    async def script(side: Side) -> None:
        await side.say("220 mx.example.net")
        await side.hear()
        await side.say("250 mx.example.net")
        await gone.wait()

    gone = asyncio.Event()
    async with scripted(script) as server:
        relayed = replace(settings, route=Relay("127.0.0.1", server.port))
        async with opened(relayed, letter=LETTER) as screen:
            await begin(screen)
            await screen.until(lambda: waits(screen, "EHLO client.example"))
            await screen.press("enter")
            await screen.until(lambda: held_begins(screen, "MAIL"))
            await screen.press("e")
            await screen.until(lambda: screen.app.focused is screen.field("typed"))
            gone.set()
            await screen.until(lambda: screen.concluded == 1)
            await screen.until(lambda: screen.app.focused is lines(screen))
            assert "closed the connection while MAIL waited to be let go" in screen.text


async def test_stopped_while_a_line_is_edited(settings: Settings) -> None:
    async with opened(settings, letter=LETTER) as screen:
        await begin(screen)
        await screen.until(lambda: waits(screen, "EHLO client.example"))
        await screen.press("e")
        await screen.until(lambda: screen.field("typed").value == "EHLO client.example")
        await screen.press("escape")
        await screen.until(lambda: screen.app.focused is lines(screen))
        assert waits(screen, "EHLO client.example")
        await screen.press("f8")
        await screen.until(lambda: not screen.workspace.sending)
        assert "was stopped while EHLO waited to be let go" in screen.text
        assert not screen.workspace.dialogue.step.held
