"""A foreign 8-bit message for a server without 8BITMIME (rule R25)."""

import email
import io
import re
import tracemalloc
from binascii import a2b_base64, a2b_qp
from collections.abc import Iterator
from email.message import Message as ParsedMessage
from itertools import chain, repeat
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tuimail.message import NotReencodable, read_eml, seven_bit
from tuimail.message.message import SMALL

HEADER = b"From: me@example.com\r\nMessage-ID: <1@example.com>\r\n"
PART = b"\r\n--b\r\n"
END = b"\r\n--b--\r\n"
DKIM = b"DKIM-Signature: v=1; b=x\r\n"
TYPE = b"Content-Type: %s\r\n"
ENCODING = b"Content-Transfer-Encoding: %s\r\n"
MULTIPART = HEADER + b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n"


def reencoded(octets: bytes) -> bytes:
    with read_eml(io.BytesIO(octets)) as message, seven_bit(message) as result:
        assert (result.message_id, result.eight_bit) == (message.message_id, False)
        with result.open() as reader:
            written = reader.read()
        assert result.size == len(written)
        return written


def refusal(octets: bytes) -> str:
    with pytest.raises(NotReencodable) as caught:
        reencoded(octets)
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


def content(part: ParsedMessage) -> bytes:
    """What it decodes to; in base64, what is not of its alphabet counts for nothing."""
    text = str(part._payload).encode("ascii", "surrogateescape")  # type: ignore[attr-defined]  # get_payload decodes charsets
    match part.get("Content-Transfer-Encoding", "7bit").lower():
        case "base64":
            return a2b_base64(text)
        case "quoted-printable":
            return a2b_qp(text)
        case _:
            return text


def leaves(octets: bytes) -> Iterator[tuple[str, str, bytes]]:
    """Path, type and content of each part."""

    def walk(part: ParsedMessage, path: str) -> Iterator[tuple[str, str, bytes]]:
        if part.is_multipart():
            yield path, part.get_content_type(), b""
            for place, child in enumerate(part.get_payload()):
                assert isinstance(child, ParsedMessage)
                yield from walk(child, f"{path}.{place}")
        else:
            yield path, part.get_content_type(), content(part)

    return walk(email.message_from_bytes(octets), "")


def test_a_text_becomes_quoted_printable() -> None:
    """Rule R25: the header's other fields, and their order, stay."""
    octets = (
        HEADER
        + b"MIME-Version: 1.0\r\nContent-Type: text/plain;\r\n charset=utf-8\r\n"
        + b"Content-Transfer-Encoding: 8bit\r\nX-Odd:odd  \r\n\tfolded\r\n\r\n"
        + "Grüße = greetings \n\nFrom me\n--\n".encode()
    )
    assert reencoded(octets) == (
        HEADER
        + b"MIME-Version: 1.0\r\nContent-Type: text/plain;\r\n charset=utf-8\r\n"
        + b"Content-Transfer-Encoding: quoted-printable\r\nX-Odd:odd  \r\n\tfolded\r\n\r\n"
        + b"Gr=C3=BC=C3=9Fe =3D greetings=20\r\n\r\n=46rom me\r\n=2D-\r\n"
    )


def test_a_text_of_other_letters_becomes_base64() -> None:
    body = "Привет, как дела?\r\n".encode()
    octets = HEADER + b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + body * 9
    written = reencoded(octets)
    assert b"Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n" in written
    assert list(leaves(written)) == [("", "text/html", body * 9)]


def test_what_no_mime_tells_of_is_labelled() -> None:
    """RFC 1428: MIME-Version, and a charset that nobody knows."""
    body = b"It is not known what \xe4 and \xf6 mean here.\r\n"
    assert reencoded(HEADER + b"\r\n" + body) == (
        HEADER
        + b"MIME-Version: 1.0\r\nContent-Transfer-Encoding: quoted-printable\r\n"
        + b"Content-Type: text/plain; charset=unknown-8bit\r\n\r\n"
        + body.replace(b"\xe4", b"=E4").replace(b"\xf6", b"=F6")
    )


