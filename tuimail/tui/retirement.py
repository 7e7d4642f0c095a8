"""What lives as long as the program, and is no business of the garbage collector."""

import gc

AT_ONCE = 5000
"""Entries."""


class Retirement:
    """The collector would look at a transcript's entries, and at what is made of them, again and
    again; with a million it stands in everybody's way for a third of a second each time."""

    def __init__(self) -> None:
        self._retired = 0

    def retire(self, entries: int) -> None:
        """So many have been read, and stay."""
        if entries - self._retired >= AT_ONCE:
            self._retired = entries
            gc.collect(1)
            gc.freeze()
