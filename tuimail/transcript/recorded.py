"""A recording that was read back."""

from dataclasses import dataclass

from tuimail.transcript.events import Entry


class RecordingError(ValueError):
    """The file is no recording that can be read. The text is one clear line for a person and goes
    on from the file's name."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """`entries` have the seconds since the recording's start for their times; all have 0 where the
    file tells none."""

    entries: tuple[Entry, ...]
    message: bytes | None = None
    """The octets of the mail, where they were recorded too."""
    fault: str = ""
    """What is wrong with its end, going on from the file's name; empty for a whole one."""
