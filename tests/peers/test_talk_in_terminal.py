"""`tuimail talk` in a real terminal."""

from pathlib import Path

import pytest

from tests.delivery.scripted import Side, scripted
from tests.peers.terminal import missing, terminal
from tests.world import demo_ca_file, demo_clock, demo_world
from tuimail.demo import DemoWorld

__all__ = ["demo_ca_file", "demo_clock", "demo_world"]

pytestmark = [
    pytest.mark.tmux,
    pytest.mark.skipif(bool(missing()), reason=missing()),
]


async def test_typed_completed_encrypted_and_logged_in(
    demo_world: DemoWorld, demo_ca_file: Path
) -> None:
    """Rule R39: a password is asked for without echo, and is nowhere on the screen after it."""
    address, port = demo_world.nameserver
    arguments = (
        *("talk", "mx.relay.test", "--hello", "client.example"),
        *("--nameserver", f"{address}:{port}", "--port", str(demo_world.smtp_port)),
        *("--ca-file", str(demo_ca_file)),
    )
    async with terminal(110, 60, *arguments) as screen:
        await screen.shows("← 220 mx.relay.test", "> ", "left")
        await screen.type("EH", "Tab")
        await screen.shows("> EHLO client.example")
        await screen.type("Enter")
        await screen.shows("→ EHLO client.example", "← 250 STARTTLS")
        await screen.type("start", "Tab")
        await screen.shows("> starttls")
        await screen.type("Enter")
        await screen.shows("verified by PKIX")
        await screen.type("Up", "Up")
        await screen.shows("> EHLO client.example")
        await screen.type("Enter")
        await screen.shows("250 AUTH")
        await screen.type("AUTH", "Enter")
        await screen.shows("User:")
        await screen.type("me", "Enter")
        await screen.shows("Password of me:")
        await screen.type("tutorate")
        await screen.shows("********")
        await screen.type("Enter")
        await screen.shows("→ AUTH SCRAM-SHA-256-PLUS …", "← 235")
        await screen.type("AUTH PLAIN AG1lAHR1dG9yYXRl", "Enter")
        await screen.shows("→ AUTH PLAIN …")
        await screen.type("Up")
        lines = await screen.shows("> AUTH")
        assert not any("tutorate" in line or "AG1lA" in line for line in lines)
        await screen.type("C-c", "C-d")
        lines = await screen.shows("exit=")
    assert "→ QUIT" in "\n".join(lines)


async def test_a_server_that_hangs_up_ends_the_question() -> None:
    async def hangs_up(side: Side) -> None:
        await side.say("220 mx")
        await side.hear()
        await side.say("250 mx")
        await side.hear()
        await side.say("250 fine", "421 and now go")

    async with (
        scripted(hangs_up) as server,
        terminal(80, 20, "talk", f"127.0.0.1:{server.port}") as screen,
    ):
        await screen.shows("← 220 mx", "> ")
        await screen.type("NOOP", "Enter")
        await screen.shows("← 250 mx")
        await screen.type("NOOP", "Enter")
        lines = await screen.shows("exit=75")
    assert "← 421 and now go" in "\n".join(lines)
