"""Rule R15: what is foreign is seen, and not obeyed."""

import sys
import unicodedata

import pytest

from tuimail.safetext import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("250 ok", "250 ok"),
        ("a\tb", "a b"),
        ("\x1b[31m", r"\x1b[31m"),
        ("\u202etxt.exe", r"\u202etxt.exe"),
        ("\udcff", r"\udcff"),
        ("bücher 漢字 שלום", "bücher 漢字 שלום"),
        ("e\u0301", "e\u0301"),
        ("👩\u200d👧", r"👩\u200d👧"),
    ],
)
def test_what_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_every_character() -> None:
    for number in range(sys.maxunicode + 1):
        shown = visible(chr(number))
        assert {unicodedata.category(each) for each in shown}.isdisjoint(
            {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
        )
        assert visible(shown) == shown


def test_marks_are_not_piled_up() -> None:
    assert visible("e" + "\u0301" * 30 + "x") == "e" + "\u0301" * 30 + "x"
    shown = visible("e" + "\u0301" * 32 + "e\u0301")
    assert shown == "e" + "\u0301" * 30 + r"\u0301\u0301" + "e\u0301"
