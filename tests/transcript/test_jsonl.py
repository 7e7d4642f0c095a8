"""A transcript as JSON Lines: everything is kept but secrets, and nothing bad gets past."""

import io
import json
from base64 import b64decode
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transcript.entries import ENTRIES, SECRET
from tuimail import smtp
from tuimail.transcript import Entry, Event, Lane, Noted, Opaque, lines_of
from tuimail.transcript.jsonl import JsonLines, message_lines, read_json_lines
from tuimail.transcript.record import encode
from tuimail.transcript.recorded import Recorded, RecordingError

VERSION_1 = Path(__file__).parent / "version-1.jsonl"
LANE = Lane(2, "example.net", "mx1.example.net", "192.0.2.10", 25)


def written(*entries: Entry) -> str:
    lines = JsonLines()
    return lines.head + "".join(map(lines.written, entries))


def read(text: str | bytes) -> Recorded:
    return read_json_lines(io.BytesIO(text.encode() if isinstance(text, str) else text))


@given(st.lists(ENTRIES, max_size=5))
def test_whatever_happened_is_written_and_read_back(entries: list[Entry]) -> None:
    """Every event with every field; only what secrets and messages go out as is left behind."""
    text = written(*entries)
    back = read(text)
    assert (back.message, back.fault) == (None, "")
    assert text == written(*back.entries)
    start = entries[0].began if entries else 0.0
    for before, after in zip(entries, back.entries, strict=True):
        assert (after.lane, type(after.event)) == (before.lane, type(before.event))
        assert after.event.at == pytest.approx(before.event.at - start, abs=1e-6)
        assert [(line.mark, line.text) for line in lines_of(after)] == [
            (line.mark, line.text) for line in lines_of(before)
        ]


@given(st.lists(ENTRIES, min_size=1, max_size=5))
def test_no_secret_is_in_it_and_no_terminal_obeys_it(entries: list[Entry]) -> None:
    """Rules R15, R39: a line is printable ASCII, and a command is what a person may see."""
    text = written(*entries)
    assert SECRET not in text
    assert all(line.isascii() and line.isprintable() for line in text.splitlines())
    assert text.count("\n") == 1 + len(entries)


def test_a_login_stays_hidden() -> None:
    """Rule R39: in the command and in the reply that names it."""
    login = smtp.Command.auth("PLAIN", f"\0me\0{SECRET}".encode())
    events = smtp.CommandSent(0.0, login), smtp.ReplyReceived(0.1, smtp.Reply(235, ("ok",)), login)
    text = written(*(Entry(LANE, event) for event in events))
    assert text.count('"AUTH PLAIN \\u2026"') == 2
    assert login.wire.decode().split()[2] not in text


def test_channel_bindings_are_not_written() -> None:
    facts = smtp.TlsFacts("TLSv1.3", "X", "CN=a", "CN=b", "", bindings={"tls-exporter": b"key"})
    assert "exporter" not in written(Entry(LANE, smtp.TlsEstablished(0.0, facts)))


def test_the_form_of_version_1() -> None:
    """A file with every kind of event and disposition, as version 1 wrote it, is read for good."""
    text = VERSION_1.read_text()
    back = read(text)
    assert written(*back.entries) == text
    kinds = {type(entry.event) for entry in back.entries}
    assert kinds == set(get_args(Event))
    dispositions = {
        type(disposition)
        for entry in back.entries
        if isinstance(entry.event, smtp.Settled)
        for disposition in entry.event.dispositions
    }
    assert dispositions == set(get_args(smtp.Disposition))


def test_a_line_stands_for_itself() -> None:
    event = smtp.CommandSent(100.25, smtp.Command.ehlo("client.example"))
    assert encode(Entry(LANE, event), 100.0) == {
        "at": 0.25,
        "event": "command-sent",
        "lane": {
            "number": 2,
            "domain": "example.net",
            "exchange": "mx1.example.net",
            "ip": "192.0.2.10",
            "port": 25,
        },
        "command": "EHLO client.example",
    }


def test_what_a_newer_one_wrote_is_kept() -> None:
    """An event of an unknown kind is kept as it is, an unknown member of a known one left out."""
    line = '{"at":0.5,"event":"teleported","lane":{"number":1,"domain":"x"},"to":["<b>","\\u001b"]}'
    noted = '{"at":1.0,"event":"noted","lane":{"number":1,"domain":"x"},"text":"a","why":1}'
    back = read(f"{JsonLines.head}{line}\n{noted}\n")
    first, second = back.entries
    assert isinstance(first.event, Opaque)
    assert second.event == Noted(1.0, "a")
    (shown,) = lines_of(first)
    assert shown.text.startswith("teleported {")
    assert JsonLines().written(first).replace('"at":0.0', '"at":0.5') == f"{line}\n"


