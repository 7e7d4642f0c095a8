"""A transcript as a file, in the form that the file's name asks for."""

from pathlib import Path
from typing import TYPE_CHECKING

from tuimail.tui.typed_path import typed_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tuimail.transcript import Entry

SUFFIXES = (".html", ".svg", ".txt", ".jsonl")


def export_path(text: str) -> Path:
    """Where an export goes, as typed. Raises ValueError with one clear line."""
    path = typed_path(text)
    if path.suffix not in SUFFIXES:
        raise ValueError(f"The name ends in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}.")
    if path.is_dir() or not path.parent.is_dir():
        raise ValueError(f"{path.parent} is no folder.")
    return path


def export(entries: "Sequence[Entry]", path: Path) -> None:
    """Takes its time. Raises OSError, and then leaves nothing half written behind."""
    from tuimail.store.replacing import replacing

    with replacing(path) as file:
        for piece in _written(entries, path.suffix):
            file.write(piece.encode())


def _written(entries: "Sequence[Entry]", suffix: str) -> "Iterator[str]":
    from tuimail.transcript.jsonl import JsonLines
    from tuimail.transcript.page import page
    from tuimail.transcript.picture import picture
    from tuimail.transcript.text import SwaksText

    match suffix:
        case ".html":
            yield page(entries)
        case ".svg":
            yield picture(entries)
        case ".txt":
            yield from map(SwaksText().written, entries)
        case _:
            lines = JsonLines()
            yield lines.head
            yield from map(lines.written, entries)
