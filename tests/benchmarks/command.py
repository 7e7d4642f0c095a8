"""One mail from the command line: processor time, the start of the process included."""

import asyncio
import os
import shutil
import statistics
import sys
from pathlib import Path
from subprocess import DEVNULL, Popen
from tempfile import TemporaryDirectory

from tests.benchmarks.clients import HOST, IDENTITY, SENDER
from tests.benchmarks.figures import Row, UnavailableError, listed
from tests.peers.postfix import forgetful_sink

ROUNDS = 15
MOST_CPU = 400
"""Milliseconds."""
RECIPIENT = "bob@example.net"


async def run() -> list[Row]:
    """Raises UnavailableError without smtp-sink."""
    if shutil.which("smtp-sink") is None:
        raise UnavailableError("needs smtp-sink, of Debian's postfix")
    with TemporaryDirectory() as home:
        async with forgetful_sink() as port:
            commands = _commands(port)
            await asyncio.to_thread(_round, commands, home)  # Fills the cache of byte code.
            rounds = [await asyncio.to_thread(_round, commands, home) for _ in range(ROUNDS)]
    times = {name: statistics.median(each[name] for each in rounds) for name in commands}
    mine = times.pop("tuimail")
    return [
        Row(
            "processor time of one `tuimail send`, process start included, ms",
            listed((name, f"{spent:.0f}") for name, spent in times.items()),
            f"{mine:.0f}",
            f"{MOST_CPU}",
            mine <= MOST_CPU,
        )
    ]


def _commands(port: int) -> dict[str, list[str]]:
    commands = {
        "tuimail": [
            *(sys.executable, "-m", "tuimail", "send", "--from", SENDER, "--to", RECIPIENT),
            *("--body", "Hello", "--hello", IDENTITY, "--server", f"{HOST}:{port}"),
        ]
    }
    if swaks := shutil.which("swaks"):
        commands["swaks"] = [
            *(swaks, "--from", SENDER, "--to", RECIPIENT, "--body", "Hello", "--helo", IDENTITY),
            *("--server", HOST, "--port", str(port)),
        ]
    return commands


def _round(commands: dict[str, list[str]], home: str) -> dict[str, float]:
    return {name: _milliseconds(command, home) for name, command in commands.items()}


def _milliseconds(command: list[str], home: str) -> float:
    """Raises RuntimeError where it fails."""
    environment = os.environ | {"HOME": home, "XDG_STATE_HOME": home}
    process = Popen(command, stdout=DEVNULL, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{Path(command[0]).name} ended with {process.returncode}")
    return 1000 * (usage.ru_utime + usage.ru_stime)
