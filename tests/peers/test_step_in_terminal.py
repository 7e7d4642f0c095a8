"""`tuimail send --step` in a real terminal."""

from pathlib import Path

import pytest

from tests.peers.terminal import missing, terminal
from tests.world import demo_ca_file, demo_clock, demo_world
from tuimail.demo import DemoWorld

__all__ = ["demo_ca_file", "demo_clock", "demo_world"]

pytestmark = [
    pytest.mark.tmux,
    pytest.mark.skipif(bool(missing()), reason=missing()),
]


async def test_each_command_waits_for_a_key(demo_world: DemoWorld, demo_ca_file: Path) -> None:
    address, port = demo_world.nameserver
    arguments = (
        *("send", "--step", "--from", "me@example.com", "--to", "bob@plain.test", "--body", "Hi"),
        *("--nameserver", f"{address}:{port}", "--port", str(demo_world.smtp_port)),
        *("--ca-file", str(demo_ca_file), "--hello", "client.example"),
    )
    async with terminal(110, 50, *arguments) as screen:
        await screen.shows("mx.plain.test ▸ EHLO client.example", "left")
        await screen.type("Enter")
        await screen.shows("→ EHLO client.example", "▸ HELO client.example")
        await screen.type("c")
        await screen.shows("→ HELO client.example", "▸ MAIL FROM:<me@example.com>")
        await screen.type(":")
        await screen.until(lambda lines: ":" in lines)
        await screen.type("NOOP", "Enter")
        await screen.shows("→ NOOP", "▸ MAIL FROM:<me@example.com>")
        await screen.type("e")
        await screen.shows(": MAIL FROM:<me@example.com>")
        await screen.type("Left", "BSpace", "BSpace", "BSpace", "org", "Enter")
        await screen.shows("→ MAIL FROM:<me@example.org>", "▸ RCPT TO:<bob@plain.test>")
        await screen.type("C")
        lines = await screen.shows("exit=0")
    assert any("took the mail for bob@plain.test" in line for line in lines)
    (received,) = demo_world.received
    assert received.reverse_path == "me@example.org"


async def test_a_send_that_is_given_up(demo_world: DemoWorld, demo_ca_file: Path) -> None:
    address, port = demo_world.nameserver
    arguments = (
        *("send", "--step", "--from", "me@example.com", "--to", "bob@plain.test", "--body", "Hi"),
        *("--nameserver", f"{address}:{port}", "--port", str(demo_world.smtp_port)),
        *("--ca-file", str(demo_ca_file), "--hello", "client.example"),
    )
    async with terminal(110, 50, *arguments) as screen:
        await screen.shows("▸ EHLO client.example")
        await screen.type("C-c")
        await screen.shows("exit=75")
    assert demo_world.received == []
