"""A draft as it arrives."""

import email
import quopri
import re
import tracemalloc
from datetime import datetime, timedelta, timezone
from email import policy
from email.message import EmailMessage
from pathlib import Path, PosixPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tuimail.message import (
    Address,
    Draft,
    HeaderError,
    Message,
    MessageError,
    compose,
    make_message_id,
)

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=1)))
ME = Address("Me", "me", "example.com")
BOB = Address("", "bob", "example.net")
CAROL = Address("Carol", "carol", "blind.example")
MESSAGE_ID = "<1@example.com>"


def composed(draft: Draft) -> Message:
    return compose(draft, now=NOW, message_id=MESSAGE_ID, boundary="=_b")


def octets(draft: Draft) -> bytes:
    with composed(draft) as message, message.open() as reader:
        wire = reader.read()
        assert message.size == len(wire)
        assert message.message_id == MESSAGE_ID
        return wire


def parsed(draft: Draft) -> EmailMessage:
    wire = octets(draft)
    assert all(len(line) <= 998 for line in wire.split(b"\r\n"))
    message = email.message_from_bytes(wire, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert [part.defects for part in message.walk()] == [[]] * len(list(message.walk()))
    return message


def payload(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


def file(directory: Path, name: str, content: bytes = b"content") -> Path:
    path = directory / name
    path.write_bytes(content)
    return path


def test_a_mail() -> None:
    """Rule R40: Date and Message-ID are always there."""
    draft = Draft(
        ME,
        to=(BOB, Address("Zoë", "zoe", "bücher.example")),
        cc=(Address("Smith, A", "alice", "example.net"),),
        bcc=(CAROL,),
        subject="Tutorate!",
        body="Hello, how are you, goodbye.\n",
        headers=(("X-Test", "1"), ("X-Test", "2")),
    )
    assert octets(draft) == (
        b"Date: Fri, 02 Jan 2026 03:04:05 +0100\r\n"
        b"From: Me <me@example.com>\r\n"
        b"To: bob@example.net, =?utf-8?q?Zo=C3=AB?= <zoe@xn--bcher-kva.example>\r\n"
        b'Cc: "Smith, A" <alice@example.net>\r\n'
        b"Subject: Tutorate!\r\n"
        b"Message-ID: <1@example.com>\r\n"
        b"X-Test: 1\r\n"
        b"X-Test: 2\r\n"
        b"MIME-Version: 1.0\r\n"
        b"Content-Type: text/plain; charset=us-ascii\r\n"
        b"Content-Transfer-Encoding: 7bit\r\n"
        b"\r\n"
        b"Hello, how are you, goodbye.\r\n"
    )


def test_a_mail_with_attachments(tmp_path: Path) -> None:
    attachments = (file(tmp_path, "a.txt", b"\n.\r"), file(tmp_path, "ü.pdf", b"\0"))
    wire = octets(Draft(ME, (BOB,), body="Look:", attachments=attachments))
    assert wire.partition(b"MIME-Version: 1.0\r\n")[2] == (
        b'Content-Type: multipart/mixed; boundary="=_b"\r\n'
        b"\r\n"
        b"--=_b\r\n"
        b"Content-Type: text/plain; charset=us-ascii\r\n"
        b"Content-Transfer-Encoding: quoted-printable\r\n"
        b"\r\n"
        b"Look:=\r\n"
        b"\r\n"
        b"--=_b\r\n"
        b"Content-Type: text/plain\r\n"
        b"Content-Transfer-Encoding: base64\r\n"
        b"Content-Disposition: attachment;\r\n"
        b' filename="a.txt"\r\n'
        b"\r\n"
        b"Ci4N\r\n"
        b"\r\n"
        b"--=_b\r\n"
        b"Content-Type: application/pdf\r\n"
        b"Content-Transfer-Encoding: base64\r\n"
        b"Content-Disposition: attachment;\r\n"
        b" filename*=utf-8''%C3%BC.pdf\r\n"
        b"\r\n"
        b"AA==\r\n"
        b"\r\n"
        b"--=_b--\r\n"
    )


def test_the_least_mail() -> None:
    """Rule R40: even that has Date and Message-ID."""
    message = parsed(Draft(ME))
    assert message["Date"].datetime == NOW
    assert message["Message-ID"] == MESSAGE_ID
    assert "Subject" not in message
    assert payload(message) == b""


@pytest.mark.parametrize("draft", [Draft(ME, bcc=(CAROL,)), Draft(ME, (BOB,), bcc=(CAROL, BOB))])
def test_blind_recipients_are_in_no_header(draft: Draft) -> None:
    """Rule R40."""
    wire = octets(draft)
    assert b"carol" not in wire.lower()
    assert b"bcc" not in wire.lower()
    assert wire.count(b"\r\nTo: ") == 1


def test_a_mail_to_blind_recipients_alone_says_so() -> None:
    """Rule R40: without naming one."""
    assert b"\r\nTo: undisclosed-recipients:;\r\n" in octets(Draft(ME, bcc=(CAROL,)))


TEXT = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\r\n .=\tF"))


@given(TEXT)
@example("")
@example("no line end")
@example("one\n\n\n")
@example("\n")
@example(".\n..\n.a\n.")
@example("From me\n>From me\nFrom ")
@example("From From " * 40 + "\nsay From here\n")
@example("x" * 998 + "\n")
@example("x" * 999 + "\n")
@example("x" * 5000)
@example("trailing  \ntab\t\n \n")
@example("bare\rreturn\r\r\nhere\n")
@example("x" * 70 + "\rFrom " + "y" * 67 + "\r \r")
@example("\t\n" + "x" * 74 + " \n" + "From " + "x" * 66 + " ")
@example("Grüße\n" * 3)
@example("日本語" * 100)
@example("=20=\n=")
@example("\x00\x0b\x0c\x1b\x7f\x85\u2028\n")
@example("\ufeffbom")
@example("--=_b\n--=_b--\n")
def test_a_text_arrives_as_it_was_composed(text: str) -> None:
    """Rules R25, R30: 7-bit, CRLF alone, lines of at most 998 octets, and each octet of it."""
    wire = octets(Draft(ME, (BOB,), body=text))
    assert wire.isascii()
    assert b"\0" not in wire
    rest = wire.replace(b"\r\n", b"")
    assert b"\r" not in rest
    assert b"\n" not in rest
    head, _, content = wire.partition(b"\r\n\r\n")
    longest = 998 if b"7bit" in head else 76
    assert all(len(line) <= longest for line in content.split(b"\r\n"))
    assert not re.search(rb"^From ", content, re.MULTILINE)
    message = email.message_from_bytes(wire, policy=policy.default)
    assert isinstance(message, EmailMessage)
    lines = text.replace("\r\n", "\n")
    assert payload(message) == lines.replace("\n", "\r\n").encode()


@pytest.mark.parametrize(
    ("text", "encoding", "charset"),
    [
        ("Hello\n", "7bit", "us-ascii"),
        ("Hello", "quoted-printable", "us-ascii"),
        ("From me\n", "quoted-printable", "us-ascii"),
        ("x" * 999 + "\n", "quoted-printable", "us-ascii"),
        ("It was in Zürich.\n", "quoted-printable", "utf-8"),
        ("Это было\n", "base64", "utf-8"),
    ],
)
def test_the_plainest_encoding_is_taken(text: str, encoding: str, charset: str) -> None:
    message = parsed(Draft(ME, (BOB,), body=text))
    assert message["Content-Transfer-Encoding"] == encoding
    assert message.get_content_charset() == charset


def test_another_decoder_agrees() -> None:
    text = "Ü.\nFrom me, " + "long " * 60 + "\n.\n  \nend"
    _, _, content = octets(Draft(ME, (BOB,), body=text)).partition(b"\r\n\r\n")
    assert quopri.decodestring(content).replace(b"\r\n", b"\n") == text.encode()


NASTY = [
    "a b.txt",
    'quote".txt',
    "back\\slash",
    "semi;colon",
    "ümläut.pdf",
    "日本語" * 20 + ".txt",
    "per%41cent",
    "'single'",
    "=?utf-8?q?x?=.txt",
    "x" * 255,
    "line\nBcc: carol@blind.example",
    "cr\r\n\r\nbody",
    "\x1b[2J",
    "no type",
]


@pytest.mark.parametrize("name", NASTY)
def test_file_names(tmp_path: Path, name: str) -> None:
    """Rule R37: a file's name can't begin a new header."""
    draft = Draft(ME, (BOB,), attachments=(file(tmp_path, name, b"\0content\xff"),))
    message = parsed(draft)
    (attachment,) = message.iter_attachments()
    assert isinstance(attachment, EmailMessage)
    assert attachment.keys() == [
        "Content-Type",
        "Content-Transfer-Encoding",
        "Content-Disposition",
    ]
    assert attachment.get_filename() == name
    assert payload(attachment) == b"\0content\xff"
    assert b"\r\nBcc" not in octets(draft)


def test_a_file_name_that_is_no_text(tmp_path: Path) -> None:
    path = file(tmp_path, "caf\udce9.txt")
    (attachment,) = parsed(Draft(ME, (BOB,), attachments=(path,))).iter_attachments()
    assert attachment.get_filename() == "caf\ufffd.txt"


def test_the_longest_file_name(tmp_path: Path) -> None:
    """Rule R30: NTFS allows 255 UTF-16 code units, 765 octets in UTF-8."""

    class Mounted(PosixPath):
        @property
        def name(self) -> str:
            return "日" * 255

    path = Mounted(file(tmp_path, "a"))
    (attachment,) = parsed(Draft(ME, (BOB,), attachments=(path,))).iter_attachments()
    assert attachment.get_filename() == "日" * 255


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.txt", "text/plain"),
        ("a.PDF", "application/pdf"),
        ("a.png", "image/png"),
        ("a.unheard-of", "application/octet-stream"),
        ("a", "application/octet-stream"),
        ("a.tar.gz", "application/octet-stream"),
        ("a.eml", "application/octet-stream"),
        ("data:,a.pdf", "application/pdf"),
    ],
)
def test_media_types(tmp_path: Path, name: str, media_type: str) -> None:
    draft = Draft(ME, (BOB,), attachments=(file(tmp_path, name),))
    (attachment,) = parsed(draft).iter_attachments()
    assert attachment.get_content_type() == media_type


