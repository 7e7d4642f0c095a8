"""What people and scripts put into a field, and would like to be a field of its own."""

import email
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage, MIMEPart
from email.utils import collapse_rfc2231_value
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.hostile.attack import assert_plain
from tuimail.cli.main import main
from tuimail.message import Address, Draft, MessageError, compose
from tuimail.safetext import visible

ME, BOB = Address("Me", "me", "example.com"), Address("Bob", "bob", "example.net")
BODY = "Hello.\n"
ALWAYS = ["Date", "From", "To", "Subject", "Message-ID"]
CONTENT = ["MIME-Version", "Content-Type"]
PIECES = st.sampled_from(
    [
        *'ab ,;:<>()@"\\.=?\t\r\n\0é\u2028\u2029\x85\x0b\x0c\x1c\x1b\u202e\ud800',
        "\r\nBcc: eve@example.com",
        "\nBcc: eve@example.com",
        "\rBcc: eve@example.com",
        "\r\n\r\nBody",
        "\r\n Bcc: eve@example.com",
        "=?utf-8?q?=0D=0ABcc:_eve=40example.com?=",
        "=?utf-8?b?DQpCY2M6IGVAeA==?=",
        "long" * 30,
        "--=_",
    ]
)
EVIL = st.lists(PIECES, max_size=8).map("".join)


def octets(draft: Draft) -> bytes:
    now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    composed = compose(draft, now=now, message_id="<1@example.com>", boundary="=_b")
    with composed, composed.open() as file:
        return file.read()


def names(message: bytes) -> list[str]:
    """The header's fields, as the plainest of parsers finds them (RFC 5322 §2.2)."""
    header, _, _ = message.partition(b"\r\n\r\n")
    lines = header.split(b"\r\n")
    found = [re.match(rb"([!-9;-~]+):", line) for line in lines if line[:1] not in b" \t"]
    assert all(found)
    return [field[1].decode() for field in found if field]


def check(draft: Draft, expected: list[str]) -> EmailMessage | None:
    """It has these fields and no other, whoever reads it; or it is refused, with one line."""
    try:
        message = octets(draft)
    except MessageError as error:
        assert_plain(str(error))
        return None
    assert b"\r" not in message.replace(b"\r\n", b"")
    assert b"\n" not in message.replace(b"\r\n", b"")
    read = email.message_from_bytes(message, policy=policy.default)
    assert isinstance(read, EmailMessage)
    assert not read.defects
    for found in (names(message), read.keys(), email.message_from_bytes(message).keys()):
        assert [name for name in found if name != "Content-Transfer-Encoding"] == expected
    return read


def text_of(part: MIMEPart) -> str:
    content: str = part.get_content()
    return content.replace("\r\n", "\n")


@given(EVIL)
@example("Hello\r\nBcc: eve@example.com")
@example("Hello\r\n\r\nand a body")
def test_the_subject(evil: str) -> None:
    """Rule R37."""
    draft = Draft(ME, (BOB,), subject=f"x{evil}", body=BODY)
    read = check(draft, [*ALWAYS, *CONTENT])
    assert read is None or text_of(read) == BODY


@given(st.sampled_from(["sender", "to", "cc"]), EVIL)
@example("to", 'Bob" <eve@example.com>, "')
@example("cc", "Bob\r\nBcc: eve@example.com")
def test_a_name(field: str, evil: str) -> None:
    """Rules R37, R40: a name is no field, and no other address either."""
    try:
        address = Address(f"x{evil}", "bob", "example.net")
    except ValueError:
        assert {*evil} & {*"\r\n\0"}
        return
    given_people = {"sender": ME, "to": (BOB,), "cc": (BOB,)}
    given_people[field] = address if field == "sender" else (address,)
    draft = Draft(subject="x", body=BODY, **given_people)  # type: ignore[arg-type]  # by name
    read = check(draft, ["Date", "From", "To", "Cc", "Subject", "Message-ID", *CONTENT])
    if read is not None:
        for name in ("From", "To", "Cc"):
            (found,) = read[name].addresses
            assert found.addr_spec in ("me@example.com", "bob@example.net")


@given(EVIL, EVIL)
@example("", "a\r\nBcc: eve@example.com")
@example(": a\r\nBcc", "eve@example.com")
@example("\r\n\r\nX", "y")
def test_a_header_of_the_writers_own(name: str, value: str) -> None:
    """Rule R37."""
    draft = Draft(ME, (BOB,), subject="x", body=BODY, headers=((f"X{name}", value),))
    check(draft, [*ALWAYS, f"X{name}", *CONTENT])


