"""Lines that come from standard input, for a session that nobody types."""

import asyncio
import os
import stat
import sys
from collections.abc import AsyncIterator, Callable

from tuimail.cli.exits import CommandError, Exit
from tuimail.cli.secret import VARIABLE
from tuimail.delivery.talking import Call
from tuimail.smtp import Command, Floor
from tuimail.transcript import Line
from tuimail.transcript.verbs import VERBS

_MOST_OCTETS = 65_536
"""Of one line; none that SMTP knows comes near."""


class Script:
    """One line is read when the one before it is answered."""

    def __init__(self, lines: AsyncIterator[bytes], show: Callable[[Line, str], None]) -> None:
        self.show = show
        self._lines = lines

    @classmethod
    async def open(cls, show: Callable[[Line, str], None]) -> "Script":
        """Standard input, whatever it is; on a pipe nobody is held up by who writes slowly."""
        mode = os.fstat(sys.stdin.fileno()).st_mode
        if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or sys.stdin.isatty()):
            return cls(_read(), show)
        reader = asyncio.StreamReader(limit=_MOST_OCTETS)
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
        )
        return cls(_received(reader), show)

    async def line(self, floor: Floor, call: Call) -> str | None:
        line = await self._next()
        while call.login_refused and line is not None and _is_secret(line):
            line = await self._next()
        if line is None and floor is Floor.MESSAGE:
            raise CommandError(
                Exit.BAD_DATA, "The input ends inside the message, which is not sent."
            )
        return line

    async def name(self, what: str) -> str:
        raise CommandError(Exit.USAGE, f"{what}? AUTH alone needs --user in a script.")

    async def secret(self, what: str) -> str:
        raise CommandError(Exit.USAGE, f"{what}? Give --password-command, or set {VARIABLE}.")

    def object(self, objection: str) -> None:
        raise CommandError(Exit.BAD_DATA, f"A line can't be said: {objection}.")

    async def refuse_message(self) -> None:
        """Its lines would be taken for commands."""
        while await self._next() not in (None, "."):
            pass

    async def _next(self) -> str | None:
        line = await anext(self._lines, None)
        if line is None:
            return None
        return line.removesuffix(b"\n").removesuffix(b"\r").decode(errors="surrogateescape")


def _is_secret(line: str) -> bool:
    """Behind an AUTH that was refused: what would have answered it is no command, and would be said
    and shown as one."""
    return Command.parse(line).verb not in VERBS


async def _read() -> AsyncIterator[bytes]:
    """From a file, which never lets anybody wait."""
    while line := sys.stdin.buffer.readline(_MOST_OCTETS):
        yield line


async def _received(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    try:
        while line := await reader.readline():
            yield line
    except ValueError as error:
        raise CommandError(Exit.BAD_DATA, "A line of the input is longer than 64 KiB.") from error
