"""What a domain's MTA-STS record and policy say, and what is wrong with them."""

import dns.rdata
import pytest
from dns.rdataclass import RdataClass
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.TXT import TXT
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.answers import BROKEN, NO_SUCH_NAME, SILENCE, found, lacking
from tuimail.domain import Answer, AnswerStatus, StsMode, StsPolicy, StsPolicyError, StsRecord
from tuimail.domain.mta_sts import LONGEST_AGE, MOST_OCTETS, StsStatus

NAME = "_mta-sts.example.net"
EXCHANGES = ("mx1.example.net", "*.mail.example.net")
POLICY = StsPolicy(StsMode.ENFORCE, EXCHANGES, 604_800)
BODY = b"""\
version: STSv1\r
mode: enforce\r
mx: mx1.example.net\r
mx: *.mail.example.net\r
max_age: 604800\r
"""


def read(*records: str) -> StsRecord:
    return StsRecord.read(found(NAME, "TXT", *records))


def of_octets(*records: list[bytes]) -> Answer:
    texts = tuple(TXT(RdataClass.IN, RdataType.TXT, strings) for strings in records)
    return Answer(NAME, "TXT", AnswerStatus.FOUND, texts)


def changed(old: bytes, new: bytes) -> bytes:
    assert old in BODY
    return BODY.replace(old, new)


@pytest.mark.parametrize(
    "record",
    [
        '"v=STSv1; id=20261123T120000;"',
        '"v=STSv1;id=20261123T120000"',
        '"v=STSv1; \t id=20261123T120000 \t ; "',
        '"v=STSv1; id=20261" "123T120000;"',
        '"v=STSv1; more=of_it; id=20261123T120000; id=other; x.y-z=!:<>~"',
    ],
)
def test_a_record(record: str) -> None:
    """Rules R23, I11: unknown fields are ignored, of the same ones the first counts, and the
    strings of one record are one text (RFC 8461 §3.1)."""
    assert read(record) == StsRecord(StsStatus.FOUND, "20261123T120000")


def test_a_record_among_others() -> None:
    """Rule I11: what does not begin with `v=STSv1;` is discarded."""
    others = [
        '"v=spf1 -all"',
        '"v=STSv2; id=2"',
        '"v=STSv1"',
        '" v=STSv1; id=3"',
        '"V=STSV1; id=4"',
    ]
    assert read(*others, '"v=STSv1; id=1"').id == "1"
    assert read(*others).status is StsStatus.ABSENT


def test_of_two_records_none_counts() -> None:
    """Rule I11: exactly one."""
    record = read('"v=STSv1; id=1"', '"v=STSv1; id=2"')
    assert (record.status, record.id) == (StsStatus.INVALID, "")
    assert record.why == "it has 2 MTA-STS records, and none counts unless it is the only one"


@pytest.mark.parametrize(
    ("record", "why"),
    [
        ('"v=STSv1;"', "its MTA-STS record has no id of 1 to 32 letters and digits"),
        ('"v=STSv1; id="', "“id=” in its MTA-STS record is no “name=value”"),
        ('"v=STSv1; id=2026-11-23"', "its MTA-STS record has no id of 1 to 32 letters and digits"),
        (f'"v=STSv1; id={33 * "1"}"', "its MTA-STS record has no id of 1 to 32 letters and digits"),
        ('"v=STSv1; ; id=1"', "“” in its MTA-STS record is no “name=value”"),
        ('"v=STSv1; id=1; \\027[2J"', "“\\x1b[2J” in its MTA-STS record is no “name=value”"),
        ('"v=STSv1; id=1; a=b=c"', "“a=b=c” in its MTA-STS record is no “name=value”"),
    ],
)
def test_a_record_that_breaks_the_grammar(record: str, why: str) -> None:
    """Rule I11: it counts as none, and says what is wrong."""
    assert read(record) == StsRecord(StsStatus.INVALID, "", why)


