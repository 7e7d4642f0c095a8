"""SPF records: which texts are some, and what their terms say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.answers import found
from tests.domain.inquiring import text
from tuimail.domain import Answer, AnswerStatus
from tuimail.domain.spf_macro import askable, domain_spec, expanded_name
from tuimail.domain.spf_record import (
    MOST_TERMS,
    Kind,
    Qualifier,
    SpfRecord,
    is_spf,
    joined,
    spf_texts,
)

LETTERS = {"s": "strong-bad@email.example.com", "l": "strong-bad", "o": "email.example.com"}
VALUES = LETTERS | {"d": "email.example.com", "i": "192.0.2.3", "v": "in-addr", "h": "mx.example"}


def faults(terms: str) -> tuple[str, ...]:
    return tuple(fault.term for fault in SpfRecord.parse(f"v=spf1 {terms}").faults)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("v=spf1", True),
        ("v=spf1 -all", True),
        ("V=sPf1 ~all ", True),
        ("v=spf10 -all", False),
        ("v=spf1-all", False),
        (" v=spf1 -all", False),
        ("v=spf2.0/pra -all", False),
        ("", False),
    ],
)
def test_which_texts_are_records(written: str, *, expected: bool) -> None:
    """Rule I8: the version comes first, and a space or nothing after it (RFC 7208 §4.5)."""
    assert is_spf(written) is expected


def test_strings_are_joined_with_nothing_between() -> None:
    """Rule I8: RFC 7208 §3.3."""
    answer = Answer(
        "example.com",
        "TXT",
        AnswerStatus.FOUND,
        (text("v=spf1 ip4:192.", "0.2.1 -all"), text("v=spf1", "mx"), text("hello")),
    )

    assert spf_texts(answer) == ("v=spf1 ip4:192.0.2.1 -all",)


def test_an_octet_that_is_no_text_is_none_that_is_allowed() -> None:
    """Rule I8: a record is ASCII (RFC 7208 §3.1)."""
    answer = Answer(
        "example.com", "TXT", AnswerStatus.FOUND, (text(b"v=spf1 a:x\xff.example -all"),)
    )
    (written,) = spf_texts(answer)

    assert len(SpfRecord.parse(written).faults) == 1


def test_terms_with_everything() -> None:
    """Rule I8: mechanisms, qualifiers, lengths and modifiers (RFC 7208 §5, §6)."""
    record = SpfRecord.parse(
        "v=spf1 +A MX:mail.example.com/24//64 ~include:%{d}.example.net ?ptr -exists:%{ir}.x.%{d2} "
        "ip4:192.0.2.0/24 ip6:2001:db8::/32 a//120 exp=why.example.com moo.cow-far_out=man:dog/cat "
        "redirect=example.org"
    )

    assert not record.faults
    assert [(term.kind, term.qualifier) for term in record.evaluated] == [
        (Kind.A, Qualifier.PASS),
        (Kind.MX, Qualifier.PASS),
        (Kind.INCLUDE, Qualifier.SOFTFAIL),
        (Kind.PTR, Qualifier.NEUTRAL),
        (Kind.EXISTS, Qualifier.FAIL),
        (Kind.IP4, Qualifier.PASS),
        (Kind.IP6, Qualifier.PASS),
        (Kind.A, Qualifier.PASS),
        (Kind.REDIRECT, Qualifier.PASS),
    ]
    assert [term.lengths for term in record.terms if term.kind in (Kind.A, Kind.MX)] == [
        (32, 128),
        (24, 64),
        (32, 120),
    ]
    assert sum(term.asks for term in record.evaluated) == 7
    assert record.explanation is not None
    assert not record.explanation.asks


def test_nothing_comes_after_all() -> None:
    """Rule I8: neither mechanisms nor `redirect` (RFC 7208 §5.1)."""
    record = SpfRecord.parse("v=spf1 redirect=example.net a ~all include:example.org -all")

    assert [term.text for term in record.evaluated] == ["a", "~all"]
    assert record.all is not None
    assert record.all.qualifier is Qualifier.SOFTFAIL


@pytest.mark.parametrize(
    "term",
    [
        "moo",
        "=all",
        "1up=foo",
        "-all.",
        "all:foobar",
        "-all/8",
        "include",
        "include:",
        "include:example.com/24",
        "exists",
        "exists:example.com/24",
        "ptr/0",
        "ptr:",
        "a:",
        "a:/24",
        "a/33",
        "a//129",
        "a/024",
        "a:foo-bar",
        "a:111.222.33.44",
        "a:example.com:8080",
        "a:example.-com",
        "mx:a.%",
        "exists:%(ir).example.com",
        "exists:%{x}.example.com",
        "exists:%{c}.example.com",
        "exists:%{d0}.example.com",
        "exists:%{d",
        "ip4",
        "ip4:192.0.2",
        "ip4:192.0.2.1/33",
        "ip4:192.0.2.1/032",
        "ip4:192.0.2.1//32",
        "ip4:192.0.2.1/255.255.255.0",
        "ip4:192.0.02.1",
        "ip4:2001:db8::1",
        "ip6:192.0.2.1",
        "ip6::2001::db8",
        "ip6:fe80::1%eth0",
        "ip6:2001:db8::/129",
        "redirect:example.net",
        "redirect=",
        "redirect=-all",
        "exp=",
        "foo=%abc",
        "a\tmx",
        "ip4:192.0.2.1\n",
        "a:пример.example",
    ],
)
def test_term_that_is_an_error(term: str) -> None:
    """Rule I8: receivers give up on it, wherever it stands (RFC 7208 §4.6)."""
    assert faults(f"a -all {term}") == (term,)


@pytest.mark.parametrize("modifier", ["redirect", "exp"])
def test_a_modifier_that_stands_there_twice(modifier: str) -> None:
    """Rule I8: RFC 7208 §6."""
    assert faults(f"{modifier}=a.example -all {modifier}=b.example") == (f"{modifier}=b.example",)


def test_more_terms_than_anybody_reads() -> None:
    """Rule I8: 64 KiB of terms take no longer than a few."""
    record = SpfRecord.parse("v=spf1" + " a" * (MOST_TERMS + 1))

    assert len(record.terms) == MOST_TERMS
    assert len(record.faults) == 1


def test_a_longer_record_than_anybody_reads() -> None:
    """Rule I8: nor does a term without an end."""
    record = SpfRecord.parse("v=spf1 a include:" + "%{d}" * 15_000)

    assert [term.text for term in record.terms] == ["a"]
    assert len(record.faults) == 1


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("%{s}.x", "strong-bad@email.example.com.x"),
        ("%{o}", "email.example.com"),
        ("%{d4}", "email.example.com"),
        ("%{d3}", "email.example.com"),
        ("%{d2}", "example.com"),
        ("%{d1}", "com"),
        ("%{dr}", "com.example.email"),
        ("%{d2r}", "example.email"),
        ("%{l}.x", "strong-bad.x"),
        ("%{l-}.x", "strong.bad.x"),
        ("%{lr}.x", "strong-bad.x"),
        ("%{lr-}.x", "bad.strong.x"),
        ("%{l1r-}.x", "strong.x"),
        ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
        ("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"),
        ("%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com"),
        ("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"),
        ("a%%b%-c.%{D2}", "a%b%20c.example.com"),
        ("%{d}.example.net.", "email.example.com.example.net"),
    ],
)
def test_macros(written: str, name: str) -> None:
    """Rule I8: the examples of RFC 7208 §7.4."""
    assert expanded_name(domain_spec(written), VALUES) == name


def test_a_long_name_loses_labels_on_its_left() -> None:
    """Rule I8: RFC 7208 §7.3."""
    name = expanded_name(domain_spec("foobar." + "%{o}." * 20 + "example.com"), VALUES)

    assert name is not None
    assert len(name) <= 253
    assert name.endswith("email.example.com.example.com")
    assert not name.startswith("foobar")


@pytest.mark.parametrize("name", ["", "a..b", ".a", "a" * 64 + ".example", "zoë.example", "@"])
def test_what_is_no_name(name: str) -> None:
    """Rule I8: it is not asked for (RFC 7208 §4.8)."""
    assert askable(name) is None


def test_a_backslash_in_a_name_is_no_escape() -> None:
    """Rule I8: what a local part holds stands for itself."""
    assert askable(r"a\046b.example") == r"a\\046b.example"


TERMS = st.text(
    st.sampled_from("aimxpleludtrv4601.:/%{}-+~?= _\x1b\tñ") | st.characters(), max_size=80
)


@given(TERMS)
def test_no_text_raises(terms: str) -> None:
    """Rule I8: whatever it holds, each term is either understood or an error."""
    record = SpfRecord.parse(f"v=spf1 {terms}")

    assert len(record.terms) + len(record.faults) >= sum(map(bool, terms.split(" ")))
    assert all(term.text.isascii() and term.text.isprintable() for term in record.terms)


@given(st.lists(st.binary(max_size=255), max_size=4))
def test_no_octets_raise(strings: list[bytes]) -> None:
    """Rule I8: the same for octets that are no text."""
    answer = Answer("example.com", "TXT", AnswerStatus.FOUND, (text(*strings),) if strings else ())

    assert all(SpfRecord.parse(f"v=spf1 {each}") for each in joined(answer))


def test_other_records_are_no_texts() -> None:
    """Rule I8: only TXT counts (RFC 7208 §3.1)."""
    assert spf_texts(found("example.com", "A", "192.0.2.1")) == ()
