"""Keys as they are pressed, where there is a terminal."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from select import select
from typing import Protocol


class Key(Enum):
    SPACE = (b" ",)
    FASTER = (b"+", b"=")
    SLOWER = (b"-", b"_")
    FORWARD = (b"\x1b[C", b"\x1bOC", b"l")
    BACK = (b"\x1b[D", b"\x1bOD", b"h")
    QUIT = (b"q",)


class Keys(Protocol):
    def read(self, patience: float | None) -> Key | None:
        """The next key; None when `patience`, in seconds, is over, or for one that means nothing.
        None as patience has no end."""


class NoKeys:
    """Nobody is there to press any."""

    def read(self, patience: float | None) -> None:
        time.sleep(patience or 0.0)


class TerminalKeys:
    def read(self, patience: float | None) -> Key | None:
        descriptor = sys.stdin.fileno()
        ready, _, _ = select([descriptor], [], [], patience)
        if not ready:
            return None
        # A key with an escape sequence comes as one.
        pressed = os.read(descriptor, 16)
        if not pressed:
            return Key.QUIT
        return next((key for key in Key if pressed in key.value), None)


@contextmanager
def pressed_keys() -> Iterator[Keys]:
    """Those of the terminal, unechoed and each at once; nobody's where there is none."""
    try:
        import termios
        import tty

        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise OSError
        before = termios.tcgetattr(sys.stdin)
    except (ImportError, OSError):  # Windows has no termios.
        yield NoKeys()
        return
    tty.setcbreak(sys.stdin)
    try:
        yield TerminalKeys()
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
