"""A transcript as swaks would print it, and swaks' own logs read back."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transcript.entries import ENTRIES, SECRET
from tuimail import smtp
from tuimail.safetext import visible
from tuimail.smtp import (
    BodySent,
    Command,
    CommandSent,
    Reply,
    ReplyReceived,
    TlsEstablished,
    TlsFacts,
)
from tuimail.transcript import (
    Connected,
    Connecting,
    Entry,
    Event,
    FellBack,
    Lane,
    LookedUp,
    NotConnected,
    lines_of,
)
from tuimail.transcript.jsonl import read_json_lines
from tuimail.transcript.recorded import RecordingError
from tuimail.transcript.swaks import read_swaks
from tuimail.transcript.text import SwaksText

LOGS = Path(__file__).parent / "swaks"
DOMAIN = Lane(1, "example.net")
LANE = Lane(2, "example.net", "mx1.example.net", "192.0.2.10", 25)
TLS = TlsFacts("TLSv1.3", "TLS_AES_256_GCM_SHA384", "CN=mx1.example.net", "CN=Root", "", "PKIX")


def written(entries: list[Entry] | tuple[Entry, ...]) -> str:
    text = SwaksText()
    return "".join(map(text.written, entries))


def read(text: str | bytes) -> tuple[Entry, ...]:
    return read_swaks(io.BytesIO(text.encode() if isinstance(text, str) else text)).entries


def shown(log: str) -> list[str]:
    return [
        f"{line.mark} {line.text}"
        for entry in read((LOGS / f"{log}.log").read_bytes())
        for line in lines_of(entry)
    ]


def test_it_reads_as_people_know_it() -> None:
    ehlo, rcpt = Command.ehlo("client.example"), Command.rcpt("bob@example.net")
    told: list[tuple[Lane, Event]] = [
        (DOMAIN, LookedUp(0.0, "MX example.net", "mx1.example.net (10)")),
        (LANE, Connecting(0.01)),
        (LANE, Connected(0.02)),
        (LANE, ReplyReceived(0.135, Reply(220, ("mx1.example.net ESMTP",)), None)),
        (LANE, CommandSent(0.136, Command.starttls())),
        (LANE, ReplyReceived(0.137, Reply(220, ("go on",)), Command.starttls())),
        (LANE, TlsEstablished(0.15, TLS)),
        (LANE, CommandSent(0.16, ehlo)),
        (LANE, ReplyReceived(0.165, Reply(250, ("mx1.example.net", "SIZE 100")), ehlo)),
        (LANE, CommandSent(0.17, rcpt)),
        (LANE, ReplyReceived(2.17, Reply(550, ("5.1.1 no such user",)), rcpt)),
        (LANE, BodySent(2.2, 50, 100)),
        (LANE, BodySent(2.3, 100, 100)),
        (DOMAIN, FellBack(2.4, "mx2.example.net [192.0.2.20]")),
    ]
    assert written([Entry(lane, event) for lane, event in told]) == (
        "=== Domain 1: example.net\n"
        "=== MX example.net → mx1.example.net (10)\n"
        "=== Session 2: mx1.example.net [192.0.2.10]:25 for example.net\n"
        "=== Trying 192.0.2.10:25...\n"
        "=== Connected to 192.0.2.10.\n"
        "=== response in 0.115s\n"
        "<-  220 mx1.example.net ESMTP\n"
        " -> STARTTLS\n"
        "<-  220 go on\n"
        "=== TLS started with cipher TLSv1.3:TLS_AES_256_GCM_SHA384\n"
        "=== TLS peer subject=[CN=mx1.example.net], issuer=[CN=Root]\n"
        "=== TLS peer certificate verified by PKIX\n"
        " ~> EHLO client.example\n"
        "<~  250-mx1.example.net\n"
        "<~  250 SIZE 100\n"
        " ~> RCPT TO:<bob@example.net>\n"
        "=== response in 2.000s\n"
        "<~* 550 5.1.1 no such user\n"
        " ~> 100 octets sent\n"
        "=== Domain 1: example.net\n"
        "*** trying mx2.example.net [192.0.2.20]\n"
    )


def told_apart(entries: list[Entry]) -> list[Entry]:
    """Numbers belong to one lane each."""
    lanes = {entry.lane.number: entry.lane for entry in entries}
    return [replace(entry, lane=lanes[entry.lane.number]) for entry in entries]


@given(st.lists(ENTRIES, min_size=1, max_size=8).map(told_apart))
def test_what_is_read_back_is_written_alike(entries: list[Entry]) -> None:
    """Whatever happened: text that was read once says the same ever after."""
    text = written(entries)
    if not text:
        return
    once = written(read(text))
    assert written(read(once)) == once


@given(st.lists(ENTRIES, min_size=1, max_size=5).map(told_apart))
def test_no_secret_and_no_control_is_in_it(entries: list[Entry]) -> None:
    """Rules R15, R39."""
    text = written(entries)
    assert SECRET not in text
    assert all(visible(line) == line for line in text.split("\n"))


def test_a_real_dialogue_comes_back_whole() -> None:
    """The same lines, marks and sessions, and the times as far as replies took them."""
    recorded = (Path(__file__).parent / "delivered.jsonl").open("rb")
    with recorded:
        entries = read_json_lines(recorded).entries
    text = written(entries)
    back = read(text)
    assert written(back) == text

    def dialogue(entries: tuple[Entry, ...]) -> list[tuple[int, str, str]]:
        return [
            (entry.lane.number, line.mark, line.text)
            for entry in entries
            if not isinstance(entry.event, BodySent) or entry.event.octets == entry.event.size
            for line in lines_of(entry)
            if line.mark in "→←"
        ]

    assert dialogue(back) == dialogue(entries)


def test_a_delivery() -> None:
    lines = shown("delivered")
    assert lines[:4] == [
        "· connecting to 127.0.0.1:12555",
        "· connected",
        "← 220 mx.example.net ESMTP",
        "→ EHLO client.example",
    ]
    body = (
        b"Date: Mon, 1 Jan 2024 00:00:00 +0000\r\nTo: bob@example.net\r\nFrom: me@example.com\r\n"
        b"Subject: test\r\nMessage-Id: <1@client.example>\r\n"
        b"X-Mailer: swaks v20201014.0 jetmore.org/john/code/swaks/\r\n"
        b"\r\nHello\r\n.dot\r\n -> x\r\n\r\n\r\n"
    )
    assert lines[lines.index("→ DATA") :] == [
        "→ DATA",
        "← 354 End data with <CR><LF>.<CR><LF>",
        f"→ message, {len(body)} B",
        "→ .",
        "← 250 2.0.0 Ok",
        "→ QUIT",
        "← 221 Bye",
        "· Connection closed with remote host.",
    ]


def test_each_reply_belongs_to_its_command() -> None:
    """Also where they were pipelined, and where the message is only counted."""
    entries = read((LOGS / "pipelined.log").read_bytes())
    answered = [
        (entry.event.command and entry.event.command.shown, entry.event.reply.code)
        for entry in entries
        if isinstance(entry.event, ReplyReceived)
    ]
    assert answered == [
        (None, 220),
        ("EHLO client.example", 250),
        ("MAIL FROM:<me@example.com>", 250),
        ("RCPT TO:<bob@example.net>", 250),
        ("RCPT TO:<x@example.net>", 250),
        ("DATA", 354),
        (".", 250),
        ("QUIT", 221),
    ]


def test_times_are_those_that_the_log_tells() -> None:
    lapsed = read((LOGS / "pipelined.log").read_bytes())
    assert lapsed[-1].event.at == pytest.approx(0.003)
    assert all(entry.event.at == 0 for entry in read((LOGS / "delivered.log").read_bytes()))


def test_tls_and_logins() -> None:
    """Rule R39: what answers AUTH is in no entry, whatever swaks let be seen."""
    lines = shown("tls")
    assert (
        "! TLS 1.3, TLS_AES_256_GCM_SHA384, /CN=mx.example.net, issued by nobody named, not"
        " verified: failed CA verification (self-signed certificate), passed host verification"
        " (using host mx.example.net to verify)"
    ) in lines
    begin = lines.index("→ AUTH LOGIN")
    assert lines[begin : begin + 8] == [
        "→ AUTH LOGIN",
        "← 334 VXNlcm5hbWU6",
        "→ …",
        "← 334 UGFzc3dvcmQ6",
        "→ …",
        "← 535 5.7.8 Error: authentication failed",
        "→ AUTH PLAIN …",
        "← 535 5.7.8 Error: authentication failed",
    ]
    said = " ".join(lines)
    assert not any(secret in said for secret in ("dXNlcg", "c2VjcmV0", "AHVzZXI"))


@pytest.mark.parametrize(
    ("log", "line"),
    [
        ("refused", "← 500 5.3.0 Error: command failed"),
        ("lost", "✗ 127.0.0.1 closed the connection unexpectedly"),
        ("unreachable", "✗ 127.0.0.1:12555 can't be reached: Connection refused"),
        ("login", "! No authentication type succeeded"),
    ],
)
def test_what_went_wrong(log: str, line: str) -> None:
    assert line in shown(log)


def test_what_was_pasted_has_lost_its_spaces() -> None:
    log = (LOGS / "delivered.log").read_text()
    pasted = "\n".join(line.strip() for line in log.splitlines())
    quoted = "".join(f"    {line}\r\n" for line in log.splitlines())
    around = f"$ swaks --ap hunter2\nPassword: hunter2\n{log}\n$ exit\n"
    for text in (pasted, quoted, around):
        assert [entry.event for entry in read(text)] == [entry.event for entry in read(log)]


def test_two_sessions_in_one_log() -> None:
    log = (LOGS / "unreachable.log").read_text() + (LOGS / "refused.log").read_text()
    lanes = [entry.lane.number for entry in read(log)]
    assert lanes == [1] * lanes.count(1) + [2] * lanes.count(2)
    assert isinstance(read(log)[1].event, NotConnected)


def test_octets_that_are_no_text_are_shown() -> None:
    (entry,) = read(b"<-  220 mx \xff\x1b[2J\n")
    (line,) = lines_of(entry)
    assert line.text == "220 mx \\xff\\x1b[2J"


def test_a_reply_that_never_ends_is_there() -> None:
    first, second = read("<-  250-a\n<-  550 b\n<-  250-c")[::2]
    assert isinstance(first.event, ReplyReceived)
    assert first.event.reply == Reply(250, ("a",))
    assert isinstance(second.event, ReplyReceived)
    assert second.event.reply == Reply(250, ("c",))
    (nonsense,) = read("<-  hello")
    assert [line.text for line in lines_of(nonsense)] == ["the server said what is no reply: hello"]


@pytest.mark.parametrize(
    ("log", "why"),
    [
        (b"", "is empty"),
        (b"\n\n", "is neither a recording of tuimail nor a log of swaks"),
        (b"Received: from x\nSubject: y\n", "is neither"),
        (b"x\n" * 100_000, "is neither"),
        (b"\x7fELF\0\0", "line 1: there is a NUL"),
        ("=== Trying".encode("utf-16"), "line 1: there is a NUL"),
        (b"=== Trying x:25...\n" + b"x" * 2_000_000, "line 2: it is longer than 1 MiB"),
    ],
)
def test_a_bad_file_gets_one_clear_line(log: bytes, why: str) -> None:
    with pytest.raises(RecordingError) as raised:
        read(log)
    assert why in str(raised.value)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_nothing_in_a_log_ends_the_reading(octets: bytes) -> None:
    """Whatever stands behind the marks is read, or refused with RecordingError."""
    for log in (octets, *(hint + octets for hint in (b"<-  ", b" -> ", b"=== ", b"*** "))):
        try:
            entries = read(log)
        except RecordingError:
            continue
        for entry in entries:
            assert all(visible(line.text) == line.text for line in lines_of(entry))
        assert not any(
            isinstance(entry.event, CommandSent) and entry.event.command.wire for entry in entries
        )


def test_a_socket_has_no_port() -> None:
    socket = Lane(1, "/run/lmtp", "/run/lmtp")
    text = written([Entry(socket, Connecting(0.0)), Entry(socket, Connected(0.0))])
    assert text.splitlines()[1:] == ["=== Trying /run/lmtp...", "=== Connected to /run/lmtp."]
    assert {entry.lane for entry in read(text)} == {socket}


def test_a_session_that_was_cancelled_warns() -> None:
    failure = smtp.Failure(smtp.FailureKind.CANCELLED, "was left")
    assert "*** mx1.example.net was left\n" in written(
        [Entry(LANE, smtp.SessionFailed(0.0, failure))]
    )


def test_headings_of_earlier_versions_are_read() -> None:
    note = "=== MX example.net → mx1.example.net (10)\n"
    before, now = (read(f"=== {word} 1: example.net\n{note}") for word in ("Delivery", "Domain"))
    assert [entry.lane for entry in before] == [entry.lane for entry in now] == [DOMAIN]
