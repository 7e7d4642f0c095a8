"""Addresses that would say more in a command than who gets the mail."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tuimail.message import parse_addresses
from tuimail.safetext import visible
from tuimail.smtp import Command

LONG_DOMAIN = ".".join(["x" * 62] * 4)
"""251 octets."""
REFUSED = {
    "NUL": "bo\0b@x.test",
    "NUL in the domain": "bob@x\0.test",
    "CR in the local part": "bo\rb@x.test",
    "CRLF in quotes": '"bo\r\nb"@x.test',
    "CRLF escaped in quotes": '"bo\\\r\nb"@x.test',
    "CRLF in a literal": "bob@[127.0.0.1\r\n]",
    "CRLF in a name": '"Bob\r\nBcc: eve@x.test" <bob@x.test>',
    "NUL in a name": "Bob\0 <bob@x.test>",
    "an end of the path": "bob@x.test> NOTIFY=NEVER",
    "a parameter": "bob@x.test SIZE=1",
    "a parameter behind a tab": "bob@x.test\tSIZE=1",
    "brackets in brackets": "<<bob@x.test>>",
    "the null path": "<>",
    "brackets alone": "bob@x.test<>",
    "an open quote": '"bob@x.test',
    "65 octets": "a" * 65 + "@x.test",
    "66 octets in 33 characters": "é" * 33 + "@x.test",
    "a path of 255 octets": f"bobb@{LONG_DOMAIN[1:]}",
    "a domain of 256 octets": f"b@{LONG_DOMAIN}.test",
    "a label of 64 octets": f"b@{'x' * 64}.test",
    "a label that grows in A-labels": f"b@{'ü' * 60}.test",
    "the fullwidth @": "bob＠x.test",
    "an @ by normalisation": "bob@a＠b.test",
    "a slash by normalisation": "bob@℀.test",
    "a line separator": "bob\u2028@x.test",
    "a line separator in the domain": "bob@x\u2028.test",
    "a vertical tab": "bob@x\x0b.test",
    "a right-to-left override": "bob\u202e@x.test",
    "one in the domain": "bob@x\u202e.test",
    "a zero-width space": "bo\u200bb@x.test",
    "a no-break space": "bo\xa0b@x.test",
    "an invisible tag": "bob\U000e0041@x.test",
    "a combining start": "bob@\u0301x.test",
    "half a surrogate": "bo\udcffb@x.test",
    "half a surrogate in the domain": "bob@\udcff.test",
    "an escape sequence": "b\x1b[2Job@x.test",
    "a literal that is none": "bob@[x:evil]",
    "no domain": "bob@",
    "no local part": "@x.test",
    "dots in a row": "a..b@x.test",
    "a hundred thousand letters": "a" * 100_000,
    "quotes": '"' * 5000 + "@x.test",
    "comments in comments": "(" * 900 + "bob@x.test",
}
TAKEN = {
    "64 octets": ("a" * 64 + "@x.test", "a" * 64 + "@x.test"),
    "64 octets in 32 characters": ("é" * 32 + "@x.test", "é" * 32 + "@x.test"),
    "a path of 254 octets": (f"bob@{LONG_DOMAIN[1:]}", f"bob@{LONG_DOMAIN[1:]}"),
    "a source route": ("<@a.test,@b.test:bob@x.test>", "bob@x.test"),
    "comments": ("bob(who)@(where)x.test(why)", "bob@x.test"),
    "a comment with an address": ("bob@x.test (eve@y.test)", "bob@x.test"),
    "brackets in quotes": ('"a> SIZE=1 <b"@x.test', '"a> SIZE=1 <b"@x.test'),
    "an @ in quotes": ('"a@y.test"@x.test', '"a@y.test"@x.test'),
    "a percent": ("bob%y.test@x.test", "bob%y.test@x.test"),
    "a bang path": ("y!bob@x.test", "y!bob@x.test"),
    "an encoded-word": ("=?utf-8?q?e=40y=0d=0a?=@x.test", "=?utf-8?q?e=40y=0d=0a?=@x.test"),
    "the fullwidth dot": ("bob@x．test", "bob@x.test"),
    "the ideographic dot": ("bob@x。test", "bob@x.test"),
    "a literal": ("bob@[IPv6:::1]", "bob@[IPv6:::1]"),
}
_DOT_STRING = r"[^\x00-\x20\x7f()<>@,;:\\\"\[\]]+"
_QUOTED = r'"(?:[^\x00-\x1f\x7f"\\]|\\[^\x00-\x1f\x7f])*"'
_DOMAIN = r"(?:[a-z0-9.-]+|\[[A-Za-z0-9.:]+\])"
_RCPT = re.compile(rf"RCPT TO:<(?:{_DOT_STRING}|{_QUOTED})@{_DOMAIN}>\r\n")
"""One command with one path (RFC 5321 §4.1.2, RFC 6531 §3.3), read by its grammar."""


def check(text: str) -> None:
    read = parse_addresses(text)
    for address in read.addresses:
        command = Command.rcpt(address.mailbox).wire.decode()
        assert _RCPT.fullmatch(command), command
    for problem in read.problems:
        assert visible(problem.why) == problem.why


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    """Rule R37: with one clear line."""
    (problem, *_) = parse_addresses(REFUSED[name]).problems
    assert visible(problem.why) == problem.why
    assert len(problem.why) < 250
    check(REFUSED[name])


@pytest.mark.parametrize("name", TAKEN)
def test_taken(name: str) -> None:
    """Rule R37: odd, but one path in one command."""
    text, mailbox = TAKEN[name]
    read = parse_addresses(text)
    assert read.problems == ()
    assert [address.mailbox for address in read.addresses] == [mailbox]
    check(text)


PIECES = st.sampled_from(
    [
        *'ab@.,;:<>()[]"\\ \t\r\n\0%!=?\x0b\x1c\x7f\x85\xa0é＠．。ß\u2028\u200b\u202e\udcff',
        "@x.test",
        "\r\n ",
        "<@a.test:",
        "> SIZE=1 <",
        "=?utf-8?q?=0D=0A?=",
        '"bob"@',
        "[127.0.0.1]",
        "x" * 64,
        "xn--",
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join))
@example("bob@x.test\r\nRCPT TO:<eve@x.test>")
@example("bob@xn--\u0301.test")
def test_whatever_is_typed(text: str) -> None:
    """Rule R37: what is taken for an address is one path, what is not gets a line."""
    check(text)


@given(st.text(max_size=40))
@example("a\r\nRCPT TO:<eve@x.test>")
@example("\0")
def test_any_path(text: str) -> None:
    """Rule R37: a line break or NUL never gets into a command, whoever asks for it."""
    for make in (Command.mail, Command.rcpt, Command.ehlo, Command.helo, Command.lhlo):
        if {*text} & {*"\r\n\0"}:
            with pytest.raises(ValueError, match="a line break or NUL in"):
                make(text)
        else:
            wire = make(text).wire
            assert wire.endswith(b"\r\n")
            assert wire.count(b"\n") == wire.count(b"\r") == 1
