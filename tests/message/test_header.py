"""Header fields as they stand on the wire."""

import email
from collections.abc import Callable
from email import policy
from email.header import decode_header, make_header

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tuimail.message import Address, HeaderError, MessageError, parse_addresses
from tuimail.message.header import address_field, given_field, text_field

SENDABLE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"))


def unfolded(field: bytes) -> str:
    name, _, value = field.decode("ascii").replace("\r\n", "").partition(": ")
    assert name
    return value


def well_formed(field: bytes) -> bool:
    """Nothing but one field: CRLF at its end, and before white space and a word."""
    assert field.endswith(b"\r\n")
    first, *others = field.removesuffix(b"\r\n").split(b"\r\n")
    assert b":" in first
    assert all(line.startswith((b" ", b"\t")) and line.strip() for line in others)
    assert all(len(line) <= 998 for line in (first, *others))
    return b"\r" not in field.replace(b"\r\n", b"") and b"\n" not in field.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ("Tutorate!", b"Subject: Tutorate!\r\n"),
        ("", b"Subject:\r\n"),
        ("two  spaces\tand a tab", b"Subject: two  spaces\tand a tab\r\n"),
        ("Grüße", b"Subject: =?utf-8?b?R3LDvMOfZQ==?=\r\n"),
        ("日本語", b"Subject: =?utf-8?b?5pel5pys6Kqe?=\r\n"),
        ("=?utf-8?q?raw?=", b"Subject: =?utf-8?b?PT91dGYtOD9xP3Jhdz89?=\r\n"),
        (" space ", b"Subject: =?utf-8?q?_space_?=\r\n"),
        ("space ", b"Subject: =?utf-8?q?space_?=\r\n"),
        ("a\x1b[2Jb", b"Subject: =?utf-8?b?YRtbMkpi?=\r\n"),
        ("word " * 19 + "x", b"Subject:" + b" word" * 14 + b"\r\n" + b" word" * 5 + b" x\r\n"),
    ],
)
def test_text(value: str, field: bytes) -> None:
    assert text_field("Subject", value) == field


@given(SENDABLE)
@example("x" * 100)
@example("x" * 2000)
@example(("x" * 300 + " " * 300) * 9 + "y")
@example("ü" * 500)
@example("a " * 500 + "=?b?=")
@example("x" + " " * 2000 + "y")
@example("a\u2028b\x0bc\x85d")
def test_any_text_is_read_as_it_was_written(value: str) -> None:
    field = text_field("Subject", value)
    assert well_formed(field)
    if "=?" in unfolded(field + b" "):
        words = unfolded(field).split(" ")
        assert all(len(word) <= 75 for word in words)
        assert "".join(str(make_header(decode_header(word))) for word in words) == value
    else:
        assert unfolded(field) == value


@pytest.mark.parametrize("name", ["Subject", "Message-ID", "In-Reply-To"])
def test_the_first_word_stays_beside_the_name(name: str) -> None:
    """Some readers take a field whose first line is bare for an empty one."""
    word = "<" + "x" * 100 + "@example.net>"
    assert text_field(name, f"{word} {word}") == f"{name}: {word}\r\n {word}\r\n".encode()


@pytest.mark.parametrize(
    ("addresses", "field"),
    [
        ([Address("", "bob", "example.net")], b"To: bob@example.net\r\n"),
        ([Address("Bob B", "bob", "example.net")], b"To: Bob B <bob@example.net>\r\n"),
        ([Address("Smith, Bob", "bob", "x.y")], b'To: "Smith, Bob" <bob@x.y>\r\n'),
        ([Address("Bob. <a@b>", "bob", "x.y")], b'To: "Bob. <a@b>" <bob@x.y>\r\n'),
        ([Address("Zoë", "zoe", "x.y")], b"To: =?utf-8?q?Zo=C3=AB?= <zoe@x.y>\r\n"),
        ([Address("=?x?q?y?=", "b", "x.y")], b"To: =?utf-8?b?PT94P3E/eT89?= <b@x.y>\r\n"),
        ([Address("", "zoe", "bücher.example")], b"To: zoe@xn--bcher-kva.example\r\n"),
        ([Address("", "zoë", "bücher.example")], b"To: zo\xc3\xab@xn--bcher-kva.example\r\n"),
        ([Address("", '"a b"', "[192.0.2.1]")], b'To: "a b"@[192.0.2.1]\r\n'),
        (
            [Address("", "bob", "x.y"), Address("A", "alice", "x.y")],
            b"To: bob@x.y, A <alice@x.y>\r\n",
        ),
        (
            [Address("", f"somebody{number}", "example.net") for number in range(4)],
            b"To: "
            + b"".join(b"somebody%d@example.net, " % number for number in range(3))[:-1]
            + b"\r\n somebody3@example.net\r\n",
        ),
    ],
)
def test_addresses(addresses: list[Address], field: bytes) -> None:
    assert address_field("To", addresses) == field


NAMES = st.lists(
    st.sampled_from(
        [*'ab,;:<>()@"\\.=?é\t', "=?utf-8?q?x?=", "日本", "\u2028", "\x1b", "long" * 30]
    ),
    max_size=6,
).map("".join)


