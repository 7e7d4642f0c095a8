"""`tuimail talk` as a script uses it."""

import asyncio
import json
import re
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.cli.command import Finished, tuimail
from tests.delivery.scripted import Side, scripted
from tuimail.demo import DemoWorld

Talk = Callable[..., Awaitable[Finished]]
HELLO = "EHLO client.example"
MAIL = (
    "MAIL FROM:<me@example.com>",
    "RCPT TO:<bob@friendly.test>",
    "DATA",
    "Subject: hello",
    "",
    ".hidden",
    ".",
)


@pytest.fixture
def talk(demo_world: DemoWorld, demo_ca_file: Path) -> Talk:
    """`tuimail talk` in the demo world, with these lines on its standard input."""
    address, port = demo_world.nameserver

    async def run(host: str, *lines: str, options: tuple[str, ...] = (), **env: str) -> Finished:
        return await tuimail(
            *("talk", host, "--nameserver", f"{address}:{port}"),
            *("--port", str(demo_world.smtp_port), "--ca-file", str(demo_ca_file)),
            *options,
            stdin="".join(f"{line}\n" for line in lines).encode(),
            env=env,
        )

    return run


def said(finished: Finished) -> list[str]:
    """The dialogue without its times; nothing else was complained of."""
    assert finished.err == ""
    return [line[12:] for line in finished.out.splitlines()]


async def test_a_mail_by_hand_over_tls(talk: Talk, demo_world: DemoWorld, tmp_path: Path) -> None:
    file = tmp_path / "dialogue.log"
    finished = await talk(
        "mx1.friendly.test",
        *(HELLO, "STARTTLS", HELLO, *MAIL),
        options=("--transcript", str(file)),
    )
    assert finished.code == 0
    lines = said(finished)
    assert re.match(r"✓ TLS 1\.3, .*verified by PKIX", lines[lines.index("→ STARTTLS") + 2])
    assert lines[-4:] == ["→ .", lines[-3], "→ QUIT", "← 221 2.0.0 Goodbye"]
    (received,) = demo_world.received
    assert received.data == b"Subject: hello\r\n\r\n.hidden\r\n"
    assert file.read_text() == finished.out


async def test_an_address_means_its_exchanges(talk: Talk) -> None:
    """The first one is closed."""
    lines = said(await talk("bob@backup.test", HELLO))
    assert "· MX backup.test → mx1.backup.test (10), mx2.backup.test (20)" in lines
    assert any(line.startswith("✗ mx1.backup.test") for line in lines)
    assert "← 250-mx2.backup.test greets client.example" in lines


async def test_a_domain_means_its_host(talk: Talk) -> None:
    finished = await talk("backup.test", HELLO)
    assert finished.code == 75
    assert said(finished)[-1] == (
        "! Where backup.test is a domain that takes mail, --mx finds its exchanges."
    )
    assert (await talk("backup.test", HELLO, options=("--mx",))).code == 0


async def test_a_refusal_shows_in_the_exit_status(talk: Talk) -> None:
    rcpt = "RCPT TO:<bob@strict.test>"
    finished = await talk("mx.strict.test", HELLO, "MAIL FROM:<me@example.com>", rcpt)
    assert finished.code == 69
    rcpt = "RCPT TO:<bob@greylist.test>"
    finished = await talk("mx.greylist.test", HELLO, "MAIL FROM:<me@example.com>", rcpt)
    assert finished.code == 75


async def test_a_message_that_is_not_wanted_is_not_taken_for_commands(talk: Talk) -> None:
    """Its lines are left out up to the lone dot."""
    lines = said(await talk("mx.strict.test", HELLO, "DATA", "RSET", "QUIT", ".", "NOOP"))
    assert [line for line in lines if line.startswith("→")] == [
        f"→ {HELLO}",
        "→ DATA",
        "→ NOOP",
        "→ QUIT",
    ]


@pytest.mark.parametrize(
    "login",
    [
        ("AUTH NONSENSE", "bWU=", "dHV0b3JhdGU="),
        ("AUTH LOGIN bWU=", "dHV0b3JhdGUh", "dHV0b3JhdGU="),
        ("AUTH PLAIN", "bWU=", "dHV0b3JhdGU="),
    ],
)
async def test_a_login_that_is_not_wanted_is_not_taken_for_commands(
    talk: Talk, tmp_path: Path, login: tuple[str, ...]
) -> None:
    """Rule R39: what would have answered AUTH is said to nobody, and kept nowhere."""
    file = tmp_path / "dialogue.jsonl"
    finished = await talk(
        "mx.relay.test",
        *(HELLO, "STARTTLS", HELLO, *login, "NOOP"),
        options=("--transcript", str(file)),
    )
    assert finished.code == 69
    lines = said(finished)
    assert lines[-4] == "→ NOOP"
    kept = await tuimail("history", "--text", "NOOP", "--json")
    shown = await tuimail("history", "show", str(json.loads(kept.out)[0]["id"]), "--json")
    for secret in ("dHV0b3JhdGU", "bWU="):
        assert secret not in finished.out + file.read_text() + shown.out


