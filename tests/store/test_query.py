"""One line, as a person types it, and what it looks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimail.store.query import Term, Where, read_terms


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("", ()),
        ("  ", ()),
        ("bob", (Term("bob"),)),
        ("to:bob AT:Mx1 x", (Term("bob", Where.RECIPIENT), Term("Mx1", Where.EXCHANGE), Term("x"))),
        ("status:f", (Term("f", Where.STATUS),)),
        ('"no such user" to:"a b"', (Term("no such user"), Term("a b", Where.RECIPIENT))),
        ("from:me statusx", (Term("from:me"), Term("statusx"))),
        ('bob"x', (Term('bob"x'),)),
        # Not finished yet
        ("to:", ()),
        ("to: bob", (Term("bob"),)),
        ('"', ()),
        ('to:"', ()),
        ('"no such', (Term("no such"),)),
    ],
)
def test_what_is_typed_is_read(typed: str, terms: tuple[Term, ...]) -> None:
    assert read_terms(typed) == terms


@given(st.text())
def test_whatever_is_typed_means_something(typed: str) -> None:
    """Nothing is made up, and each word counts once."""
    terms = read_terms(typed)
    rest = typed
    for term in terms:
        assert term.text
        _, found, rest = rest.partition(term.text)
        assert found


@given(st.lists(st.from_regex(r"[a-zäß@.]+", fullmatch=True)))
def test_plain_words_are_looked_for_one_by_one(words: list[str]) -> None:
    assert read_terms(" ".join(words)) == tuple(map(Term, words))
