"""Lists of tags, as they are written and as they are not."""

from hypothesis import given
from hypothesis import strategies as st

from tuimail.domain.tag_list import MOST_TAGS, TagList, has_version


def test_what_is_read() -> None:
    """Rules I9, I10: space around names and values means nothing (RFC 6376 §3.2)."""
    tags = TagList.parse(" v = DMARC1\t; p=none ;; rua=a=b; empty=;")

    assert tags == TagList({"v": "DMARC1", "p": "none", "rua": "a=b", "empty": ""})


def test_what_is_wrong() -> None:
    """Rules I9, I10: the first of a name counts, and what is no tag is told."""
    tags = TagList.parse("p=none; p=reject; oops; 1=2; =x; p=")

    assert tags == TagList({"p": "none"}, ("p",), ("oops", "1=2", "=x"))


def test_a_list_without_end_is_cut() -> None:
    """Rules I9, I10: 60,000 semicolons are not read to the end, and that is told."""
    tags = TagList.parse("".join(f"a{number}=1;" for number in range(8_000)))

    assert len(tags.values) == MOST_TAGS
    assert tags.is_cut
    assert TagList.parse("a=1;" * (MOST_TAGS - 1)).is_cut is False


def test_version() -> None:
    """Rule I9: it comes first, whatever follows."""
    assert has_version("v=DMARC1;" * 2, "DMARC1")
    assert not has_version("p=none; v=DMARC1", "DMARC1")


@given(st.text())
def test_no_text_makes_it_raise(text: str) -> None:
    """Rules I9, I10: from any text at all."""
    tags = TagList.parse(text)

    assert len(tags.values) + len(tags.malformed) <= MOST_TAGS
