"""Which recording is to be played."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tuimail.safetext import visible
from tuimail.tui.typed_path import typed_path

if TYPE_CHECKING:
    from tuimail.transcript.recorded import Recorded


@dataclass(frozen=True, slots=True)
class Opened:
    path: Path
    recorded: "Recorded"


def opened(text: str) -> Opened:
    """The recording that a person means. Takes its time. Raises ValueError with a sentence."""
    from tuimail.transcript.recorded import RecordingError
    from tuimail.transcript.recorded_file import read_recorded

    path = typed_path(text).absolute()
    shown = visible(str(path))
    try:
        # What is none, like a pipe, could be waited for without end.
        if path.exists() and not path.is_file():
            raise ValueError(f"{shown} is no file.")
        with path.open("rb") as file:
            return Opened(path, read_recorded(file))
    except RecordingError as error:
        raise ValueError(f"{shown} {error}.") from error
    except OSError as error:
        raise ValueError(f"{shown}: {(error.strerror or 'can’t be read').lower()}.") from error
