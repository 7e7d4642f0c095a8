from pathlib import Path

import pytest

from tuimail.tui.fields import one_line
from tuimail.tui.letter import LETTER, Letter, address_fault, fault_so_far

GOOD = Letter(sender="Me <me@example.com>", to="bob@example.net", body="Hello there")


def test_a_good_letter_has_no_faults() -> None:
    assert GOOD.faults == {}
    assert GOOD.draft.sender is not None
    assert GOOD.draft.sender.display_name == "Me"


def test_an_empty_letter_asks_who_and_to_whom() -> None:
    assert set(Letter().faults) == {"sender", "to"}


def test_blind_recipients_alone_will_do() -> None:
    assert Letter(sender="me@example.com", bcc="bob@example.net").faults == {}


def test_each_fault_is_beside_its_field() -> None:
    letter = Letter(sender="me", to="bob@example.net", cc="x, y", bcc="z@")
    assert set(letter.faults) == {"sender", "cc", "bcc"}
    assert letter.faults["cc"].endswith("(1 more)")


def test_one_sender_only() -> None:
    assert "one sender" in Letter(sender="a@example.com, b@example.com").sender_fault


def test_a_file_that_is_not_there_is_a_fault_of_the_letter(tmp_path: Path) -> None:
    letter = Letter(sender="me@example.com", to="a@b.test", attachments=(tmp_path / "gone",))
    assert set(letter.faults) == {LETTER}


@pytest.mark.parametrize("growing", ["bob", "bob@", "a@b.test, bob", "a@b.test; Bob <bob@"])
def test_an_address_may_grow_before_it_is_complained_of(growing: str) -> None:
    assert fault_so_far(growing) == ""
    assert address_fault(growing)


def test_an_address_behind_a_comma_has_grown_up() -> None:
    assert "bob" in fault_so_far("bob, a@b.test")


def test_domains_are_looked_up_once_and_literals_never() -> None:
    letter = Letter(to="a@B.test, c@b.test, d@[192.0.2.1]", cc="e@bücher.test")
    assert letter.domains == ("b.test", "xn--bcher-kva.test")


def test_only_words_count_as_words() -> None:
    assert not Letter(sender="me@example.com", body=" \n").holds_words
    assert Letter(subject="x").holds_words


@pytest.mark.parametrize(
    ("pasted", "line"),
    [
        ("a@b.test", "a@b.test"),
        ("a@b.test\nc@d.test\n", "a@b.test, c@d.test"),
        ("Bob <a@b.test>;\r\n  c@d.test,\n", "Bob <a@b.test>, c@d.test"),
        ("a@b.test\nnobody\n", "a@b.test, nobody"),
    ],
)
def test_a_pasted_list_becomes_one_line(pasted: str, line: str) -> None:
    assert one_line(pasted) == line
