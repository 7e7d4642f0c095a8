"""What people type and paste into a To field."""

import time
from email.errors import InvalidHeaderDefect
from email.policy import default

import email_validator
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from tuimail.message import Address, parse_addresses
from tuimail.message.addresses import _EVIDENT, _special_use_allowed
from tuimail.safetext import visible

BOB = Address("", "bob", "example.net")
ALICE = Address("", "alice", "example.net")


def only(text: str) -> Address:
    read = parse_addresses(text)
    assert read.problems == ()
    (address,) = read.addresses
    return address


def why(text: str) -> str:
    read = parse_addresses(text)
    assert read.addresses == ()
    (problem,) = read.problems
    assert problem.text == text.strip()
    return problem.why


@pytest.mark.parametrize(
    ("text", "name", "local_part", "domain"),
    [
        ("bob@example.net", "", "bob", "example.net"),
        ("  bob@example.net \t", "", "bob", "example.net"),
        ("<bob@example.net>", "", "bob", "example.net"),
        ("Bob <bob@example.net>", "Bob", "bob", "example.net"),
        ("Bob<bob@example.net>", "Bob", "bob", "example.net"),
        ("Bob B. Smith <bob@example.net>", "Bob B. Smith", "bob", "example.net"),
        ('"Smith, Bob" <bob@example.net>', "Smith, Bob", "bob", "example.net"),
        ('"Bob \\"B\\" Smith" <bob@example.net>', 'Bob "B" Smith', "bob", "example.net"),
        ('"Bob" "Smith" <bob@example.net>', "Bob Smith", "bob", "example.net"),
        ("Zoë Bücher <zoe@example.net>", "Zoë Bücher", "zoe", "example.net"),
        ("山田太郎 <yamada@example.net>", "山田太郎", "yamada", "example.net"),
        ("=?utf-8?q?Zo=C3=AB?= <zoe@example.net>", "Zoë", "zoe", "example.net"),
        ("👩‍👩‍👧 <family@example.net>", "👩‍👩‍👧", "family", "example.net"),
        ("zoë@example.net", "", "zoë", "example.net"),
        ("zoe@bücher.example", "", "zoe", "bücher.example"),
        ("Bob@EXAMPLE.net", "", "Bob", "EXAMPLE.net"),
        ("postmaster@[192.0.2.1]", "", "postmaster", "[192.0.2.1]"),
        ("postmaster@[IPv6:2001:db8::1]", "", "postmaster", "[IPv6:2001:db8::1]"),
        ('"bob smith"@example.net', "", '"bob smith"', "example.net"),
        ('"bob"@example.net', "", "bob", "example.net"),
        ('"a@b"@example.net', "", '"a@b"', "example.net"),
        ("bob@localhost", "", "bob", "localhost"),
        ("bob+news/2@example.net", "", "bob+news/2", "example.net"),
    ],
)
def test_one_address(text: str, name: str, local_part: str, domain: str) -> None:
    assert only(text) == Address(name, local_part, domain)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("bob @ example . net", ""),
        ("bob@example.net (Bob Smith)", ""),
        ("Bob (the man) Smith <bob@example.net>", "Bob Smith"),
        ("<@a.example,@b.example:bob@example.net>", ""),
        ("Bob <@a.example:bob@example.net>", "Bob"),
        ("bob@example.net\n <bob@example.net>", "bob@example.net"),
    ],
)
def test_obsolete_forms(text: str, name: str) -> None:
    assert only(text) == Address(name, "bob", "example.net")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("'bob@example.net' <bob@example.net>", "bob@example.net"),
        ("bob@example.net <bob@example.net>", "bob@example.net"),
        ("Bob [Sales] <bob@example.net>", "Bob [Sales]"),
        ("Smith\\, Bob <bob@example.net>", "Smith\\, Bob"),
        ("mailto:bob@example.net", ""),
    ],
)
def test_what_programs_write_though_it_is_forbidden(text: str, name: str) -> None:
    assert only(text) == Address(name, "bob", "example.net")


