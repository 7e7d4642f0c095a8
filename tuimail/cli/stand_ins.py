"""What is printed where standard output's encoding lacks a character of ours."""

import codecs
import io
import sys

_NAME = "tuimail-stand-ins"
_STAND_INS = {
    "→": ">",
    "←": "<",
    "✓": "+",
    "✗": "x",
    "·": ".",
    "│": "|",
    "–": "-",
    "…": "...",
    "“": '"',
    "”": '"',
    "’": "'",
    "‹": "<",
    "›": ">",
    "×": "x",
}
"""Marks keep their width: columns stay in line."""


def print_stand_ins() -> None:
    """From now on nothing that is printed raises UnicodeEncodeError: a send is not to end halfway
    because its dialogue can't be shown."""
    codecs.register_error(_NAME, _stood_in)
    for stream in (sys.stdout, sys.stderr):
        # Tests put other things in their place.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_NAME)


def _stood_in(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(map(_stand_in, lacking)), error.end


def _stand_in(character: str) -> str:
    return _STAND_INS.get(character) or character.encode("ascii", "backslashreplace").decode()
