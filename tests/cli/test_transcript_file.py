"""`tuimail send --transcript`: the form follows the file's name."""

import asyncio
import io
import signal
import sys
from base64 import b64encode
from contextlib import suppress
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from tests.cli.conftest import Send
from tests.cli.test_send import HELLO, ME, complaint
from tuimail.cli.transcript_file import _Into, written
from tuimail.demo import DemoWorld
from tuimail.smtp import Command, CommandSent
from tuimail.transcript import Concluded, Entry, Noted, Transcript, lines_of
from tuimail.transcript.jsonl import read_json_lines
from tuimail.transcript.recorded import Recorded
from tuimail.transcript.swaks import read_swaks
from tuimail.transcript.text import SwaksText

TO = (*ME, "--to", "bob@friendly.test", *HELLO)


def recorded(path: Path) -> Recorded:
    with path.open("rb") as file:
        return read_json_lines(file)


def dialogue(entries: tuple[Entry, ...]) -> list[str]:
    return [
        f"{line.mark} {line.text}"
        for entry in entries
        for line in lines_of(entry)
        if line.mark in "→←"
    ]


async def test_json_lines_have_all_of_it(send: Send, tmp_path: Path) -> None:
    """Also QUIT, which goes out behind the result."""
    file = tmp_path / "dialogue.jsonl"
    finished = await send(*TO, "--transcript", str(file))
    assert (finished.code, finished.err) == (0, "")
    recording = recorded(file)
    assert (recording.message, recording.fault) == (None, "")
    printed = [line[12:] for line in finished.out.splitlines() if line[12:13] in "→←"]
    assert dialogue(recording.entries) == printed
    assert printed[-1] == "→ QUIT"
    assert recording.entries[0].began == 0
    assert any(isinstance(entry.event, Concluded) for entry in recording.entries)


async def test_the_message_goes_with_it_where_asked(
    send: Send, demo_world: DemoWorld, tmp_path: Path
) -> None:
    file = tmp_path / "dialogue.JSONL"
    await send(*TO, "--transcript", str(file), "--with-message")
    assert recorded(file).message == demo_world.received[0].data


@pytest.mark.parametrize("file", [(), ("--transcript", "x.txt"), ("--transcript", "x")])
async def test_the_message_has_no_place_elsewhere(
    send: Send, demo_world: DemoWorld, file: tuple[str, ...]
) -> None:
    finished = await send(*TO, *file, "--with-message")
    assert (finished.code, demo_world.received) == (64, [])
    assert "--with-message needs a --transcript that is a .jsonl." in complaint(finished)


async def test_text_reads_as_a_log_of_swaks(send: Send, tmp_path: Path) -> None:
    file = tmp_path / "dialogue.txt"
    finished = await send(*TO, "--transcript", str(file))
    lines = file.read_text().splitlines()
    assert "<-  220 mx1.friendly.test ESMTP tuimail demo" in lines
    assert " ~> MAIL FROM:<me@example.com>" in " ".join(lines)
    assert lines[-1] == " ~> QUIT"
    with file.open("rb") as opened:
        entries = read_swaks(opened).entries
    printed = [line[12:] for line in finished.out.splitlines() if line[12:13] in "→←"]
    assert dialogue(entries) == [
        line.replace("→ message, 272 B", "→ message, 272 B") for line in printed
    ]
    text = SwaksText()
    assert "".join(map(text.written, entries)) == file.read_text()