@pytest.mark.parametrize(
    "name",
    [
        *("Bcc", "bCC", "Resent-Bcc", "Bcc ", " Bcc", "Bcc:", "To", "Cc", "From", "Date"),
        *("Subject", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"),
        *("X\tY", "X Y", "", "é"),
    ],
)
def test_a_header_that_is_not_the_writers_own(name: str) -> None:
    """Rules R37, R40."""
    with pytest.raises(MessageError) as refusal:
        octets(Draft(ME, (BOB,), headers=((name, "eve@example.com"),)))
    assert str(refusal.value).isprintable()


@given(EVIL)
def test_the_body(evil: str) -> None:
    """Rule R37: an empty line is no end of it, nor is anything else."""
    draft = Draft(ME, (BOB,), subject="x", body=f"{evil}\n")
    read = check(draft, [*ALWAYS, *CONTENT])
    if read is not None:
        assert text_of(read) == f"{evil}\n".replace("\r\n", "\n")


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with TemporaryDirectory() as path:
        yield Path(path)


@settings(deadline=None)
@given(evil=EVIL.filter(lambda text: not {*"\0/"} & {*text}))
@example(evil='a"\r\nContent-Type: text;\r\n\r\n<b>')
@example(evil="--=_b--")
def test_an_attachments_name(folder: Path, evil: str) -> None:
    """Rule R37: a file may be called anything that has no slash in it."""
    name = f"x{evil[:120]}".encode("utf-8", "surrogateescape" if "\udcff" in evil else "replace")
    path = folder / name.decode(errors="surrogateescape")
    path.write_bytes(b"attached")
    draft = Draft(ME, (BOB,), subject="x", body=BODY, attachments=(path,))
    read = check(draft, [*ALWAYS, *CONTENT])
    # The new policy of `email` loses a U+2028 at the end of a name.
    *_, plainly = email.message_from_bytes(octets(draft)).walk()
    path.unlink()
    assert read is not None
    text, attached = read.iter_parts()
    assert text_of(text) == BODY
    assert attached.keys() == ["Content-Type", "Content-Transfer-Encoding", "Content-Disposition"]
    assert attached.get_content() in (b"attached", "attached")
    told = plainly.get_param("filename", header="Content-Disposition")
    assert told is not None
    assert collapse_rfc2231_value(told) == path.name.encode(errors="surrogateescape").decode()


# On the command line


LINES = ["\r\n", "\n", "\r", "\0"]
OPTIONS = {
    "--from": '"me{}Bcc: eve"@example.com',
    "--to": '"bob{}RCPT TO:<eve@example.com>"@example.net',
    "--cc": '"bob{}RCPT TO:<eve@example.com>"@example.net',
    "--bcc": '"bob{}RCPT TO:<eve@example.com>"@example.net',
    "--subject": "Hello{}Bcc: eve@example.com",
    "--header": "X-A: b{}Bcc: eve@example.com",
    "--reverse-path": '"me{}RCPT TO:<eve@example.com>"@example.com',
    "--hello": "client.example{}MAIL FROM:<eve@example.com>",
    "--envid": "id{}RCPT TO:<eve@example.com>",
    "--xclient": "NAME=a{}MAIL",
    "--server": "127.0.0.1{}MAIL",
    "--nameserver": "127.0.0.1{}",
    "--source-address": "127.0.0.1{}",
    "--socks": "127.0.0.1:1080{}",
    "--proxy-header": "v1{}MAIL",
    "--dsn": "success{}RCPT",
    "--tls": "none{}",
    "--auth": "PLAIN{}",
    "--stop-after": "mail{}",
}


@pytest.mark.parametrize("line", LINES, ids=["CRLF", "LF", "CR", "NUL"])
@pytest.mark.parametrize("option", OPTIONS)
def test_an_option_with_a_line_in_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], option: str, line: str
) -> None:
    """Rule R37: one clear line for each, before anything is looked up or sent."""
    usual = {"--from": "me@example.com", "--to": "bob@example.net", "--body": "x"}
    usual["--server"] = "127.0.0.1:1"
    given_options = {**usual, option: OPTIONS[option].format(line)}
    flat = [text for pair in given_options.items() for text in pair]
    monkeypatch.setattr(sys, "argv", ["tuimail", "send", *flat])
    with pytest.raises(SystemExit) as end:
        main()
    said = capsys.readouterr()
    assert end.value.code in (64, 65)
    assert said.out == ""
    (complaint,) = said.err.splitlines()
    assert visible(complaint) == complaint
