"""Foreign bytes made visible and harmless.

Whatever a server, a nameserver or a file says may hold escape sequences. Textual and terminals
obey them, so nothing foreign reaches either without passing through `visible`.
"""

import unicodedata

_HARMFUL = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that a terminal may obey, or that hide or reorder what stands beside them."""


def visible(text: str) -> str:
    """`text` on one line, each control, format or unassigned character as an escape.

    ESC becomes `\\x1b`, the right-to-left override `\\u202e`; a tab is one space.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_visible_character, text))


def _visible_character(character: str) -> str:
    if character == "\t":
        return " "
    if unicodedata.category(character) in _HARMFUL:
        return character.encode("unicode_escape", "surrogatepass").decode("ascii")
    return character
