"""tmux as the terminal that a user has."""

import asyncio
import os
import shlex
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

PATIENCE = 20.0
"""Seconds for a screen to change: many, for a machine that is busy."""


def missing() -> str:
    """Why there is no terminal on this machine; empty where there is."""
    return "" if shutil.which("tmux") else "needs tmux: apt-get install tmux"


@dataclass(frozen=True, slots=True)
class Terminal:
    _socket: Path

    async def type(self, *keys: str) -> None:
        """Keys by tmux's names; what is none is typed as it stands."""
        await _tmux(self._socket, "send-keys", "-t", "0", *keys)

    async def screen(self) -> list[str]:
        return (await _tmux(self._socket, "capture-pane", "-p", "-t", "0")).splitlines()

    async def shows(self, *texts: str) -> list[str]:
        """The screen, once every text is on it."""
        return await self.until(lambda lines: all(text in "\n".join(lines) for text in texts))

    async def until(self, satisfied: Callable[[list[str]], bool]) -> list[str]:
        """The screen, once it satisfies. Fails with the screen when it does not for long."""
        lines: list[str] = []
        try:
            async with asyncio.timeout(PATIENCE):
                while not satisfied(lines := await self.screen()):
                    if any(line.startswith("exit=") for line in lines):
                        raise TimeoutError
                    await asyncio.sleep(0.05)  # Another process's screen.
        except TimeoutError:
            raise AssertionError("the screen stayed\n" + "\n".join(lines)) from None
        return lines


@asynccontextmanager
async def terminal(columns: int, rows: int, *arguments: str) -> AsyncIterator[Terminal]:
    """A terminal in which `tuimail` runs; when that ends, the screen says `exit=` and its code."""
    command = shlex.join((sys.executable, "-m", "tuimail", *arguments))
    with TemporaryDirectory(prefix="tuimail-terminal-") as folder:
        socket = Path(folder) / "tmux"
        size = ("-x", str(columns), "-y", str(rows))
        await _tmux(socket, "new-session", "-d", *size, f"{command}; echo exit=$?; exec cat")
        try:
            yield Terminal(socket)
        finally:
            await _tmux(socket, "kill-server")


def _elsewhere() -> dict[str, str]:
    """The environment without the size of another terminal, which readline sets in it."""
    return {name: text for name, text in os.environ.items() if name not in ("COLUMNS", "LINES")}


async def _tmux(socket: Path, *arguments: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *("tmux", "-S", str(socket), "-f", "/dev/null", *arguments),
        stdout=asyncio.subprocess.PIPE,
        env=_elsewhere(),
    )
    out, _ = await process.communicate()
    return out.decode()