@pytest.mark.parametrize(
    "text",
    [
        "bob@example.net, alice@example.net",
        "bob@example.net,alice@example.net,",
        "bob@example.net; alice@example.net;",
        "bob@example.net\nalice@example.net\n",
        "bob@example.net\r\nalice@example.net\r\n",
        "bob@example.net,\r\n alice@example.net",
        "  bob@example.net\n  alice@example.net\n",
        "\tbob@example.net\n\n\talice@example.net",
        ",; \n bob@example.net ;,\n,alice@example.net",
        "team: bob@example.net, alice@example.net;",
        "team:bob@example.net;alice@example.net",
        "nobody:; bob@example.net, others: alice@example.net;",
        "To: bob@example.net\nCc: alice@example.net",
        "bob@example.net (one, or; another), alice@example.net",
        "bob@example.net (one (two), three), alice@example.net",
        "bob@example.net\n (a comment)\nalice@example.net",
    ],
)
def test_separators(text: str) -> None:
    assert parse_addresses(text).addresses == (BOB, ALICE)
    assert parse_addresses(text).problems == ()


@pytest.mark.parametrize(
    "text",
    [
        '"Smith, Bob; or: so" <bob@example.net>; alice@example.net',
        '"Smith,\tBob; or: so"\r\n <bob@example.net>,\r\n alice@example.net',
        '"Smith, Bob; or:\n so" <bob@example.net>\nalice@example.net',
        'alice@example.net, "Smith, Bob; or: so"\n\t<bob@example.net>',
        'alice@example.net, "Smith, Bob;\n or: so"\n <bob@example.net>',
    ],
)
def test_separators_in_quotes_and_folded_lines(text: str) -> None:
    read = parse_addresses(text)
    assert read.problems == ()
    assert set(read.addresses) == {Address("Smith, Bob; or: so", "bob", "example.net"), ALICE}


@pytest.mark.parametrize("text", ["", "  ", "\n\n", ",", " ; ,\n", "undisclosed-recipients:;"])
def test_nothing(text: str) -> None:
    assert parse_addresses(text).addresses == ()
    assert parse_addresses(text).problems == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("bob", "there is no @ in “bob”"),
        ("Bob Smith", "there is no @ in “Bob Smith”"),
        ("bob@", "“bob@”: there must be something after the @-sign"),
        ("@example.net", "“@example.net”: there must be something before the @-sign"),
        ("a..b@c.d", "“a..b@c.d”: an email address cannot have two periods in a row"),
        ("a@b c@d", "there is no comma between the addresses in “a@b c@d”"),
        ("a@b c@d <e@f>", "there is no comma between the addresses in “a@b c@d <e@f>”"),
        ('"Bob <b@c>, d@e', 'a quotation mark is not closed in “"Bob <b@c>, d@e”'),
        ("\x1b[2J", "there is no @ in “\\x1b[2J”"),
        ("\x1b <b@c>", "the name in “\\x1b <b@c>” has a character that can't be sent"),
        ("\udcff <b@c>", "the name in “\\udcff <b@c>” has a character that can't be sent"),
    ],
)
def test_a_problem_is_said_in_one_sentence(text: str, sentence: str) -> None:
    assert why(text) == sentence


@pytest.mark.parametrize(
    "text",
    [
        "a@b@c.d",
        "Bob <bob@example.net> Smith",
        "Bob <bob@example.net",
        "Bob bob@example.net>",
        "bob smith@example.net",
        "bob@exa mple.net",
        "bob@exa_mple.net",
        "bob@-example.net",
        "bob@example..net",
        "bob@example.net:25",
        "bob@[192.0.2.999]",
        "bob@[192.0.2.1",
        "bob@[IPv6:2001:db8::1%eth0]",
        f"{'b' * 65}@example.net",
        f"bob@{'e' * 64}.net",
        f"bob@{'.'.join(['example'] * 40)}",
        f"{'Bob ' * 300}<bob@example.net>",
        "bob@=?utf-8?q?evil.example?=",
        "bob\u202e@example.net",
        "bob@exam\u202eple.net",
        "\udcff@example.net",
    ],
)
def test_other_problems(text: str) -> None:
    sentence = why(text)
    assert sentence.isprintable()
    assert len(sentence) < 300


def test_problems_stand_beside_addresses() -> None:
    read = parse_addresses("bob@example.net, Smith, alice@example.net")
    assert read.addresses == (BOB, ALICE)
    assert [problem.text for problem in read.problems] == ["Smith"]


def test_an_open_quote_spoils_its_own_line_alone() -> None:
    read = parse_addresses('"Bob <x@y>, c@d\nbob@example.net')
    assert read.addresses == (BOB,)
    assert len(read.problems) == 1