@pytest.mark.parametrize("size", [0, 1, 56, 57, 58, 57 * 1024 - 1, 57 * 1024, 57 * 1024 + 1])
def test_a_file_arrives_byte_for_byte(tmp_path: Path, size: int) -> None:
    content = (bytes(range(256)) * (size // 256 + 1))[:size]
    draft = Draft(ME, (BOB,), body="text", attachments=(file(tmp_path, "a.bin", content),) * 2)
    message = parsed(draft)
    first, second = message.iter_attachments()
    assert isinstance(first, EmailMessage)
    assert isinstance(second, EmailMessage)
    assert payload(first) == payload(second) == content
    wire = octets(draft)
    assert max(map(len, wire.split(b"\r\n"))) <= 78


def test_memory_does_not_grow_with_an_attachment(tmp_path: Path) -> None:
    path = tmp_path / "large.bin"
    with path.open("wb") as large:
        large.truncate(8 * 1024 * 1024)
    tracemalloc.start()
    with composed(Draft(ME, (BOB,), attachments=(path,))) as message:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert message.size > 8 * 1024 * 1024 * 4 // 3
    assert peak < 1024 * 1024


def test_an_attachment_that_can_not_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(spool))
    monkeypatch.setattr("tuimail.message.message.SMALL", 0)
    for path in (tmp_path / "missing", tmp_path):
        with pytest.raises(OSError, match=re.escape(str(path))):
            composed(Draft(ME, (BOB,), attachments=(path,)))
    assert list(spool.iterdir()) == []


def test_only_a_local_part_needs_smtputf8() -> None:
    """Rule R26: a non-ASCII header needs SMTPUTF8; names and domains don't make one."""
    with composed(
        Draft(Address("Zoë", "zoe", "bücher.example"), (BOB,), subject="Grüße", body="Grüße")
    ) as message:
        assert not message.eight_bit
        assert not message.utf8_headers
    with composed(Draft(ME, (BOB,), bcc=(Address("", "zoë", "example.net"),))) as message:
        assert not message.utf8_headers
    draft = Draft(ME, (Address("Zoë", "zoë", "bücher.example"),), subject="Grüße", body="Grüße")
    with composed(draft) as message:
        assert message.utf8_headers
    assert "\r\nTo: =?utf-8?q?Zo=C3=AB?= <zoë@xn--bcher-kva.example>\r\n".encode() in octets(draft)


END = "\r\nBcc: carol@blind.example"


@pytest.mark.parametrize(
    ("draft", "name"),
    [
        (Draft(ME, (BOB,), subject=f"Hello{END}"), "Subject"),
        (Draft(ME, (BOB,), subject="Hello\rBcc: x"), "Subject"),
        (Draft(ME, (BOB,), subject="Hello\0"), "Subject"),
        (Draft(ME, (BOB,), headers=(("X-Test", f"1{END}"),)), "X-Test"),
        (Draft(ME, (BOB,), headers=((f"X-Test: 1{END}", "2"),)), "X-Test"),
        (Draft(ME, (BOB,), headers=(("Reply-To", f"Zoë <a@b>{END}"),)), "Reply-To"),
        (Draft(ME, (BOB,), headers=(("Bcc", "carol@blind.example"),)), "Bcc"),
        (Draft(None, (BOB,)), "From"),
    ],
)
def test_no_value_begins_a_new_header(draft: Draft, name: str) -> None:
    """Rules R37, R40."""
    with pytest.raises(HeaderError, match=name) as caught:
        composed(draft)
    assert str(caught.value).isprintable()


def test_no_message_id_begins_a_new_header() -> None:
    """Rule R37."""
    with pytest.raises(HeaderError, match="Message-ID"):
        compose(Draft(ME, (BOB,)), now=NOW, message_id=f"<1@x>{END}")


def test_a_body_that_is_no_text() -> None:
    with pytest.raises(MessageError, match="UTF-8"):
        composed(Draft(ME, (BOB,), body="\udcff"))


VALUES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"), max_size=99)


@given(VALUES, VALUES, VALUES)
def test_whatever_a_person_types_the_header_holds_no_other_field(
    name: str, subject: str, value: str
) -> None:
    """Rules R30, R37."""
    draft = Draft(ME, (Address(name, "bob", "example.net"),), subject=subject)
    draft = Draft(ME, draft.to, subject=subject, body="body\n", headers=(("X-Test", value),))
    header, _, body = octets(draft).partition(b"\r\n\r\n")
    assert body == b"body\r\n"
    names = [line.partition(b":")[0] for line in header.split(b"\r\n") if line[:1] not in b" \t"]
    assert names == [
        b"Date",
        b"From",
        b"To",
        *([b"Subject"] if subject else []),
        b"Message-ID",
        b"X-Test",
        b"MIME-Version",
        b"Content-Type",
        b"Content-Transfer-Encoding",
    ]


def test_a_boundary_follows_from_the_message_id(tmp_path: Path) -> None:
    draft = Draft(ME, (BOB,), attachments=(file(tmp_path, "a"),))
    boundaries = []
    for message_id in (MESSAGE_ID, MESSAGE_ID, "<2@example.com>"):
        with compose(draft, now=NOW, message_id=message_id) as message, message.open() as reader:
            boundaries.append(email.message_from_binary_file(reader).get_boundary())
    assert boundaries[0] == boundaries[1] != boundaries[2]
    assert str(boundaries[0]).startswith("=_")


def test_message_ids_are_new() -> None:
    ids = {make_message_id("xn--bcher-kva.example") for _ in range(100)}
    assert len(ids) == 100
    assert all(re.fullmatch(r"<[0-9a-f]{32}@xn--bcher-kva\.example>", id_) for id_ in ids)
    assert make_message_id("[192.0.2.1]").endswith("@[192.0.2.1]>")


@pytest.mark.parametrize("domain", ["", "localhost", "LOCALHOST", "localhost.localdomain", "ü.x"])
def test_a_message_id_needs_a_domain(domain: str) -> None:
    with pytest.raises(ValueError, match="Message-ID"):
        make_message_id(domain)
