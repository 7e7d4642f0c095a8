"""The command itself: help, version, and how quick it is to answer."""

import asyncio
import os
import signal
import sys
from importlib import import_module

import pytest

from tests.cli.command import tuimail
from tuimail.cli.entry import main


async def test_help_names_the_commands() -> None:
    finished = await tuimail("--help")
    assert finished.code == 0
    for command in ("demo", "mx", "send"):
        assert f"\n  {command}" in finished.out


@pytest.mark.parametrize(
    "command",
    [(), ("mx",), ("send",), ("replay",)],
    ids=["tuimail", "mx", "send", "replay"],
)
async def test_help_imports_neither_textual_nor_twisted(command: tuple[str, ...]) -> None:
    program = (
        "import sys\n"
        "from tuimail.cli import main\n"
        f"sys.argv = {['tuimail', *command, '--help']}\n"
        "try:\n    main()\n"
        "finally:\n"
        "    heavy = {'textual', 'twisted', 'dns', 'cryptography', 'email_validator'}\n"
        "    print('heavy:', sorted(heavy & set(sys.modules)))\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert out.decode().splitlines()[-1] == "heavy: []"


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("tuimail re", ["plain,replay"]),
        ("tuimail send --tls ver", ["plain,verify"]),
        ("tuimail talk --trans", ["plain,--transcript"]),
        ("tuimail replay ", ["file,"]),
    ],
)
async def test_a_shell_completes(typed: str, completed: list[str]) -> None:
    words = {"COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split(" ")) - 1)}
    finished = await tuimail(env={"_TUIMAIL_COMPLETE": "bash_complete", **words})
    assert (finished.code, finished.out.split(), finished.err) == (0, completed, "")


async def test_the_version() -> None:
    finished = await tuimail("--version")
    assert finished.out.startswith("tuimail ")


def test_interrupted_while_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule R38: no traceback, however early."""

    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(import_module("tuimail.cli.main"), "main", interrupted)
    monkeypatch.setattr("sys.argv", ["tuimail", "--help"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 130


async def test_an_unknown_command_is_wrong_usage() -> None:
    finished = await tuimail("sned")
    assert finished.code == 64
    assert "sned" in finished.err


async def test_options_of_the_screen_do_not_pass_for_those_of_a_command() -> None:
    finished = await tuimail("--port", "2525", "send")
    assert finished.code == 64
    assert "--port goes behind send" in finished.err


async def test_the_demo_world_is_listed() -> None:
    finished = await tuimail("demo", "--list")
    assert finished.code == 0
    assert "greylist.test" in finished.out


async def test_the_demo_world_serves_another_shell() -> None:
    """`tuimail demo --serve-only` in one shell, `tuimail send` in another."""
    world = await asyncio.create_subprocess_exec(
        *(sys.executable, "-u", "-m", "tuimail", "demo", "--serve-only"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert world.stdout is not None
    said = [(await world.stdout.readline()).decode().split() for _ in range(4)]
    (_, nameserver), (_, _, port), (_, _, policies), (_, authority) = said
    finished = await tuimail(
        *("send", "--nameserver", nameserver, "--port", port, "--ca-file", authority),
        *("--policy-port", policies),
        *("--from", "me@example.com", "--to", "bob@sts.test", "--body", "Hello"),
    )
    assert finished.code == 0
    assert "MTA-STS sts.test → enforce, 1 exchange, valid for 7 days" in finished.err + finished.out
    os.kill(world.pid, signal.SIGINT)
    _, err = await world.communicate()
    assert (world.returncode, err.decode()) == (0, "")
