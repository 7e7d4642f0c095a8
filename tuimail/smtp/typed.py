"""What a person may type, what of it is a secret, and for how long its answer is waited for."""

import re
from base64 import b64decode
from collections.abc import Iterator

from tuimail.smtp.command import Command
from tuimail.smtp.stage import Stage

_STAGES = {
    "EHLO": Stage.HELLO,
    "HELO": Stage.HELLO,
    "LHLO": Stage.HELLO,
    "STARTTLS": Stage.STARTTLS,
    "XCLIENT": Stage.XCLIENT,
    "AUTH": Stage.AUTH,
    "RSET": Stage.RSET,
    "MAIL": Stage.MAIL,
    "RCPT": Stage.RCPT,
    "DATA": Stage.DATA,
    "QUIT": Stage.QUIT,
}
_NO_OCTETS = re.compile(r"\s*BDAT\s+0+(\s+LAST)?\s*", re.IGNORECASE)


def stage_of(command: Command) -> Stage:
    return _STAGES.get(command.verb, Stage.TYPED)


def command_typed(line: str) -> Command:
    """Raises ValueError for what can't be said by hand."""
    command = Command.parse(sound(line))
    if command.verb == "BDAT" and not _NO_OCTETS.fullmatch(command.shown):
        raise ValueError("octets for BDAT can't be typed: say DATA")
    return command


def sound(line: str) -> str:
    """Raises ValueError for what no line can hold (R37)."""
    if not {"\r", "\n", "\0"}.isdisjoint(line):
        raise ValueError("a line break or NUL in a line")
    try:
        line.encode()
    except UnicodeEncodeError as error:
        raise ValueError("the line is not in UTF-8") from error
    return line


def secrets_in(typed: bytes) -> Iterator[bytes]:
    """A secret, and what is in it: a server may say either back."""
    yield typed
    try:
        decoded = b64decode(typed, validate=True)
    except ValueError:
        return
    yield decoded
    yield decoded.rpartition(b"\0")[2]  # PLAIN's password (RFC 4616)