def test_no_record() -> None:
    absent = StsRecord(StsStatus.ABSENT, "", "it has no MTA-STS record")
    assert StsRecord.read(lacking(NAME, "TXT", NO_SUCH_NAME)) == absent
    assert read() == absent


def test_a_record_that_could_not_be_had() -> None:
    """Rule I11: unknown is never shown as absent."""
    for status, said in ((SILENCE, "no answer within 10 s"), (BROKEN, "SERVFAIL")):
        record = StsRecord.read(lacking(NAME, "TXT", status))
        assert record.status is StsStatus.UNKNOWN
        assert record.why == f"its MTA-STS record could not be looked up: {said}"


@given(st.lists(st.lists(st.binary(max_size=255), min_size=1, max_size=3), max_size=3))
def test_any_record_is_read(records: list[list[bytes]]) -> None:
    record = StsRecord.read(of_octets(*records))
    assert (record.status is StsStatus.FOUND) == bool(record.id) == (not record.why)


@given(st.binary(max_size=60))
def test_any_record_of_this_version_is_read(rest: bytes) -> None:
    record = StsRecord.read(of_octets([b"v=STSv1;" + rest]))
    assert record.status in (StsStatus.FOUND, StsStatus.INVALID)
    assert record.why.isprintable()


@pytest.mark.parametrize(
    "body",
    [
        BODY,
        BODY.replace(b"\r\n", b"\n"),
        BODY.removesuffix(b"\r\n"),
        BODY.replace(b": ", b":"),
        BODY.replace(b": ", b": \t "),
        BODY.replace(b"\r", b" \t\r"),
        b"\r\n" + BODY + b"\n\n",
        BODY + "x-note.1: zwölf  Töne\r\n".encode(),
        changed(b"mx1.example.net", b"MX1.Example.NET"),
        BODY + b"mx: mx1.example.net\n",
        BODY + b"mode: none\nmax_age: 1\nversion: STSv2\n",
    ],
)
def test_a_policy(body: bytes) -> None:
    """Rules R23, I11: lines end in CRLF or LF, unknown keys are ignored, and of the same ones the
    first counts, `mx` excepted (RFC 8461 §3.2)."""
    assert StsPolicy.parse(body) == POLICY


def test_modes() -> None:
    assert StsPolicy.parse(changed(b"enforce", b"testing")).mode is StsMode.TESTING
    none = b"version: STSv1\nmode: none\nmax_age: 86400\n"
    assert StsPolicy.parse(none) == StsPolicy(StsMode.NONE, (), 86_400)


def test_no_policy_holds_longer_than_a_year() -> None:
    """Rule R23: the RFC's maximum of `max_age` (RFC 8461 §3.2)."""
    assert StsPolicy.parse(changed(b"604800", b"9999999999")).max_age == LONGEST_AGE
    assert StsPolicy.parse(changed(b"604800", b"31557599")).max_age == LONGEST_AGE - 1
    assert StsPolicy.parse(changed(b"604800", b"0")).max_age == 0


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "its policy does not say “version: STSv1”"),
        (changed(b"STSv1", b"STSv2"), "its policy does not say “version: STSv1”"),
        (changed(b"version", b"Version"), "its policy does not say “version: STSv1”"),
        (changed(b"mode: enforce\r\n", b""), "its policy has no mode"),
        (changed(b"enforce", b"Enforce"), "its policy has the mode “Enforce”, which means nothing"),
        (changed(b"max_age: 604800\r\n", b""), "its policy has no max_age"),
        (changed(b"604800", b"-1"), "its policy has the max_age “-1”, which is no number"),
        (
            changed(b"604800", b"1" * 11),
            "its policy has the max_age “11111111111”, which is no number",
        ),
        (
            changed(b"604800", "٣".encode()),
            "its policy has the max_age “٣”, which is no number",
        ),
        (
            b"version: STSv1\nmode: testing\nmax_age: 1\n",
            "its policy names no exchange (mx)",
        ),
        (
            changed(b"mx1.example.net", b"*"),
            "“*” in its policy is no exchange’s name in A-labels",
        ),
        (
            changed(b"mx1.example.net", b"mx.*.example.net"),
            "“mx.*.example.net” in its policy is no exchange’s name in A-labels",
        ),
        (
            changed(b"mx1.example.net", b"192.0.2.1"),
            "“192.0.2.1” in its policy is no exchange’s name in A-labels",
        ),
        (
            changed(b"mx1.example.net", "mx.bücher.example".encode()),
            "“mx.bücher.example” in its policy is no exchange’s name in A-labels",
        ),
        (
            changed(b"mx1.example.net", "\u212a.example".encode()),
            "“\u212a.example” in its policy is no exchange’s name in A-labels",
        ),
        (BODY + b"<html>\r\n", "line 6 of its policy, “<html>”, is no “key: value”"),
        (b" " + BODY, "line 1 of its policy, “ version: STSv1”, is no “key: value”"),
        (
            changed(b"mode", b"\x1b[2J"),
            "line 2 of its policy, “\\x1b[2J: enforce”, is no “key: value”",
        ),
        (BODY.replace(b"\r\n", b"\r"), None),
        (BODY + b"\xff", "its policy is no text in UTF-8"),
        (BODY + b"\n" * MOST_OCTETS, "its policy is longer than 64 KiB"),
    ],
)
def test_what_is_wrong_with_a_policy(body: bytes, why: str | None) -> None:
    """Rule I11: one clear line, whatever stands in it."""
    with pytest.raises(StsPolicyError) as told:
        StsPolicy.parse(body)
    assert why is None or str(told.value) == why
    assert str(told.value).isprintable()