@pytest.mark.parametrize(
    "text",
    ["=?utf-8?q?a=40b?=@c.d", "Bob <=?utf-8?q?a=40b?=@c.d>", "Bob (B) <=?utf-8?q?a=40b?=@c.d>"],
)
def test_an_encoded_word_is_not_decoded_in_an_addr_spec(text: str) -> None:
    """An encoded-word there would be an address that nobody sees (RFC 2047 §5)."""
    assert only(text).addr_spec == "=?utf-8?q?a=40b?=@c.d"


@pytest.mark.parametrize(
    "text", ["bob@=?utf-8?q?evil=2Eexample?= (B)", "<=?utf-8?q?a=40b?=@c.d> (<)"]
)
def test_an_encoded_word_is_rather_refused_than_decoded(text: str) -> None:
    assert why(text)


@pytest.mark.parametrize("character", ["\r", "\n", "\0", "\r\n"])
@pytest.mark.parametrize(
    "text",
    ["bo{}b@example.net", "bob@exam{}ple.net", '"bo{}b"@example.net', "Bo{}b <b{}b@example.net>"],
)
def test_no_line_break_comes_through(text: str, character: str) -> None:
    """Rule R37: CR, LF or NUL never gets into a command argument."""
    for address in parse_addresses(text.replace("{}", character)).addresses:
        assert character not in address.addr_spec + address.display_name


@pytest.mark.parametrize("character", ["\r", "\n", "\0"])
@pytest.mark.parametrize("field", range(3))
def test_an_address_can_not_be_made_with_a_line_break(field: int, character: str) -> None:
    """Rule R37."""
    parts = ["Bob", "bob", "example.net"]
    parts[field] += character
    with pytest.raises(ValueError, match="line break"):
        Address(*parts)


@pytest.mark.parametrize(
    "text",
    ["=?utf-8?q?a=0D=0ABcc:_x?= <b@c.d>", "=?utf-8?b?DQo=?= <b@c.d>", "=?utf-8?q?=00?= <b@c.d>"],
)
def test_no_line_break_hides_in_an_encoded_name(text: str) -> None:
    """Rule R37."""
    for address in parse_addresses(text).addresses:
        assert address.display_name.isprintable()


@pytest.mark.parametrize(
    ("domain", "ascii_domain"),
    [
        ("example.net", "example.net"),
        ("EXAMPLE.net", "example.net"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
        ("[192.0.2.1]", "[192.0.2.1]"),
        ("[IPv6:2001:DB8::1]", "[IPv6:2001:DB8::1]"),
    ],
)
def test_a_labels(domain: str, ascii_domain: str) -> None:
    """Rule R5: A-labels before DNS and on the wire, the local part stays as typed."""
    address = Address("", "Zoë", domain)
    assert address.ascii_domain == ascii_domain
    assert address.mailbox == f"Zoë@{ascii_domain}"
    assert address.addr_spec == f"Zoë@{domain}"


def test_no_a_labels() -> None:
    with pytest.raises(ValueError, match="Codepoint"):
        Address("", "bob", "\u2028").ascii_domain  # noqa: B018 - the property raises


@pytest.mark.parametrize("tld", ["test", "local", "localhost", "invalid", "onion", "arpa"])
def test_special_use_domains_are_taken(tld: str) -> None:
    assert only(f"bob@mail.{tld}").domain == f"mail.{tld}"


def test_others_keep_their_list_of_special_use_domains() -> None:
    names = email_validator.SPECIAL_USE_DOMAIN_NAMES
    before = list(names)
    assert before
    parse_addresses("bob@mail.local, bob@@")
    assert names is email_validator.SPECIAL_USE_DOMAIN_NAMES
    assert names == before


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (Address("", "bob", "example.net"), "bob@example.net"),
        (Address("Zoë B", "zoe", "bücher.example"), "Zoë B <zoe@bücher.example>"),
        (Address("Smith, Bob", "bob", "example.net"), '"Smith, Bob" <bob@example.net>'),
        (Address('"B" \\', "bob", "example.net"), '"\\"B\\" \\\\" <bob@example.net>'),
    ],
)
def test_display_form(address: Address, shown: str) -> None:
    assert str(address) == shown
    assert only(shown) == address


