"""Foreign bytes made visible and harmless.

Whatever a server, a nameserver or a file says may hold escape sequences. Textual and terminals
obey them, so nothing foreign reaches either without passing through `visible`.
"""

import unicodedata
from collections.abc import Iterator

_HARMFUL = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that a terminal may obey, or that hide or reorder what stands beside them."""
_MARKS = frozenset({"Mn", "Me"})
"""Categories of what stands above, below or around the character before it."""
_MOST_MARKS = 30
"""In a row: no script has more (UAX #15, Stream-Safe Text Format), and what is piled up covers the
lines above and below."""


def visible(text: str) -> str:
    """`text` on one line, each control, format or unassigned character as an escape.

    ESC becomes `\\x1b`, the right-to-left override `\\u202e`; a tab is one space. So do the marks
    of a character that has more of them than any has.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible_characters(text))


def _visible_characters(text: str) -> Iterator[str]:
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category in _MARKS else 0
        if character == "\t":
            yield " "
        elif category in _HARMFUL or marks > _MOST_MARKS:
            yield character.encode("unicode_escape", "surrogatepass").decode("ascii")
        else:
            yield character
