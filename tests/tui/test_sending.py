"""The main job on the screen, on the demo world: write, look up, send, read."""

import asyncio
import threading
from pathlib import Path

import pytest
from textual.widgets import Input
from twisted.internet.task import Clock

from tests.tui.driving import LETTER, NARROW, opened
from tuimail.delivery.settings import Settings
from tuimail.demo import DemoWorld
from tuimail.tui.letter import Letter
from tuimail.tui.memory import Memory
from tuimail.tui.verdict import Verdict


async def test_write_look_up_send_read(settings: Settings, demo_world: DemoWorld) -> None:
    async with opened(settings) as screen:
        screen.field("sender").value = "me@example.com"
        await screen.go_to(screen.field("to"))
        await screen.paste("bob@friendly.test")
        await screen.press("tab")
        await screen.until(lambda: "friendly.test" in screen.workspace.inspector.seen.listings)
        await screen.settle()
        listing = screen.workspace.inspector.seen.listings["friendly.test"]
        assert listing.verdict is Verdict.TAKES_MAIL
        assert "10 mx1.friendly.test" in screen.text
        assert "20 mx2.friendly.test" in screen.text
        assert "✓ bob@friendly.test" in screen.text
        await screen.press(*"Tutorate")
        screen.body.text = "Hello.\n"
        await screen.send()
        assert "→ MAIL FROM:<me@example.com>" in screen.text
        assert "← 250 2.1.5 Recipient ok" in screen.text
        assert "✓ mx1.friendly.test took the mail for bob@friendly.test" in screen.text
        assert screen.edge.startswith("Delivered")
    (mail,) = demo_world.received
    assert b"Subject: Tutorate\r\n" in mail.data
    assert mail.data.endswith(b"\r\n\r\nHello.\r\n")


async def test_domains_side_by_side_are_told_apart(settings: Settings) -> None:
    letter = Letter(sender="me@example.com", to="bob@friendly.test, bob@plain.test", body="x")
    async with opened(settings, letter=letter) as screen:
        await screen.send()
        await screen.press("f4", "f5", "home")
        dialogue = [line for line in screen.text.splitlines() if "EHLO" in line or "HELO" in line]
        assert any("friendly.test" in line for line in dialogue)
        assert any("plain.test" in line for line in dialogue)


async def test_bcc_gets_the_mail_and_nobody_reads_of_it(
    settings: Settings, demo_world: DemoWorld
) -> None:
    """Rule R40."""
    async with opened(settings, letter=LETTER) as screen:
        screen.workspace.action_open_field("bcc")
        await screen.until(lambda: getattr(screen.app.focused, "id", "") == "bcc")
        await screen.paste("eve@friendly.test")
        await screen.send()
    assert {path for mail in demo_world.received for path in mail.forward_paths} == {
        "bob@friendly.test",
        "eve@friendly.test",
    }
    assert not any(b"eve" in mail.data for mail in demo_world.received)


async def test_refusal_in_plain_words(settings: Settings) -> None:
    letter = Letter(sender="me@example.com", to="bob@strict.test", body="x")
    async with opened(settings, letter=letter) as screen:
        await screen.send()
        assert "✗ mx.strict.test refused bob@strict.test: 550 No such user" in screen.text
        assert screen.workspace.composer.letter == letter


async def test_stop_ends_a_send(settings: Settings, demo_clock: Clock) -> None:
    """The slow exchange never says a word, because its clock stands still."""
    letter = Letter(sender="me@example.com", to="bob@slow.test", body="x")
    async with opened(settings, letter=letter) as screen:
        await screen.press("f9")
        await screen.until(lambda: any(line.text == "connected" for line in screen.lines))
        await screen.press("escape")
        assert screen.workspace.sending
        await screen.press("f8")
        await screen.until(lambda: not screen.workspace.sending)
        assert "Not delivered" in screen.edge
        assert screen.workspace.holds_unsent is False
    assert not demo_clock.seconds()


async def test_narrow_brings_the_transcript_forward(settings: Settings) -> None:
    async with opened(settings, letter=LETTER, size=NARROW) as screen:
        await screen.send()
        assert screen.workspace.front == "transcript"
        assert "✓ Delivered" in screen.text
        assert "Subject" not in screen.text
        await screen.press("f2")
        await screen.until(lambda: "Subject" in screen.text)
        assert "Delivered" in screen.edge


async def test_each_send_has_a_clock_of_its_own(settings: Settings) -> None:
    async with opened(settings, letter=LETTER) as screen:
        await screen.send()
        first = len(screen.lines)
        await screen.send()
        await screen.press("f4")
        lines = screen.workspace.dialogue.lines
        assert lines.sheet is not None
        assert len(screen.lines) > first
        assert [run.first_line for run in lines.sheet.runs] == [0, first]
        assert "   0.000  · MX friendly.test" in screen.text or lines.scroll_offset.y > 0


async def test_blocked_network_offers_a_relay(settings: Settings, demo_world: DemoWorld) -> None:
    letter = Letter(sender="me@example.com", to="bob@blocked.test", body="x")
    quick = Settings(
        route=settings.route,
        nameservers=settings.nameservers,
        ca_file=settings.ca_file,
        identity="client.example",
        timeout=0.05,
    )
    async with opened(quick, letter=letter) as screen:
        await screen.press("f9")
        await screen.until(lambda: "Which one takes all mail from now on?" in screen.text)
        await screen.paste("no one")
        await screen.press("enter")
        await screen.until(lambda: "names no server" in screen.text)
        screen.app.screen.query_one(Input).value = f"127.0.0.11:{demo_world.smtp_port}"
        await screen.press("enter")
        await screen.until(lambda: "through 127.0.0.11" in screen.text)
        screen.workspace.action_direct()
        await screen.until(lambda: "direct to exchanges" in screen.text)


async def test_sender_is_remembered(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL", "env@example.com")
    letter = Letter(to="bob@friendly.test", body="x")
    async with opened(settings, letter=letter, memory=Memory()) as screen:
        assert screen.field("sender").value == "env@example.com"
        screen.field("sender").value = LETTER.sender
        await screen.send()
    async with opened(settings, memory=Memory()) as screen:
        assert screen.field("sender").value == LETTER.sender
        assert screen.app.focused is screen.field("to")


async def test_an_attachment_that_has_gone_is_said_beside_the_letter(
    settings: Settings, tmp_path: Path
) -> None:
    """Nothing typed is lost by an error."""
    report = tmp_path / "report.pdf"
    report.write_bytes(b"x" * 1000)
    async with opened(settings, letter=LETTER) as screen:
        screen.workspace.composer.attachments.attach(report)
        await screen.until(lambda: "report.pdf  1.0 kB" in screen.text)
        letter = screen.workspace.composer.letter
        report.unlink()
        await screen.press("f9")
        await screen.until(lambda: "✗ there is no file" in screen.text)
        assert screen.workspace.composer.letter == letter
        assert not screen.workspace.sending


async def test_leaving_leaves_nothing_behind(settings: Settings) -> None:
    """A session that waits is closed, its task ended, its thread gone."""
    letter = Letter(sender="me@example.com", to="bob@slow.test", body="x")
    async with opened(settings, letter=letter) as screen:
        await screen.press("f9")
        await screen.until(lambda: any(line.text == "connected" for line in screen.lines))
    names = {thread.name for thread in threading.enumerate()}
    assert not {name for name in names if "Pool" in name or "reactor" in name}
    assert not [task for task in asyncio.all_tasks() if "tuimail" in repr(task.get_coro())]