@given(
    st.binary(max_size=200)
    | st.lists(
        st.sampled_from([line + b"\n" for line in BODY.splitlines()])
        | st.binary(max_size=20)
        | st.sampled_from([b"mode: none\n", b"mx: ", b"max_age:", b"\r\n", b"mx: a\n"]),
        max_size=8,
    ).map(b"".join)
)
def test_any_body_is_a_policy_or_one_clear_line(body: bytes) -> None:
    try:
        policy = StsPolicy.parse(body)
    except StsPolicyError:
        return
    assert 0 <= policy.max_age <= LONGEST_AGE
    assert policy.mx or policy.mode is StsMode.NONE
    assert StsPolicy.parse(policy.text.encode()) == policy
    assert len(policy.text) <= len(body) + 1


@pytest.mark.parametrize(
    ("exchange", "matches"),
    [
        ("mx1.example.net", True),
        ("MX1.Example.Net.", True),
        ("mx2.example.net", False),
        ("example.net", False),
        ("a.mx1.example.net", False),
        ("a.mail.example.net", True),
        ("A.MAIL.EXAMPLE.NET", True),
        ("a.b.mail.example.net", False),
        ("mail.example.net", False),
        (".mail.example.net", False),
        ("amail.example.net", False),
        ("net", False),
        ("", False),
    ],
)
def test_which_exchanges_a_policy_names(exchange: str, matches: bool) -> None:  # noqa: FBT001
    """Rules R23, I11: a wildcard is exactly one label, and case does not count (§4.1)."""
    assert POLICY.matches(exchange) is matches


def test_a_wildcard_right_above_the_root() -> None:
    """It is one label too; whether such a name exists is another question."""
    policy = StsPolicy(StsMode.ENFORCE, ("*.test",), 1)
    assert policy.matches("mx.test")
    assert not policy.matches("a.mx.test")


def test_an_internationalised_exchange_is_matched_in_a_labels() -> None:
    """RFC 8461 §3.2."""
    policy = StsPolicy.parse(changed(b"mx1.example.net", b"mx.xn--bcher-kva.example"))
    assert policy.matches("mx.XN--bcher-kva.example")


def test_a_record_of_another_kind_is_none() -> None:
    """A resolver may hand on what nobody asked for."""
    stray = dns.rdata.from_text("IN", "A", "192.0.2.1")
    answer = Answer(NAME, "TXT", AnswerStatus.FOUND, (stray,))
    assert StsRecord.read(answer).status is StsStatus.ABSENT
