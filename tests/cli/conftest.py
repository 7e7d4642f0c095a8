"""The command line in the demo world."""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest

from tests.cli.command import Finished, tuimail
from tests.world import demo_ca_file, demo_clock, demo_world
from tuimail.demo import DemoWorld

__all__ = ["demo_ca_file", "demo_clock", "demo_world"]

Send = Callable[..., Awaitable[Finished]]


@pytest.fixture
def inspect(demo_world: DemoWorld, demo_ca_file: Path) -> Send:
    """`tuimail mx` with the demo world's nameserver, ports and authority."""
    address, port = demo_world.nameserver
    return partial(
        tuimail,
        *("mx", "--nameserver", f"{address}:{port}", "--port", str(demo_world.smtp_port)),
        *("--ca-file", str(demo_ca_file), "--policy-port", str(demo_world.https_port)),
        env={"COLUMNS": "80"},
    )


@pytest.fixture
def send(demo_world: DemoWorld, demo_ca_file: Path) -> Send:
    """`tuimail send` with the demo world's nameserver, port and authority."""
    address, port = demo_world.nameserver

    async def run(*arguments: str, stdin: bytes = b"", **env: str) -> Finished:
        return await tuimail(
            *("send", "--nameserver", f"{address}:{port}", "--port", str(demo_world.smtp_port)),
            *("--ca-file", str(demo_ca_file)),
            *arguments,
            stdin=stdin,
            env=env,
        )

    return run
