"""A file that a person names, and that is not there yet."""

from collections.abc import Iterable
from pathlib import Path

from tuimail.safetext import visible


def new_path(text: str) -> Path:
    """As typed, from the root on. Raises ValueError with a sentence."""
    if not text:
        raise ValueError("Type the name of a file.")
    try:
        path = Path(text).expanduser().absolute()
        if path.is_dir():
            raise ValueError(f"{visible(str(path))} is a folder.")
        if path.exists():
            raise ValueError(f"{visible(str(path))} is there already.")
        if not path.parent.is_dir():
            raise ValueError(f"{visible(str(path.parent))} is no folder.")
    except (OSError, RuntimeError) as error:
        # Too long a name, a stranger's folder, or the home of nobody.
        raise ValueError(f"{visible(text)} is no name for a file.") from error
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
