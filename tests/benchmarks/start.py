"""How long `tuimail` takes to its first paint, beside a Textual app that says hello.

Both run in a pseudo-terminal of 120 columns and 40 rows, from the start of the process until the
screen's text is on the terminal. They take turns, so that a busy machine slows down both.
"""

import asyncio
import fcntl
import os
import pty
import select
import statistics
import struct
import subprocess
import sys
import termios
import time
from dataclasses import dataclass
from tempfile import TemporaryDirectory

from tests.benchmarks.figures import Row

ROUNDS = 15
TARGET = 1.5
PATIENCE = 20.0
"""Seconds to wait for a paint."""

HELLO = """\
from textual.app import App
from textual.widgets import Label

class Hello(App):
    def compose(self):
        yield Label("Hello, world")

Hello().run()
"""


@dataclass(frozen=True, slots=True)
class Program:
    arguments: tuple[str, ...]
    text: bytes
    """What its first paint has on the screen."""
    leave: bytes
    """The key that ends it."""


TUIMAIL = Program(("-m", "tuimail"), b"Inspector", b"\x11")
TEXTUAL = Program(("-c", HELLO), b"Hello, world", b"\x11")


def seconds_to_paint(program: Program, home: str) -> float:
    """Raises TimeoutError or RuntimeError where nothing is painted."""
    controller, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    environment = os.environ | {"TERM": "xterm-256color", "HOME": home, "XDG_STATE_HOME": home}
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *program.arguments],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env=environment,
        start_new_session=True,
    )
    os.close(terminal)
    try:
        elapsed = _wait_for(program.text, controller) - started
        os.write(controller, program.leave)
        _drain(controller)
        process.wait(PATIENCE)
        return elapsed
    finally:
        process.kill()
        process.wait()
        os.close(controller)


def _wait_for(text: bytes, controller: int) -> float:
    seen = b""
    while text not in seen:
        if not select.select([controller], [], [], PATIENCE)[0]:
            raise TimeoutError(f"{text!r} was never painted")
        try:
            seen += os.read(controller, 65536)
        except OSError as error:  # Linux's way to say that the other side is closed.
            raise RuntimeError(f"ended before its first paint: {seen!r}") from error
    return time.perf_counter()


def _drain(controller: int) -> None:
    """Reads until the process has left: it would wait for a terminal that nobody reads."""
    try:
        while os.read(controller, 65536):
            pass
    except OSError:  # Linux's way to say that the other side is closed.
        return


async def run() -> list[Row]:
    return await asyncio.to_thread(_compared)


def _compared() -> list[Row]:
    with TemporaryDirectory() as home:
        for program in (TEXTUAL, TUIMAIL):
            seconds_to_paint(program, home)  # Fills the caches of byte code and of the disk.
        pairs = [
            (seconds_to_paint(TEXTUAL, home), seconds_to_paint(TUIMAIL, home))
            for _ in range(ROUNDS)
        ]
    hello, tuimail = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = statistics.median(mine / theirs for theirs, mine in pairs)
    return [
        Row(
            "first paint, by that of a Textual app that says hello",
            f"hello, world 1 ({hello:.2f} s)",
            f"{ratio:.2f} ({tuimail:.2f} s)",
            f"{TARGET}",
            ratio <= TARGET,
        )
    ]
