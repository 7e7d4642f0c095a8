"""What the settings name, and may not be there."""

from collections.abc import Iterator
from contextlib import contextmanager

from tuimail.cli.exits import CommandError, Exit


@contextmanager
def as_configured() -> Iterator[None]:
    """What is not there ends the command. Raises CommandError."""
    try:
        yield
    except OSError as error:
        raise CommandError(
            Exit.NO_INPUT, f"{error.filename} can't be read: {error.strerror}."
        ) from error
    except ValueError as error:
        raise CommandError(Exit.CONFIGURATION, f"{error}.") from error
