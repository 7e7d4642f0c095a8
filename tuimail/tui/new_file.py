"""A file that a person names, and that is not there yet."""

from collections.abc import Iterable
from pathlib import Path

from tuimail.safetext import visible
from tuimail.tui.typed_path import typed_path


def new_path(text: str) -> Path:
    """As typed, from the root on. Raises ValueError with a sentence."""
    path = typed_path(text).absolute()
    shown = visible(str(path))
    try:
        if path.is_dir():
            raise ValueError(f"{shown} is a folder.")
        if path.exists():
            raise ValueError(f"{shown} is there already.")
        if not path.parent.is_dir():
            raise ValueError(f"{visible(str(path.parent))} is no folder.")
    except OSError as error:
        # Too long a name, or in a stranger's folder.
        raise ValueError(f"{shown} is no name for a file: {error.strerror}.") from error
    return path


def write_new(path: Path, pieces: Iterable[str]) -> None:
    """All of it or nothing. Raises OSError, also where there is such a file by now."""
    with path.open("x", encoding="utf-8") as file:
        try:
            file.writelines(pieces)
            file.flush()
        except BaseException:
            path.unlink(missing_ok=True)
            raise