SPECIAL = [*'@,;:<>()[]".\\ \t\r\n\0a∕。é', "\u0308", "\u202e", "\x85", "\ud800"]
LONGER = ["b.c", "x@y.z", "=?utf-8?q?", "?=", "=0A", "IPv6:::1", "xn--", "xn--a", "@[", "<@"]
SYNTAX = st.sampled_from([*SPECIAL, *LONGER, "\r\n "])
HOSTILE = st.lists(SYNTAX | st.characters(), max_size=40).map("".join)


@given(HOSTILE)
@example("(" * 999 + "@")
@example("(" * 5000)
@example("<@" * 400 + "x@y.z")
@example("[" * 900 + "@" + "\\")
def test_any_text_can_be_read(text: str) -> None:
    """Rule R37: and nothing but addresses that can stand in a command comes out."""
    read = parse_addresses(text)
    for address in read.addresses:
        assert not set("\r\n\0") & set(address.mailbox + address.display_name)
        assert address.ascii_domain.isascii()
        assert parse_addresses(address.addr_spec).addresses != ()
    for problem in read.problems:
        assert problem.text
        assert visible(problem.why) == problem.why


@given(HOSTILE)
def test_an_address_reads_back_as_it_is_shown(text: str) -> None:
    for address in parse_addresses(text).addresses:
        assume("=?" not in address.display_name)
        assert parse_addresses(str(address)).addresses == (address,)


PHRASES = st.text(st.sampled_from("ab é_-'\\\""), max_size=8)


@given(PHRASES, st.text(st.sampled_from("ab.é'"), min_size=1, max_size=5))
@example('"a  b" ', "b")
@example('"a \\"b\\" c"', "b")
def test_plain_addresses_are_read_as_the_header_registry_reads_them(
    phrase: str, local_part: str
) -> None:
    read = parse_addresses(f"{phrase}<{local_part}@example.net>")
    header = default.header_factory("To", f"{phrase}<{local_part}@example.net>")
    assume(not any(isinstance(defect, InvalidHeaderDefect) for defect in header.defects))
    (ours,), (theirs,) = read.addresses, header.addresses
    assert ours.display_name == " ".join(theirs.display_name.split())
    assert ours.addr_spec == theirs.addr_spec


@pytest.mark.parametrize(
    "form",
    ["user{0}@mail{1}.example", "Some One {0} <user{0}@mail{1}.example>", '"One, Some" <u{0}@m.x>'],
)
def test_ten_thousand_addresses(form: str) -> None:
    text = ",\n ".join(form.format(number, number % 50) for number in range(10_000))
    read = parse_addresses(text)
    assert len(read.addresses) == 10_000
    assert read.problems == ()
    assert growth(text) < FOURFOLD


@pytest.mark.parametrize(
    "text",
    [
        "@" * 300_000,
        "a@:" * 100_000,
        '"\\' * 150_000,
        '"\\"\n ' * 100_000,
        "(" * 300_000,
        "<@" * 150_000,
        " \n" * 150_000,
        "a " * 150_000,
        ("((((a@b " * 120 + "\n") * 100,
        ("a@b\\\t" * 150 + "\n") * 100,
    ],
)
def test_hostile_text_takes_no_longer(text: str) -> None:
    """Four times the text takes about four times the time, not sixteen times."""
    assert growth(text) < FOURFOLD


FOURFOLD = 11
"""What a busy machine may make of four."""


def growth(text: str) -> float:
    """How much longer it takes than its first quarter; what takes no time at all does not grow."""
    return cost(text) / max(cost(text[: len(text) // 4]), 0.02)


def cost(text: str) -> float:
    """Processor seconds; of three runs the one that was disturbed least."""

    def once() -> float:
        start = time.process_time()
        parse_addresses(text)
        return time.process_time() - start

    return min(once(), once(), once())


WORDS = st.lists(
    st.sampled_from(["a", "Z9", "0", "a-b", "1--2", "xn--a", "-", "a_b", "a+b", "x" * 30]),
    min_size=1,
    max_size=4,
)


@given(WORDS.map(".".join), WORDS.map(".".join))
@example("a" * 64, "b" * 59)
@example("a" * 65, "b" * 63)
def test_what_is_evident_is_right_to_email_validator_too(local_part: str, domain: str) -> None:
    """The short way takes nothing that the long one refuses."""
    addr_spec = f"{local_part}@{domain}.net"
    if _EVIDENT.fullmatch(addr_spec):
        with _special_use_allowed():
            email_validator.validate_email(
                addr_spec,
                check_deliverability=False,
                globally_deliverable=False,
                test_environment=True,
                strict=True,
            )
