"""Domains as people write them."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tuimail.domain import DomainError, a_labels, domain_meant, literal_address
from tuimail.safetext import visible


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("example.net", "example.net"),
        (" Example.NET. ", "example.net"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("faß.example", "xn--fa-hia.example"),
        ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
        ("my_host.example", "my_host.example"),
        ("r3---sn-abc.example", "r3---sn-abc.example"),
        ("x" * 63 + ".example", "x" * 63 + ".example"),
        (".".join(["x" * 62] * 4) + ".x", ".".join(["x" * 62] * 4) + ".x"),
    ],
)
def test_a_labels(typed: str, name: str) -> None:
    """Rule R5."""
    assert a_labels(typed) == name


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("", "there is no domain"),
        (".", "there is no domain"),
        ("。", "there is no domain"),
        ("@", "there is no domain"),
        ("a..b", "“a..b” has two dots in a row, or begins with one"),
        (".a", "“.a” has two dots in a row, or begins with one"),
        (
            "x" * 64 + ".example",
            f"a part of “{'x' * 60}…” is longer than 63 characters",
        ),
        (".".join(["x" * 62] * 4) + ".xxx", f"“{'x' * 60}…” is longer than 253 characters"),
        ("ex ample.net", "“ex ample.net” is no domain name"),
        ("a\\.b.net", "“a\\.b.net” is no domain name"),
        ("\\a.net", "“\\a.net” is no domain name"),
        ("☃.example", "“☃.example” is no domain name"),
        ("*.example", "“*.example” is no domain name"),
        ("a\x1b[2J.example\nb", r"“a\x1b[2J.example\nb” is no domain name"),
        ("\u202elive.example", r"“\u202elive.example” is no domain name"),
        ("192.0.2.1", "“192.0.2.1” is an address; as a domain it is [192.0.2.1]"),
        ("192.0.2.1.", "“192.0.2.1.” is an address; as a domain it is [192.0.2.1]"),
        ("１９２.0。2.1", "“１９２.0。2.1” is an address; as a domain it is [192.0.2.1]"),
        ("2001:db8::1", "“2001:db8::1” is an address; as a domain it is [IPv6:2001:db8::1]"),
    ],
)
def test_no_domain(typed: str, complaint: str) -> None:
    """Rule R5: refused in one clear line that is safe to show."""
    with pytest.raises(DomainError) as caught:
        a_labels(typed)
    assert str(caught.value) == complaint


@given(st.text(max_size=80) | st.text("0129１２.。:\\-_aß", max_size=12))
@example("1.2.3.4.")
def test_any_text_is_a_name_or_refused(text: str) -> None:
    """Rule R5: what comes out is safe to ask for, and comes out again as it is."""
    try:
        name = a_labels(text)
    except DomainError as error:
        complaint = str(error)
    else:
        complaint = ""
        assert name.isascii()
        assert a_labels(name) == name

    assert complaint == visible(complaint)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("[192.0.2.1]", "192.0.2.1"),
        ("[IPv6:2001:db8::1]", "2001:db8::1"),
        ("[ipv6:2001:DB8:0::1]", "2001:db8::1"),
        ("example.net", None),
    ],
)
def test_literal_address(text: str, address: str | None) -> None:
    """Rule R5."""
    assert literal_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "[192.0.2.1",
        "[192.0.2.1]x",
        "[192.0.2.256]",
        "[192.0.2.1%eth0]",
        "[example.net]",
        "[x:192.0.2.1]",
        "[2001:db8::1]",
        "[IPv6:]",
        "[IPv6:192.0.2.1]",
        "[IPv6:fe80::1%\x1b[2J]",
    ],
)
def test_no_literal_address(text: str) -> None:
    """Rule R5: neither an untagged IPv6 address nor one with a zone (RFC 5321 §4.1.3)."""
    with pytest.raises(DomainError, match="is no address literal") as caught:
        literal_address(text)
    assert str(caught.value).isprintable()


@given(st.text(max_size=40).map("[{}]".format) | st.text("[]IPv6:019af.%", max_size=20))
def test_any_text_is_a_literal_or_none_or_refused(text: str) -> None:
    """Rule R5."""
    try:
        address = literal_address(text)
    except DomainError as error:
        complaint = str(error)
    else:
        complaint = ""
        assert (address is None) is not text.startswith("[")

    assert complaint == visible(complaint)


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("example.net", "example.net"),
        ("bob@example.net", "example.net"),
        ("Bob <bob@example.net>", "example.net"),
        ('"a@b"@example.net', "example.net"),
        ("bob@[192.0.2.1]", "[192.0.2.1]"),
        ("https://example.net:8080/a?b@c", "example.net"),
        ("https://user@example.net", "example.net"),
    ],
)
def test_domain_meant(text: str, domain: str) -> None:
    assert domain_meant(text) == domain


def test_no_url() -> None:
    with pytest.raises(DomainError, match="is no URL"):
        domain_meant("https://[::1/")


@given(st.text(max_size=40) | st.text("ab.@:/[]<>?#", max_size=20))
def test_any_text_means_a_domain_or_is_refused(text: str) -> None:
    try:
        domain_meant(text)
    except DomainError as error:
        complaint = str(error)
    else:
        complaint = ""

    assert complaint == visible(complaint)
