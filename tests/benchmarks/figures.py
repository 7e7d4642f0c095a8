"""What a benchmark found, and how it is printed."""

from collections.abc import Iterable
from dataclasses import dataclass


class UnavailableError(Exception):
    """This machine lacks what a benchmark needs; the text says what."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `reached` is None where there is no target."""

    figure: str
    peers: str
    tuimail: str
    target: str = ""
    reached: bool | None = None


def table(rows: Iterable[Row]) -> str:
    """In Markdown."""
    head = "| figure | others | tuimail | to reach |\n|-|-|-|-|\n"
    return head + "\n".join(
        f"| {row.figure} | {row.peers} | {row.tuimail} | {row.target} |" for row in rows
    )


def listed(figures: Iterable[tuple[str, str]]) -> str:
    """`smtplib 7.1, curl 7.1`."""
    return ", ".join(f"{name} {figure}" for name, figure in figures)
