"""Step mode on the screen, in the demo world."""

from functools import partial

import pytest
from textual.widgets import Input

from tests.tui.driving import LETTER, NARROW, WIDE, Driver, opened
from tuimail.delivery.settings import Settings
from tuimail.demo import DemoWorld
from tuimail.smtp import Command
from tuimail.transcript import Transcript
from tuimail.tui.letter import Letter
from tuimail.tui.stepping import about, editable, typed
from tuimail.tui.workspace import Workspace


async def begin(screen: Driver) -> None:
    await screen.press("f7")
    await screen.until(lambda: "step mode" in screen.text or screen.workspace.dialogue.stepping)
    await screen.press("f9")


def waits(screen: Driver, line: str) -> bool:
    held = screen.workspace.dialogue.step.held
    return bool(held) and held[0].command.shown == line


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_a_mail_by_hand(
    settings: Settings, demo_world: DemoWorld, size: tuple[int, int]
) -> None:
    async with opened(settings, letter=LETTER, size=size) as screen:
        await begin(screen)
        await screen.until(lambda: "▸ EHLO client.example  to mx1.friendly.test" in screen.text)
        assert " left" in screen.text
        assert screen.workspace.front == "transcript"
        for line in ("EHLO client.example", "STARTTLS", "EHLO client.example"):
            await screen.until(partial(waits, screen, line))
            await screen.press("enter")
        mail = "MAIL FROM:<me@example.com>"
        await screen.until(lambda: f"▸ {mail}" in screen.text)
        await screen.press(":")
        await screen.until(lambda: screen.app.focused is screen.field("typed"))
        await screen.paste("DATA")
        await screen.press("enter")
        await screen.until(lambda: "DATA is said when its turn comes" in screen.text)
        screen.field("typed").value = "NOOP"
        await screen.press("enter")
        await screen.until(lambda: any(line.text == "NOOP" for line in screen.lines))
        await screen.until(lambda: bool(screen.workspace.dialogue.step.held))
        await screen.press("e")
        await screen.until(lambda: screen.field("typed").value.startswith(mail))
        screen.field("typed").value = "MAIL FROM:<you@example.com>"
        await screen.press("enter")
        await screen.until(lambda: "▸ RCPT TO:<bob@friendly.test>" in screen.text)
        await screen.press("C")
        await screen.until(lambda: screen.concluded == 1)
        await screen.until(lambda: "▸" not in screen.text)
        assert not screen.workspace.dialogue.stepping
    (received,) = demo_world.received
    assert received.reverse_path == "you@example.com"


async def test_left_out(settings: Settings, demo_world: DemoWorld) -> None:
    letter = Letter(sender="me@example.com", to="bob@friendly.test, eve@friendly.test", body="x")
    async with opened(settings, letter=letter) as screen:
        await begin(screen)
        for line in ("EHLO client.example", "STARTTLS", "EHLO client.example"):
            await screen.until(partial(waits, screen, line))
            await screen.press("enter")
        await screen.until(lambda: bool(screen.workspace.dialogue.step.held))
        await screen.press("c")
        await screen.until(lambda: waits(screen, "RCPT TO:<bob@friendly.test>"))
        await screen.press("s")
        await screen.until(lambda: waits(screen, "RCPT TO:<eve@friendly.test>"))
        await screen.press("f7")
        await screen.until(lambda: screen.concluded == 1)
        assert "left out: RCPT TO:<bob@friendly.test>" in [line.text for line in screen.lines]
    (received,) = demo_world.received
    assert received.forward_paths == ("eve@friendly.test",)


async def test_what_is_typed_is_given_up(settings: Settings) -> None:
    async with opened(settings, letter=LETTER) as screen:
        await begin(screen)
        await screen.until(lambda: waits(screen, "EHLO client.example"))
        await screen.press(":")
        await screen.until(lambda: isinstance(screen.app.focused, Input))
        await screen.until(lambda: "escape leaves it" in screen.text)
        await screen.paste("VRFY bob")
        await screen.press("escape")
        await screen.until(lambda: screen.app.focused is screen.workspace.dialogue.lines)
        assert screen.field("typed").value == ""
        assert "enter lets it go" in screen.text
        await screen.press("f8")
        await screen.until(lambda: not screen.workspace.sending)
        await screen.until(lambda: "▸" not in screen.text)


async def test_begun_in_the_middle_of_a_send(settings: Settings) -> None:
    """The slow exchange has not greeted yet."""
    letter = Letter(sender="me@example.com", to="bob@slow.test", body="x")
    async with opened(settings, letter=letter) as screen:
        await screen.press("f9")
        await screen.until(lambda: any(line.text == "connected" for line in screen.lines))
        await screen.press("f7")
        await screen.until(lambda: "step mode, f7 ends it" in screen.text)
        assert screen.workspace.front == "transcript"
        await screen.press("f8")
        await screen.until(lambda: not screen.workspace.sending)


async def test_keys_of_step_mode_mean_nothing_while_nothing_waits(settings: Settings) -> None:
    async with opened(settings, letter=LETTER) as screen:
        await screen.send()
        await screen.press("f4", "s", "C", ":")
        assert screen.app.focused is screen.workspace.dialogue.lines
        assert isinstance(screen.app.screen, Workspace)


def test_what_is_said_of_what_waits() -> None:
    from tuimail.delivery.stepper import Held

    transcript = Transcript()
    lane = transcript.open_lane("example.net", "mx.example.net", "192.0.2.1", 25)
    held = Held(lane, Command.data(), since=10.0)
    assert about([held], 12.0) == "to mx.example.net: 4:58 left"
    assert (
        about([held, held], 310.0)
        == "to mx.example.net: it may have given up by now, 1 more waits (] goes there)"
    )
    assert editable(held) == "DATA"
    secret = Held(lane, Command.auth("PLAIN", b"\0me\0sesame"), since=10.0)
    with pytest.raises(ValueError, match="holds a secret"):
        editable(secret)
    with pytest.raises(ValueError, match="Type a line"):
        typed("  ")
    assert typed("AUTH PLAIN AG1lAHNlc2FtZQ==").shown == "AUTH PLAIN …"