@pytest.mark.parametrize(
    ("given", "labelled"),
    [
        (b"text/plain", b"text/plain; charset=unknown-8bit"),
        (b"Text/Plain; format=flowed;", b"Text/Plain; format=flowed; charset=unknown-8bit"),
        (b"text", b"text; charset=unknown-8bit"),
        (b"text/plain; charset=us-ascii", b"text/plain; charset=us-ascii"),
        (b'text/plain; name="charset=x"', b'text/plain; name="charset=x"; charset=unknown-8bit'),
        (b"text/html", b"text/html"),
        (b"application/octet-stream", b"application/octet-stream"),
    ],
)
def test_charset_of_a_part(given: bytes, labelled: bytes) -> None:
    octets = MULTIPART + b"\r\n--b\r\nContent-Type: %s\r\n\r\n\xff\r\n--b--\r\n" % given
    assert b"\r\nContent-Type: %s\r\n" % labelled in reencoded(octets)


MIXED = [
    MULTIPART + ENCODING % b"8BIT" + b"\r\nFor old readers.\r\n--b\r\n\r\n7-bit  \r\n\r\n",
    b"--b \t\r\nContent-Type: text/plain; charset=utf-8\r\n",
    b"content-transfer-encoding : binary\r\n",
    b"\r\nzo\xc3\xab wrote all of this in one line\r\n",
    b"\r\n--b\r\nContent-Type: application/x\r\n",
    b"",
    b"\r\n\x00\x01\r\n",
    PART + ENCODING % b"base64" + b"\r\nWm/Dqw\r\n==" + END + b"Epilogue\r\n",
]


def test_what_is_seven_bit_stays_octet_for_octet() -> None:
    """Rule R25: delimiters with their padding, preamble, epilogue, parts in other encodings."""
    assert reencoded(b"".join(MIXED)) == b"".join(
        [
            MIXED[0].replace(b"8BIT", b"7bit"),
            MIXED[1],
            ENCODING % b"quoted-printable",
            b"\r\nzo=C3=AB wrote all of this in one line\r\n",
            MIXED[4],
            ENCODING % b"base64",
            b"\r\nAAENCg==",
            MIXED[7],
        ]
    )


def test_an_enclosed_message_is_entered() -> None:
    """RFC 2045 §6.4: message/rfc822 itself can't be encoded. Its own DKIM signature is history."""
    part = PART + TYPE % b"message/rfc822"
    enclosed = b"\r\nSubject: enclosed\r\n" + DKIM
    body = b"\r\nDr. M\xfcller sends his regards"
    octets = MULTIPART + part + ENCODING % b"8bit" + enclosed + body + END
    assert reencoded(octets) == (
        MULTIPART
        + part
        + ENCODING % b"7bit"
        + enclosed
        + ENCODING % b"quoted-printable"
        + TYPE % b"text/plain; charset=unknown-8bit"
        + b"MIME-Version: 1.0\r\n"
        + body.replace(b"\xfc", b"=FC")
        + END
    )


def test_a_digest_holds_messages() -> None:
    part = PART + b"\r\nSubject: x\r\n"
    octets = MULTIPART.replace(b"mixed", b"digest") + part + b"\r\n\xff" + END
    assert part + ENCODING % b"base64" in reencoded(octets)


def test_a_message_in_utf8_is_encoded_as_a_whole() -> None:
    """RFC 6532 §3.5: message/global may be in base64."""
    part = PART + TYPE % b"message/global"
    octets = MULTIPART + part + b"\r\nSubject: \xc3\xab\r\n\r\nx" + END
    assert part + ENCODING % b"base64" in reencoded(octets)


def test_nobody_reads_preamble_and_epilogue() -> None:
    """RFC 2046 §5.1.1; where an 8-bit octet stands there, it is still to be seen."""
    octets = MULTIPART + b"\r\nvor \xfc = \r\n--bc \xff" + PART + END + b"nach\xfc" + PART
    assert reencoded(octets) == (
        MULTIPART + b"\r\nvor =FC = \r\n=2D-bc =FF" + PART + END + b"nach=FC" + PART
    )


