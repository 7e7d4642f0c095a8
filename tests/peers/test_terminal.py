"""The screen in a real terminal: write, send, read the dialogue, quit."""

import pytest

from tests.peers.terminal import Terminal, terminal

pytestmark = pytest.mark.tmux

WIDE, NARROW = (160, 50), (80, 24)
SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["160x50", "80x24"])


def assert_whole(screen: list[str], size: tuple[int, int]) -> None:
    """Every pane has its corners, and no line is longer than the terminal is wide."""
    columns, rows = size
    assert len(screen) <= rows
    assert max(map(len, screen)) <= columns
    text = "".join(screen)
    assert text.count("╭") == text.count("╮") == text.count("╰") == text.count("╯") > 0


async def leave(screen: Terminal) -> None:
    await screen.type("C-q")
    last = await screen.shows("exit=")
    assert [line for line in last if line.strip()] == ["exit=0"]


@SIZES
async def test_write_send_read_quit(size: tuple[int, int]) -> None:
    async with terminal(*size, "demo") as screen:
        first = await screen.shows("bob@friendly.test", "Tutorate!", "f9 Send")
        assert_whole(first, size)
        await screen.type("Tab", "Tab", "Tab")
        await screen.type("F9")
        sent = await screen.shows("Delivered in", "← 250 2.0.0 Ok,", "→ QUIT")
        assert_whole(sent, size)
        await screen.type("F4", "Home")
        begun = await screen.shows("MX friendly.test → mx1.friendly.test (10)")
        assert_whole(begun, size)
        await leave(screen)


@SIZES
async def test_step_through_a_send(size: tuple[int, int]) -> None:
    async with terminal(*size, "demo") as screen:
        await screen.shows("bob@friendly.test", "Tutorate!", "f9 Send")
        await screen.type("F7", "F9")
        held = await screen.shows("▸ EHLO client.example", " left", "step mode")
        assert_whole(held, size)
        for line in ("STARTTLS", "EHLO client.example", "MAIL FROM:<me@example.com>"):
            await screen.type("Enter")
            await screen.shows(f"▸ {line}")
        await screen.type(":")
        await screen.shows("Type a line")
        await screen.type("NOOP", "Enter")
        await screen.shows("→ NOOP", "▸ MAIL FROM:<me@example.com>")
        await screen.type("C")
        await screen.shows("Delivered in")
        await screen.type("Home", "/")
        await screen.shows("Search for")
        await screen.type("TLS 1.3", "Enter")
        await screen.shows("✓ TLS 1.3")
        await screen.type("Enter")
        await screen.until(lambda lines: any("│ version: TLS 1.3" in line for line in lines))
        await leave(screen)


@SIZES
async def test_panes_keep_their_places(size: tuple[int, int]) -> None:
    """Nothing jumps: borders stand where they stood before the send."""

    def borders(lines: list[str]) -> list[int]:
        return [row for row, line in enumerate(lines) if line[:1] in ("╭", "╰")]

    async with terminal(*size, "demo") as screen:
        before = borders(await screen.shows("bob@friendly.test", "takes mail" * (size == WIDE)))
        await screen.type("F9")
        assert borders(await screen.shows("Delivered in")) == before
        await leave(screen)


async def test_unsent_words_are_asked_about() -> None:
    async with terminal(*WIDE, "demo") as screen:
        await screen.shows("bob@friendly.test")
        await screen.type("x")
        await screen.shows("bob@friendly.testx")
        await screen.type("C-q")
        await screen.shows("has not been delivered", "Stay", "Leave")
        await screen.type("Escape")
        await screen.until(lambda lines: "Stay" not in "".join(lines))
        await screen.type("C-q")
        await screen.shows("Leave")
        await screen.type("Tab", "Enter")
        await screen.shows("exit=0")


async def write_to(screen: Terminal, address: str) -> None:
    """Puts one address where the demo's first mail has another."""
    await screen.shows("bob@friendly.test", "f9 Send")
    await screen.type("End", "C-u")
    await screen.until(lambda lines: "To       bob@" not in "".join(lines))
    await screen.type(address)
    await screen.shows(f"To       {address}")


async def test_a_session_under_way_is_closed_on_leaving() -> None:
    """Leaving in the middle of a send: no traceback, nothing left running."""
    async with terminal(*WIDE, "demo") as screen:
        await write_to(screen, "bob@slow.test")
        await screen.type("F9")
        await screen.shows("← 220 mx.slow.test", "→ EHLO")
        await screen.type("C-q")
        await screen.shows("Leave")
        await screen.type("Tab", "Enter")
        last = await screen.shows("exit=")
        assert [line for line in last if line.strip()] == ["exit=0"]


async def test_f8_stops_a_send_and_tells_what_became_of_it() -> None:
    async with terminal(*WIDE, "demo") as screen:
        await write_to(screen, "bob@slow.test")
        await screen.type("F9")
        await screen.shows("← 220 mx.slow.test", "→ EHLO")
        await screen.type("F8")
        await screen.shows("Not delivered yet")


@SIZES
async def test_a_blocked_port_is_told_with_a_way_round(size: tuple[int, int]) -> None:
    async with terminal(*size, "demo", "--timeout", "0.5") as screen:
        await write_to(screen, "bob@blocked.test")
        await screen.type("F9")
        await screen.shows("network may block", "A relay is the way round")


async def test_a_rude_server_cannot_touch_the_screen() -> None:
    """Rule R15: what it sends is text on the screen, and the screen stays whole."""
    async with terminal(*WIDE, "demo") as screen:
        await write_to(screen, "escapes@rude.test")
        await screen.type("F9")
        shown = await screen.shows("Not delivered in", "\\x1b[")
        assert_whole(shown, WIDE)


@SIZES
async def test_inspect_probe_read_why(size: tuple[int, int]) -> None:
    """A domain typed, its exchanges looked at, a finding read; the panes keep their places."""
    async with terminal(*size, "demo") as screen:
        await screen.shows("bob@friendly.test", "f9 Send")
        await screen.type("F3")
        await screen.shows("friendly.test takes mail at 2 exchanges", "answers in")
        await screen.type("d")
        await screen.shows("Type a recipient, or a domain here")
        await screen.type("broken-spf.test", "Enter")
        shown = await screen.shows("Inspector · broken-spf.test", "✗ SPF", "answers in")
        assert_whole(shown, size)
        await screen.type("p")
        probed = await screen.shows("✓     127.0.0.51  TLS 1.3", "probed in")
        assert_whole(probed, size)
        await screen.type("Down", "Down", "Down", "Enter")
        await screen.shows("SPF · broken-spf.test", "What to do")
        await screen.type("Escape")
        await screen.until(lambda lines: "What to do" not in "".join(lines))
        await screen.type("F4")
        await screen.shows("→ QUIT")
        await leave(screen)
