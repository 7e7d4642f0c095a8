"""A transcript as a file, in the form that the file's name asks for."""

from pathlib import Path
from typing import TYPE_CHECKING

from tuimail.tui.new_file import new_path, write_new

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tuimail.transcript import Entry


def export_path(text: str) -> Path:
    """Where an export goes, as typed. Raises ValueError with a sentence."""
    from tuimail.transcript.form import Form

    path = new_path(text)
    if Form.of(path) is Form.PRINTED:
        *some, last = (form.value for form in Form if form is not Form.PRINTED)
        raise ValueError(f"The name ends in {', '.join(some)} or {last}.")
    return path


def export(entries: "Sequence[Entry]", path: Path) -> None:
    """Takes its time. Raises OSError, and then leaves nothing half written behind."""
    from tuimail.transcript.form import Form, writing

    write_new(path, writing(Form.of(path)).pieces(entries))