@pytest.mark.parametrize(
    ("encoding", "body", "mended"),
    [
        (b"base64", b"SGVs\xff\xfebG8=\r\n", b"SGVsbG8=\r\n"),
        (b"BASE64", b"\xc3\xa4\r\nSGVsbG8=\r\n", b"\r\nSGVsbG8=\r\n"),
        (b"quoted-printable", b"=C3=A4 \xc3\xa4 =\r\nx =3d\r\n", b"=C3=A4 =C3=A4 =\r\nx =3d\r\n"),
        (b"Quoted-Printable", b"a=\xff\r\n" + b"=41" * 333 + b"\r\n", None),
        (b"quoted-printable", b"=C3=BC" * 30_000 + b"\xff\r\n", None),
        (b"quoted-printable (mostly)", b"\xff \r\n", b"=FF \r\n"),
    ],
)
def test_an_encoding_with_8_bit_octets_in_it(
    encoding: bytes, body: bytes, mended: bytes | None
) -> None:
    """They are taken away, or escaped, as decoders do that bear with them."""
    octets = HEADER + b"MIME-Version: 1.0\r\nContent-Transfer-Encoding: %s\r\n\r\n%s" % (
        encoding,
        body,
    )
    header, _, written = reencoded(octets).partition(b"\r\n\r\n")
    assert header + b"\r\n\r\n" == octets.removesuffix(body)
    assert mended in (written, None)
    decode = a2b_base64 if encoding.lower() == b"base64" else a2b_qp
    assert decode(written) == decode(body)
    assert max(map(len, written.split(b"\r\n"))) <= 76


NESTED = PART + TYPE % b"multipart/mixed; boundary=%s"


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        (PART + b"\r\n\xff\r\n", 1),
        (PART + b"\r\n\xff", 1),
        (PART + PART + b"\r\n\xff\r\n--b", 3),
        (PART + b"--b\r\n\r\n\xff\r\n--b--", 1),
        (PART + b"\r\n\xff\r\n--b \xff\r\n--bb\r\n--b-\r\n--b--b\r\n -b\r\n--b--\t\r\n--b", 1),
        (PART + b"\r\n\xff" + b"a" * 70 + b"--b" + END, 1),
        (PART + b"\r\n" + b"\xff a" * 90_000 + b"--b" + END, 1),
        (NESTED % b"c" + b"\r\n--c\r\n\r\n\xff" + END, 2),
        (NESTED % b"bb" + b"\r\n--bb\r\n\r\n\xff\r\n--bb--\r\n\xff" + END, 2),
        (NESTED % b"b" + PART + b"\r\n\xff" + END, 2),
    ],
)
def test_delimiters(body: bytes, parts: int) -> None:
    """Missing, padded, alike, closing once too often; and text that would pass for one."""
    octets = MULTIPART + body
    before, after = list(leaves(octets)), list(leaves(reencoded(octets)))
    # Whether a line has an end before a delimiter that is missing, readers don't agree.
    assert [(*path, text.rstrip(b"\r\n")) for *path, text in before] == [
        (*path, text.rstrip(b"\r\n")) for *path, text in after
    ]
    assert len([path for path, *_ in after if path]) == parts


def test_a_quoted_boundary_that_quoted_printable_could_spell() -> None:
    octets = (
        MULTIPART.replace(b"boundary=b", b'boundary="a=3D;\\" b"')
        + b'\r\n--a=3D;" b\r\n\r\na text, \xff\r\n--a=;" b\r\n--a=\r\n--a=3D;" b--\r\n'
    )
    assert list(leaves(reencoded(octets))) == list(leaves(octets))


EIGHT_BIT = b"\r\n\xff\r\n"
SIGNED = MULTIPART.replace(b"mixed", b"Signed")