async def test_input_that_ends_inside_the_message(talk: Talk, demo_world: DemoWorld) -> None:
    """Rule R38: a dot of ours would deliver a truncated message."""
    finished = await talk("mx1.friendly.test", HELLO, *MAIL[:-1])
    assert finished.code == 65
    assert finished.err == "tuimail: The input ends inside the message, which is not sent.\n"
    assert demo_world.received == []


async def test_logging_in(talk: Talk) -> None:
    """Rule R39: AUTH alone takes the best mechanism; nothing secret is shown."""
    options = ("--user", "me", "--tls", "verify")
    finished = await talk("mx.relay.test", "AUTH", options=options, TUIMAIL_PASSWORD="tutorate")
    lines = said(finished)
    assert finished.code == 0
    assert "→ AUTH SCRAM-SHA-256-PLUS …" in lines
    assert any(line.startswith("← 235") for line in lines)
    assert "tutorate" not in finished.out
    finished = await talk("mx.relay.test", "AUTH", options=options, TUIMAIL_PASSWORD="mistaken")
    assert finished.code == 69


async def test_typed_secrets_are_not_written(talk: Talk, tmp_path: Path) -> None:
    """Rule R39."""
    file = tmp_path / "dialogue.log"
    lines = ("AUTH PLAIN AG1lAHR1dG9yYXRl", "AUTH LOGIN", "bWU=", "dHV0b3JhdGU=")
    options = ("--tls", "verify", "--transcript", str(file))
    finished = await talk("mx.relay.test", *lines[1:], options=options)
    assert finished.code == 0
    finished_too = await talk("mx.relay.test", lines[0], options=options)
    for text in (finished.out, finished_too.out, file.read_text()):
        assert "→ AUTH" in text
        assert not any(secret in text for secret in ("AG1lA", "bWU=", "dHV0"))


async def test_what_nobody_can_know_in_a_script(talk: Talk) -> None:
    finished = await talk("mx.relay.test", "AUTH", options=("--tls", "verify"))
    assert finished.code == 64
    assert finished.err == "tuimail: User? AUTH alone needs --user in a script.\n"


async def test_exchanges_speak_no_lmtp() -> None:
    finished = await tuimail("talk", "mail.example.com", "--lmtp", "--mx")
    assert (finished.code, finished.err) == (
        64,
        "tuimail: --lmtp needs a host: exchanges speak SMTP.\n",
    )


async def test_lost_behind_the_final_dot() -> None:
    """Rule R33: exit 76, never to be repeated blindly."""

    async def vanishes(side: Side) -> None:
        await side.say("220 mx")
        await side.hear()
        await side.say("354 go")
        await side.hear_message()
        side.drop()

    async with scripted(vanishes) as server:
        finished = await tuimail(
            "talk", f"127.0.0.1:{server.port}", stdin=b"DATA\nSubject: hi\n.\n"
        )
    assert finished.code == 76


async def test_a_pipe_that_is_slower_than_the_server() -> None:
    """The server's farewell ends the session while nobody types."""

    async def hangs_up(side: Side) -> None:
        await side.say("220 mx", "421 too slow")
        await side.gone()

    async with scripted(hangs_up) as server:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tuimail", "talk", f"127.0.0.1:{server.port}"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        out = await process.stdout.read()
        assert await process.wait() == 75
    assert b"421 too slow" in out


async def test_interrupted_while_the_server_thinks() -> None:
    async def thinks(side: Side) -> None:
        await side.say("220 mx")
        await side.gone()

    async with scripted(thinks) as server:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tuimail", "talk", f"127.0.0.1:{server.port}"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        assert process.stdin is not None
        process.stdin.write(b"NOOP\n")
        while b"NOOP" not in await process.stdout.readline():
            pass
        process.send_signal(signal.SIGINT)
        out = await process.stdout.read()
        assert await process.wait() == 75
    assert "was stopped while waiting" in out.decode()