@pytest.mark.parametrize("size", [1, 49_152, 49_153, 200_000])
def test_the_message_goes_with_it_where_it_is_asked_for(size: int) -> None:
    message = bytes(number * 7 % 256 for number in range(size))
    pieces = list(message_lines(io.BytesIO(message)))
    assert read(written() + "".join(pieces)).message == message
    # `jq -r '.message // empty' | base64 -d`
    assert b64decode("".join(json.loads(piece)["message"] for piece in pieces)) == message


def test_what_a_crash_cut_off_is_said_and_the_rest_is_there() -> None:
    text = written(Entry(LANE, Noted(0.0, "a")), Entry(LANE, Noted(1.0, "b")))
    back = read(text[:-9])
    assert [entry.event for entry in back.entries] == [Noted(0.0, "a")]
    assert back.fault == "is cut off in line 3"


NOTED = '{"at":0,"event":"noted","lane":{"number":1,"domain":"x"},"text":"a"}'
NO_LINES = '{"code":250,"lines":[]}'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"\xff\xfe{}\n", "line 1: it is no JSON"),
        (b"{}\n", "line 1: a recording begins with"),
        (b"[1]\n", "line 1: it is no JSON object"),
        (b'{"tuimail-transcript": "1"}\n', "line 1: a recording begins with"),
        (b'{"tuimail-transcript": 2}\n', "line 1: it is of version 2, and this tuimail reads 1"),
        (b'{"tuimail-transcript": 1', "line 1: it is no JSON"),
        ("\n{}\n", "line 3: “at” is no time in seconds"),
        ("\nnonsense\n", "line 3: it is no JSON"),
        ('\n{"at": NaN}\n', "line 3: it is no JSON"),
        ("\n" + "[" * 100_000 + "\n", "line 3: it is no JSON"),
        ('\n{"at": ' + "9" * 5000 + "}\n", "line 3: it is no JSON"),
        (NOTED.replace('"at":0', '"at":1e300'), "line 2: “at” is no time"),
        (NOTED.replace('"at":0', '"at":true'), "line 2: “at” is no time"),
        (NOTED.replace('"number":1', '"number":-1'), "line 2: “lane.number” is no number"),
        (NOTED.replace('"domain":"x"', '"domain":7'), "line 2: “lane.domain” is no text"),
        (NOTED.replace('"domain"', '"realm"'), "line 2: “lane.domain” is missing"),
        (NOTED.replace('"event":"noted"', '"event":{}'), "line 2: “event” is no text"),
        (NOTED.replace("noted", "looked-up"), "line 2: “question” is missing"),
        (NOTED.replace("noted", "tls-established"), "line 2: “facts” is missing"),
        (NOTED.replace('noted","', 'concluded","outcome":3,"'), "line 2: “outcome” is no JSON"),
        (
            NOTED.replace(
                'noted","', 'reply-received","command":null,"reply":{"code":1,"lines":[]},"'
            ),
            "line 2: “reply” has no line",
        ),
        (
            NOTED.replace(
                'noted","',
                'reply-received","command":null,"reply":{"code":1,"lines":['
                + ",".join(['""'] * 70_000)
                + ']},"',
            ),
            "line 2: “reply” has too many lines",
        ),
        (
            NOTED.replace('noted","', 'session-failed","failure":{"kind":"moon","why":""},"'),
            "line 2: “failure.kind” is no FailureKind",
        ),
        ('{"message": "a"}', "line 2: “message” is no base64"),
        ('{"message": {}}', "line 2: “message” is no base64"),
    ],
)
def test_a_bad_file_gets_one_clear_line(text: str | bytes, why: str) -> None:
    if isinstance(text, str):
        begun = text.startswith("\n")
        text = f"{JsonLines.head}{NOTED}{text}" if begun else f"{JsonLines.head}{text}\n"
    with pytest.raises(RecordingError) as raised:
        read(text)
    assert why in str(raised.value)
    assert str(raised.value).isprintable()


def test_an_endless_line_costs_no_endless_memory() -> None:
    class Endless(io.RawIOBase):
        octets = 0

        def readline(self, size: int | None = -1) -> bytes:
            assert size is not None
            assert size > 0
            self.octets += size
            return b"x" * size

    endless = Endless()
    with pytest.raises(RecordingError, match="line 1: it is longer than 64 MiB"):
        read_json_lines(endless)  # type: ignore[arg-type]  # what is read of it
    assert endless.octets <= 64 * 1024 * 1024