@pytest.mark.parametrize(
    ("octets", "why"),
    [
        (DKIM + HEADER + EIGHT_BIT, "its DKIM signature would break"),
        (HEADER + b"ARC-Message-Signature: i=1\r\n" + EIGHT_BIT, "its ARC signature would break"),
        (HEADER + b"Subject: \xff\r\n\r\n", "header in it has 8-bit octets"),
        (MULTIPART + PART + b"X: \xff\r\n" + END, "header in it has 8-bit octets"),
        (SIGNED + PART + EIGHT_BIT + END, "signature of a part"),
        (SIGNED + EIGHT_BIT + PART + END, "signature of a part"),
        (SIGNED + PART + END + b"\xff", "signature of a part"),
        (HEADER + ENCODING % b"x-uuencode" + EIGHT_BIT, "“x-uuencode”"),
        (HEADER + ENCODING % b"8bit x\x1b[m" + EIGHT_BIT, "“8bit x\\x1b[m”"),
        (HEADER + TYPE % b"message/partial" + EIGHT_BIT, "message/partial"),
        (HEADER + TYPE % b"message/rfc822" + ENCODING % b"base64" + EIGHT_BIT, "message/rfc822"),
        (MULTIPART + ENCODING % b"base64" + PART + EIGHT_BIT + END, "“base64”"),
        (HEADER + TYPE % b"multipart/mixed" + EIGHT_BIT, "no boundary"),
        (MULTIPART + EIGHT_BIT, "no part"),
        (MULTIPART + EIGHT_BIT + END + b"\xff", "no part"),
        (HEADER + b"no field\r\n" + EIGHT_BIT, "readers may not agree"),
        (MULTIPART + PART + b"no field \xff" + END, "readers may not agree"),
        (HEADER + TYPE % b"text/plain" + TYPE % b"text/html" + EIGHT_BIT, "readers may not agree"),
        (HEADER + (TYPE % b"message/rfc822" + b"\r\n") * 101 + EIGHT_BIT, "more than 100 deep"),
        (MULTIPART + PART + b"X: y\r\n" * 800_000 + EIGHT_BIT, "no end within"),
    ],
)
def test_what_can_not_be_reencoded(octets: bytes, why: str) -> None:
    """Rule R25: signed, or nothing that all readers would read the same afterwards."""
    assert why in refusal(octets)


@pytest.mark.parametrize(
    "sealed",
    [
        TYPE % b"multipart/signed; boundary=c" + b"\r\n--c\r\n" + ENCODING % b"8bit" + b"\r\nx",
        ENCODING % b"x-unknown" + b"\r\n" + b"x" * 2000,
        b"no field",
        TYPE % b"message/delivery-status" + b"\r\nStatus: 5.0.0",
    ],
)
def test_beside_what_has_to_stay(sealed: bytes) -> None:
    """Rule R25: a signed part is no obstacle where it is 7-bit itself."""
    octets = MULTIPART + PART + sealed + PART + EIGHT_BIT + END
    assert PART + sealed + PART in reencoded(octets)


@pytest.mark.parametrize(
    "body",
    [b"\xff\x00\r\n", b"\x00" * 30 + b"\r\n\xff", b"a" * 2000 + b"\xff" * 9, b"a\xff" * 90_000],
)
@pytest.mark.parametrize("kind", [b"text/plain; charset=x", b"image/png"])
def test_nul_and_long_lines(kind: bytes, body: bytes) -> None:
    octets = HEADER + b"Content-Type: %s\r\nContent-Transfer-Encoding: binary\r\n\r\n%s" % (
        kind,
        body,
    )
    written = reencoded(octets)
    assert max(map(len, written.split(b"\r\n"))) <= 76
    ((_, _, decoded),) = leaves(written)
    assert decoded == body + (b"" if body.endswith(b"\r\n") else b"\r\n")


def test_a_delimiter_behind_a_line_so_long_that_it_is_read_in_pieces() -> None:
    header = TYPE % b"multipart/mixed; boundary=b" + PART + b"\r\n"
    for length in range(131068, 131076):
        body = b"\xff" * length
        ((_, _, _), (_, _, decoded)) = leaves(reencoded(header + body + END))
        assert decoded == body


LINES = st.sampled_from(
    [b"", b"plain", b" trailing \t", b"Gr\xc3\xbc\xc3\x9fe = x", b"\xff\xfe\x80", b"--",
     b"--x", b"From ", b".", b"=", b"=3D=", b"x" * 80, b"y \xe4" * 60, b"a" * 998,
     b"b" * 999, b"\0"]
)  # fmt: skip
BODIES = st.lists(LINES, max_size=8).map(b"\r\n".join)
TYPES = st.sampled_from(
    [b"", b"Content-Type: text/plain; charset=utf-8\r\n", b"Content-Type: text/html\r\n",
     b"Content-Type: application/x; name=\"x\"\r\n", b"X: y\r\n"]
)  # fmt: skip
IDENTITIES = st.sampled_from(
    [b"", *(b"Content-Transfer-Encoding: %s\r\n" % name for name in (b"7bit", b"8bit", b"Binary"))]
)
LEAVES = st.builds(lambda *texts: b"".join(texts), TYPES, IDENTITIES, st.just(b"\r\n"), BODIES)