@given(st.lists(NAMES, min_size=1, max_size=5))
@example(["=?utf-8?q?a=2C?= b"])
@example(["=?utf-8?q?a=2C?= " + "b" * 60])
def test_no_name_can_become_an_address(names: list[str]) -> None:
    """Rule R37: a comma in a name must not come out of its encoded-word or its quotes."""
    addresses = [Address(name, f"bob{n}", "example.net") for n, name in enumerate(names)]
    field = address_field("To", addresses)
    assert well_formed(field)
    assert field.isascii()
    read = parse_addresses(unfolded(field))
    assert [address.addr_spec for address in read.addresses] == [
        address.addr_spec for address in addresses
    ]
    assert read.problems == ()


@pytest.mark.parametrize("white_space", [1, 300, 900])
@pytest.mark.parametrize("word", ['"' * 300, "x" * 301, '"' * 500])
def test_a_long_name_fits_its_lines(word: str, white_space: int) -> None:
    """Rule R30."""
    bob = Address(word + " " * white_space + word, "bob", "x.y")
    assert well_formed(address_field("Disposition-Notification-To", [bob]))


@pytest.mark.parametrize(
    "name",
    [
        "Zoë, Bücher & Söhne GmbH",
        "Müller, Jürgen",
        "A name, and one more, of Zoë",
        'Bob, of the department of long names, that are folded within their "quotes"',
    ],
)
def test_the_standard_library_reads_our_names(name: str) -> None:
    addresses = [Address(name, f"b{number}", "example.net") for number in range(9)]
    message = email.message_from_bytes(
        address_field("To", addresses) + b"\r\n", policy=policy.default
    )
    read = [(address.display_name, address.addr_spec) for address in message["To"].addresses]
    assert read == [(name, f"b{number}@example.net") for number in range(9)]


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        ("X-Test", "as it is", b"X-Test: as it is\r\n"),
        ("X-Test", "  trimmed ", b"X-Test: trimmed\r\n"),
        ("X-Test", "=?utf-8?q?done?=", b"X-Test: =?utf-8?q?done?=\r\n"),
        ("X-Test", "in Zürich", b"X-Test: =?utf-8?q?in_Z=C3=BCrich?=\r\n"),
        ("Reply-To", "Bob <bob@x.y>, team: a@b;", b"Reply-To: Bob <bob@x.y>, team: a@b;\r\n"),
        ("reply-to", "Zoë <zoe@x.y>", b"reply-to: =?utf-8?q?Zo=C3=AB?= <zoe@x.y>\r\n"),
        ("References", "<1@a>  <2@b>", b"References: <1@a>  <2@b>\r\n"),
        ("X-Empty", "", b"X-Empty:\r\n"),
    ],
)
def test_given_fields_stay_as_given(name: str, value: str, field: bytes) -> None:
    assert given_field(name, value) == field


@given(SENDABLE)
@example("x" * 2000)
def test_any_given_value_is_one_field(value: str) -> None:
    """Rule R37: no header value can begin a new header."""
    assert well_formed(given_field("X-Test", value))


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\0", "\r\n ", "\n\t"])
@pytest.mark.parametrize("cut", range(3))
@pytest.mark.parametrize("make", [text_field, given_field])
def test_a_value_with_a_line_break_is_refused(
    make: Callable[[str, str], bytes], cut: int, end: str
) -> None:
    """Rule R37: even one that would only fold the field."""
    value = "ab"[:cut] + end + "Bcc: carol@example.org"
    with pytest.raises(HeaderError, match="X-Test has a line break") as caught:
        make("X-Test", value)
    assert isinstance(caught.value, MessageError)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "name", ["", "X Test", "X:Test", "X-Test\r\nBcc", "X-Test:", "X\0", "Ü", " X", "\x1b", "x" * 77]
)
def test_what_is_no_name_is_refused(name: str) -> None:
    """Rule R37: no header name can begin a new header either."""
    with pytest.raises(HeaderError) as caught:
        given_field(name, "value")
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("name", ["Bcc", "BCC", "Resent-Bcc", "resent-bcc"])
def test_a_header_of_blind_recipients_is_refused(name: str) -> None:
    """Rule R40: Bcc recipients are in no header."""
    with pytest.raises(HeaderError, match="blind"):
        given_field(name, "carol@example.org")


@pytest.mark.parametrize(
    "name", ["From", "TO", "Cc", "subject", "Date", "Message-ID", "MIME-Version", "Content-Type"]
)
def test_a_field_that_is_composed_is_refused(name: str) -> None:
    with pytest.raises(HeaderError, match=name):
        given_field(name, "value")


def test_a_field_of_addresses_that_can_not_be_read_is_refused() -> None:
    with pytest.raises(HeaderError, match="Reply-To: there is no @ in “Zoë”"):
        given_field("Reply-To", "Zoë")


def test_what_is_no_text_is_refused() -> None:
    for make in (text_field, given_field):
        with pytest.raises(HeaderError, match="UTF-8"):
            make("X-Test", "\udcff")
