"""What a person may type, and for how long its answer is waited for."""

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


def stage_of(command: Command) -> Stage:
    return _STAGES.get(command.verb, Stage.TYPED)


def sound(line: str) -> str:
    """Raises ValueError for what no line can hold (R37)."""
    if not {"\r", "\n", "\0"}.isdisjoint(line):
        raise ValueError("a line break or NUL in a line")
    try:
        line.encode()
    except UnicodeEncodeError as error:
        raise ValueError("the line is not in UTF-8") from error
    return line