@pytest.mark.parametrize("suffix", ["html", "svg"])
async def test_pages_are_there_at_the_end(send: Send, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"dialogue.{suffix}"
    finished = await send(*TO, "--transcript", str(file), "--json")
    assert (finished.code, finished.err) == (0, "")
    text = file.read_text()
    assert "Delivered in" in text
    assert "RCPT TO:&lt;bob@friendly.test&gt;" in text
    Xml.fromstring(text[text.index("<svg") : text.rindex("</svg>") + 6])  # noqa: S314  # our own


async def test_any_other_name_has_what_is_printed(send: Send, tmp_path: Path) -> None:
    file = tmp_path / "dialogue.log"
    finished = await send(*TO, "--transcript", str(file))
    assert file.read_text() == finished.out


@pytest.mark.parametrize("suffix", ["jsonl", "txt"])
async def test_a_process_that_is_killed_leaves_what_was_seen(
    demo_world: DemoWorld, demo_ca_file: Path, tmp_path: Path, suffix: str
) -> None:
    """The slow exchange answers when the test's clock says so, which is never. What was printed is
    in the file by then."""
    address, port = demo_world.nameserver
    file = tmp_path / f"dialogue.{suffix}"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tuimail", "send", *ME, "--to", "bob@slow.test", *HELLO),
        *("--nameserver", f"{address}:{port}", "--port", str(demo_world.smtp_port)),
        *("--ca-file", str(demo_ca_file), "--transcript", str(file)),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    async for line in process.stdout:
        if "connected" in line.decode():
            break
    process.send_signal(signal.SIGKILL)
    await process.communicate()
    text = file.read_text()
    assert "mx.slow.test" in text
    assert text.endswith("\n")
    assert ("Connected to" if suffix == "txt" else '"connected"') in text


def test_what_a_failure_leaves_is_whole(tmp_path: Path) -> None:
    """A page too is there, whatever ended the send."""
    for name in ("a.jsonl", "a.txt", "a.html", "a.svg"):
        transcript = Transcript()
        lane = transcript.open_lane("example.net")
        with suppress(KeyboardInterrupt), written(transcript, tmp_path / name):
            transcript.append(Entry(lane, Noted(0.0, "noted before it ended")))
            raise KeyboardInterrupt
        transcript.append(Entry(lane, Noted(0.0, "noted after it")))
        text = (tmp_path / name).read_text()
        assert "noted before it ended" in text
        assert "noted after it" not in text


@pytest.mark.parametrize("suffix", ["jsonl", "txt", "html", "svg", "log"])
async def test_a_full_disk_disturbs_nothing(
    send: Send, demo_world: DemoWorld, tmp_path: Path, suffix: str
) -> None:
    file = tmp_path / f"full.{suffix}"
    file.symlink_to("/dev/full")
    finished = await send(*TO, "--transcript", str(file))
    assert (finished.code, len(demo_world.received)) == (0, 1)
    assert finished.err == f"tuimail: {file} is not whole: No space left on device.\n"


async def test_a_login_is_in_no_form(send: Send, tmp_path: Path) -> None:
    """Rule R39: each form tells of it, and none has the password or what is made of it."""
    for suffix in ("jsonl", "txt", "html", "svg", "log"):
        file = tmp_path / f"dialogue.{suffix}"
        finished = await send(
            *(*TO, "--server", "mx.relay.test", "--user", "me", "--auth", "plain"),
            *("--transcript", str(file)),
            TUIMAIL_PASSWORD="tutorate",
        )
        assert (finished.code, finished.err) == (0, "")
        text = file.read_text()
        assert "AUTH PLAIN " in text
        assert "tutorate" not in text
        assert b64encode(b"\0me\0tutorate").decode() not in text


def test_all_octets_arrive_though_few_are_taken_at_once() -> None:
    """An unbuffered file may take less than it is given."""

    class Sipping(io.BytesIO):
        def write(self, octets: Any) -> int:  # noqa: ANN401  # whatever is a buffer
            return super().write(memoryview(octets)[:7])

    file = Sipping()
    into = _Into(file)
    into.write("twenty-one characters\n")
    into.write("ü")
    assert (file.getvalue().decode(), into.fault) == ("twenty-one characters\nü", None)


def test_commands_are_written_without_their_octets(tmp_path: Path) -> None:
    """Rule R39."""
    file = tmp_path / "a.jsonl"
    transcript = Transcript()
    lane = transcript.open_lane("example.net", "mx", "192.0.2.1", 25)
    with written(transcript, file):
        transcript.append(Entry(lane, CommandSent(0.0, Command(b"SECRET\r\n", "…"))))
    assert "SECRET" not in file.read_text()
