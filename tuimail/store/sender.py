"""The sender of the last mail, which the next one starts from."""

import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from platformdirs import user_state_path

from tuimail.store.replacing import replacing

_MAX_LENGTH = 1000
"""Characters of a sender with its display name; a longer file is not ours."""


def state_path() -> Path:
    """The directory of what is kept: `$XDG_STATE_HOME/tuimail`. It may not exist yet."""
    return user_state_path("tuimail", appauthor=False)


@dataclass(frozen=True, slots=True)
class LastSender:
    """One line in a file. To forget it costs a few keys, so neither way raises OSError."""

    path: Path = field(default_factory=lambda: state_path() / "sender")

    def read(self) -> str | None:
        """None where there is none, or none that can be read."""
        try:
            with self.path.open(encoding="utf-8") as file:
                sender = file.read(_MAX_LENGTH + 1).strip()
        except (OSError, UnicodeDecodeError):
            return None
        is_line = len(sender) <= _MAX_LENGTH and len(sender.splitlines()) == 1
        return sender if is_line and "\0" not in sender else None

    def write(self, sender: str) -> None:
        """Replaces the file at once, readable by its owner alone."""
        with suppress(OSError), replacing(self.path) as file:
            file.write(f"{sender}\n".encode())
            file.flush()
            os.fsync(file.fileno())
