"""The standard streams, of which whoever started us may have closed some."""

import os
import sys


def open_streams() -> None:
    """In place of a closed one (`<&-`, `>&-`) stands the null device: nobody has to ask whether
    there is one, and no file or socket of ours gets its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: PTH123, SIM115  # until the end


def at_terminal() -> bool:
    """Whether a screen can be shown. Elsewhere it would wait forever for keys that nobody can
    press; Textual draws on standard error, or on Windows on standard output."""
    return all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))
