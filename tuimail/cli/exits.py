"""How a command ends: sysexits' numbers, and one line for a person."""

from enum import IntEnum


class Exit(IntEnum):
    DELIVERED = 0
    NEGATIVE = 1
    """The answer is no: the domain takes no mail, the dialogues are not the same."""
    INTERRUPTED = 130
    """By the user, as shells count it."""
    USAGE = 64
    BAD_DATA = 65
    """A message or an address is wrong."""
    NO_INPUT = 66
    """A file can't be read."""
    FAILED = 69
    """A recipient was refused for good."""
    DEFERRED = 75
    """Worth another try later."""
    UNKNOWN = 76
    """Never to be repeated blindly: a recipient may have the mail."""
    CONFIGURATION = 78


class CommandError(Exception):
    """Ends the command with one clear line on standard error."""

    def __init__(self, exit: Exit, line: str) -> None:  # noqa: A002
        super().__init__(line)
        self.exit = exit
