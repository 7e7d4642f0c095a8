"""A path that a person typed."""

from pathlib import Path

from tuimail.safetext import visible


def typed_path(text: str) -> Path:
    """`~` is a home. Raises ValueError with a sentence for what names no file."""
    if not text:
        raise ValueError("Type the path of a file.")
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        raise ValueError(f"{visible(text)}: there is no such home.") from error