def multipart(parts: list[bytes], preamble: bytes, end: bytes) -> bytes:
    """Its boundary is in none of its parts."""
    depth = max(map(int, re.findall(rb"boundary=(\d+)", b"".join(parts))), default=1) + 1
    delimiter = b"\r\n--%d\r\n" % depth
    return (
        b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n" % depth
        + preamble
        + b"".join(delimiter + part for part in parts)
        + end.replace(b"?", b"%d" % depth)
    )


TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(
            multipart,
            st.lists(inner, min_size=1, max_size=4),
            st.sampled_from([b"", b"preamble", b"pr\xe4amble"]),
            st.sampled_from([b"\r\n--?--", b"\r\n--?--\r\nepi\xfflogue", b"\r\n--?--\r\n"]),
        )
        | inner.map(lambda part: b"Content-Type: message/rfc822\r\n\r\nSubject: x\r\n" + part)
    ),
    max_leaves=12,
)


@given(TREES, st.integers(1, 200))
@example(b"\r\n\xff", 1)
def test_every_part_decodes_to_the_same(tree: bytes, block: int) -> None:
    """Rule R25: 7-bit, lines of at most 998 octets, the same parts, wherever the file is cut."""
    octets = b"Subject: x\r\n" + tree + b"\r\n"
    with patch("tuimail.message.part_reader._BLOCK", block):
        written = reencoded(octets)
    assert written.isascii()
    assert b"\0" not in written
    assert max(map(len, written.split(b"\r\n"))) <= 998
    assert list(leaves(written)) == list(leaves(octets))
    assert reencoded(written) == written


SOUP = st.sampled_from(
    [b"--a", b"--a--", b"--b", b"--b--", b"--ab", b"--a \t", b"--a\xff", b"", b"", b" folded", b".",
     b"Content-Type: multipart/mixed; boundary=a", b'Content-Type: multipart/digest; boundary="b"',
     b"Content-Type: message/rfc822", b"Content-Type: text/plain; charset=utf-8",
     b"Content-Transfer-Encoding: 8bit", b"Content-Transfer-Encoding: quoted-printable",
     b"MIME-Version: 1.0", b"\xff\xfe", b"text \xc3\xbc text =", b"=C3=BC", b"x" * 999,
     b"From \xff"]
)  # fmt: skip


@given(st.lists(SOUP, max_size=14).map(b"\r\n".join))
@example(b"Content-Type: multipart/mixed; boundary=a\r\n\xff")
@example(b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\xff")
@example(b"Content-Type: multipart/digest; boundary=b\r\n\r\n\xff\r\n--b--\r\n")
def test_whatever_is_not_refused_reads_the_same(lines: bytes) -> None:
    """Rule R25: headers and delimiters in any order and half of them missing."""
    octets = b"Subject: x\r\n" + lines + b"\r\n"
    try:
        written = reencoded(octets)
    except NotReencodable:
        return
    assert list(leaves(written)) == list(leaves(octets))


class Large(io.BytesIO):
    """A file of any size, made while it is read."""

    def __init__(self, beginning: bytes, chunk: bytes, chunks: int) -> None:
        self._chunks = chain([beginning], repeat(chunk, chunks))

    def read(self, _size: int | None = -1, /) -> bytes:
        return next(self._chunks, b"")


def peak_memory(chunk: bytes, chunks: int) -> int:
    with read_eml(Large(MULTIPART + PART + b"\r\n", chunk, chunks)) as message:
        tracemalloc.start()
        seven_bit(message).close()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return peak


@pytest.mark.parametrize(
    ("chunk", "chunks"),
    [
        ("Grüße und so weiter, eine ganze Zeile lang und noch etwas.\n".encode() * 1024, 200),
        (b"\xff" * 65536, 200),
        (EIGHT_BIT + PART + TYPE % b"message/rfc822" + b"\r\n" + EIGHT_BIT + PART, 6000),
    ],
)
def test_memory_does_not_grow_with_the_message(chunk: bytes, chunks: int) -> None:
    """Neither with long parts, nor with long lines, nor with many parts."""
    assert peak_memory(chunk, chunks) < 2**21


def test_a_refusal_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    large = b"x\r\n" * SMALL
    refusal(MULTIPART + b"\r\n--b\r\n\r\n\xff\r\n" + large + b"--b\r\nX: \xff\r\n\r\n")
    assert list(tmp_path.iterdir()) == []
