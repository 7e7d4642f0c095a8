"""Reading what EHLO offers."""

import pytest

from tuimail.smtp import Capabilities, Reply


def offered(*lines: str) -> Capabilities:
    return Capabilities.from_reply(Reply(250, ("mx.example.net", *lines)))


def test_keywords_in_any_case() -> None:
    """Rule R12: keywords and parameters are case-insensitive."""
    capabilities = offered("pipelining", "Auth plain Login", "8bitmime")
    assert {*capabilities.keywords} == {"PIPELINING", "AUTH", "8BITMIME"}
    assert "PIPELINING" in capabilities
    assert capabilities.keywords["AUTH"] == ("PLAIN", "LOGIN")


@pytest.mark.parametrize(
    ("lines", "mechanisms"),
    [
        (("AUTH=PLAIN",), ("PLAIN",)),
        (("auth=plain login",), ("PLAIN", "LOGIN")),
        (("AUTH PLAIN", "AUTH=PLAIN LOGIN"), ("PLAIN", "LOGIN")),
        (("AUTH=PLAIN LOGIN", "AUTH CRAM-MD5"), ("PLAIN", "LOGIN", "CRAM-MD5")),
        (("AUTH",), ()),
        (("AUTH=",), ()),
    ],
)
def test_old_form_of_auth(lines: tuple[str, ...], mechanisms: tuple[str, ...]) -> None:
    """Rule R12: `AUTH=PLAIN` counts as `AUTH PLAIN`."""
    assert offered(*lines).keywords == {"AUTH": mechanisms}


def test_empty_line() -> None:
    """Rule R12: an empty EHLO line is ignored."""
    assert {*offered("", "PIPELINING", "   ").keywords} == {"PIPELINING"}


def test_first_line_is_the_servers_name() -> None:
    assert "STARTTLS" not in Capabilities.from_reply(Reply(250, ("STARTTLS",)))
    assert not offered().keywords


@pytest.mark.parametrize(
    ("line", "limit"),
    [
        ("SIZE 10240000", 10_240_000),
        ("size 1", 1),
        ("SIZE", None),
        ("SIZE 0", None),
        ("SIZE -1", None),
        ("SIZE 1k", None),
        ("SIZE 1 2", None),
        ("SIZE ٣", None),
        ("SIZE " + "9" * 5000, None),
        ("PIPELINING", None),
    ],
)
def test_size_limit(line: str, limit: int | None) -> None:
    """Rule R24: zero, nothing and nonsense are no limit (RFC 1870 §4)."""
    assert offered(line).size_limit == limit
