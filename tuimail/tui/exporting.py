"""A report in a file."""

import json
from dataclasses import dataclass
from pathlib import Path

from tuimail.domain.report_document import report_document
from tuimail.safetext import visible
from tuimail.tui.details import report_details
from tuimail.tui.listing import Listing
from tuimail.tui.typed_path import typed_path

_DOCUMENT = ".json"


@dataclass(frozen=True, slots=True)
class Export:
    path: Path
    text: str

    @property
    def shown(self) -> str:
        return visible(str(self.path))

    def write(self) -> None:
        """Raises OSError, also where there is such a file by now."""
        with self.path.open("x", encoding="utf-8") as file:
            file.write(self.text)


def proposed(listing: Listing) -> str:
    """The name of a file for it; an address literal has brackets and colons."""
    name = listing.domain.strip("[]").removeprefix("IPv6:").replace(":", "-")
    return f"{visible(name)}{_DOCUMENT}"


def export_to(listing: Listing, text: str) -> Export:
    """The file that a person means, and what is to be in it: one document for programs where its
    name ends so, else what the screen says. Raises ValueError with a sentence."""
    path = typed_path(text).absolute()
    shown = visible(str(path))
    if path.is_dir():
        raise ValueError(f"{shown} is a folder.")
    if path.exists():
        raise ValueError(f"{shown} is there already.")
    if not path.parent.is_dir():
        raise ValueError(f"{visible(str(path.parent))} is no folder.")
    if path.suffix == _DOCUMENT:
        return Export(path, f"{json.dumps(report_document(listing.report), indent=2)}\n")
    return Export(path, f"{report_details(listing).text}\n")
