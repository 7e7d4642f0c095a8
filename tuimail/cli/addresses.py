"""Addresses as the command line gives them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tuimail.cli.exits import CommandError, Exit

if TYPE_CHECKING:
    from tuimail.message import Address


def read_addresses(texts: Iterable[str]) -> tuple["Address", ...]:
    """Raises CommandError."""
    from tuimail.message import parse_addresses

    lists = [parse_addresses(text) for text in texts]
    for problem in (problem for found in lists for problem in found.problems):
        raise CommandError(Exit.BAD_DATA, f"{problem.why}.")
    return tuple(address for found in lists for address in found.addresses)
