"""`tuimail send` as a shell runs it."""

import asyncio
import json
import re
import shlex
import sys
from pathlib import Path

import pytest

from tests.cli.command import Finished, tuimail
from tests.cli.conftest import Send
from tuimail.demo import DemoWorld

ME = ("--from", "me@example.com")
HELLO = ("--subject", "Hello", "--body", "Hello, how are you, goodbye.\n")


def complaint(finished: Finished) -> str:
    """The one clear line on standard error; nothing else was said."""
    assert finished.out == ""
    assert "Traceback" not in finished.err
    (line,) = finished.err.splitlines()
    return line


async def test_the_dialogue_and_then_the_result(send: Send, demo_world: DemoWorld) -> None:
    finished = await send(*ME, "--to", "bob@friendly.test", *HELLO)
    assert (finished.code, finished.err) == (0, "")
    (received,) = demo_world.received
    lines = [line[12:] for line in finished.out.splitlines()]
    for expected in (
        "· MX friendly.test → mx1.friendly.test (10), mx2.friendly.test (20)",
        "← 220 mx1.friendly.test ESMTP tuimail demo",
        "→ STARTTLS",
        "→ RCPT TO:<bob@friendly.test>",
        f"→ BDAT {len(received.data)} LAST",
    ):
        assert expected in lines
    taken = f"250 Ok, {len(received.data)} octets taken"
    assert f"✓ mx1.friendly.test took the mail for bob@friendly.test: {taken}" in lines


async def test_json_is_one_document_and_nothing_else(send: Send, demo_world: DemoWorld) -> None:
    finished = await send(*ME, "--to", "bob@friendly.test", *HELLO, "--json")
    document = json.loads(finished.out)
    assert set(document) == {"message_id", "outcome", "recipients", "elapsed_ms"}
    assert document["outcome"] == "delivered"
    assert re.fullmatch(r"<\w+@example\.com>", document["message_id"])
    assert isinstance(document["elapsed_ms"], int)
    (recipient,) = document["recipients"]
    assert recipient.pop("tls") == {
        "version": "TLSv1.3",
        "cipher": "TLS_AES_256_GCM_SHA384",
        "verified": True,
        "policy": "opportunistic",
    }
    assert recipient == {
        "address": "bob@friendly.test",
        "status": "delivered",
        "code": 250,
        "enhanced": "2.0.0",
        "reply": f"Ok, {len(demo_world.received[0].data)} octets taken",
        "exchange": "mx1.friendly.test",
        "ip": "127.0.0.11",
    }


@pytest.mark.parametrize(
    ("to", "stage", "code", "outcome"),
    [
        ("bob@friendly.test", "rcpt", 0, "stopped"),
        ("bob@friendly.test", "tls", 0, "stopped"),
        ("bob@backup.test", "greeting", 0, "stopped"),
        ("bob@strict.test", "rcpt", 69, "failed"),
        ("bob@strict.test", "mail", 0, "stopped"),
        ("bob@nullmx.test", "rcpt", 69, "failed"),
    ],
)
async def test_an_address_tried_without_a_mail(
    send: Send, demo_world: DemoWorld, to: str, stage: str, code: int, outcome: str
) -> None:
    """Exit 0 when all went well so far; nothing is sent."""
    finished = await send(*ME, "--to", to, *HELLO, "--stop-after", stage, "--json")
    document = json.loads(finished.out)
    assert (finished.code, document["outcome"]) == (code, outcome)
    if outcome == "stopped":
        reply = document["recipients"][0]["reply"]
        assert reply.lower() == f"stopped behind {stage}, as asked"
    assert demo_world.received == []


@pytest.mark.parametrize(
    ("to", "code", "outcome"),
    [
        ("bob@friendly.test", 0, "delivered"),
        ("bob@strict.test", 69, "failed"),
        ("bob@nullmx.test", 69, "failed"),
        ("bob@greylist.test", 75, "deferred"),
        ("vanish@rude.test", 76, "unknown"),
        ("bob@friendly.test, bob@strict.test", 69, "failed"),
        ("bob@greylist.test, bob@strict.test", 69, "failed"),
        ("bob@friendly.test, bob@greylist.test", 75, "deferred"),
        ("bob@strict.test, vanish@rude.test, bob@greylist.test", 76, "unknown"),
    ],
)
async def test_the_exit_is_the_gravest_of_all(send: Send, to: str, code: int, outcome: str) -> None:
    finished = await send(*ME, "--to", to, *HELLO, "--json")
    assert (finished.code, json.loads(finished.out)["outcome"]) == (code, outcome)


async def test_bcc_is_in_the_envelope_and_nowhere_else(send: Send, demo_world: DemoWorld) -> None:
    """Rule R40."""
    await send(*ME, "--to", "a@friendly.test", "--bcc", "b@friendly.test", *HELLO)
    assert {received.forward_paths for received in demo_world.received} == {
        ("a@friendly.test",),
        ("b@friendly.test",),
    }
    assert not any(b"b@friendly" in received.data for received in demo_world.received)


@pytest.mark.parametrize(
    ("given", "path"), [("<>", ""), ("bounce@example.com", "bounce@example.com")]
)
async def test_the_reverse_path(send: Send, demo_world: DemoWorld, given: str, path: str) -> None:
    await send(*ME, "--reverse-path", given, "--to", "bob@friendly.test", *HELLO)
    assert demo_world.received[0].reverse_path == path


async def test_a_whole_message_goes_as_it_is_minus_bcc(send: Send, demo_world: DemoWorld) -> None:
    """Rules R30, R40: nothing is added, and the flags set the envelope alone."""
    eml = b"Subject: mine\nBcc: eve@example.net\nX-Order: kept\n\nbody\n.\n"
    finished = await send(*ME, "--to", "bob@friendly.test", "--eml", "-", stdin=eml)
    assert finished.code == 0
    assert demo_world.received[0].data == b"Subject: mine\r\nX-Order: kept\r\n\r\nbody\r\n.\r\n"


async def test_the_sender_is_the_last_one_used_and_then_email(
    send: Send, demo_world: DemoWorld
) -> None:
    to = ("--to", "bob@friendly.test", *HELLO)
    assert "--from" in complaint(await send(*to))
    await send(*to, EMAIL="env@example.com")
    await send("--from", "Me <flag@example.com>", *to)
    await send(*to, EMAIL="env@example.com")
    assert [received.reverse_path for received in demo_world.received] == [
        "env@example.com",
        "flag@example.com",
        "flag@example.com",
    ]


async def test_a_dry_run_connects_to_nobody(send: Send, demo_world: DemoWorld) -> None:
    to = ("--to", "bob@friendly.test", *HELLO, "--dry-run")
    finished = await send(*ME, *to)
    assert finished.code == 0
    assert "10 mx1.friendly.test [127.0.0.11]" in finished.out
    document = json.loads((await send(*ME, *to, "--json")).out)
    (recipient,) = document["recipients"]
    assert [exchange["name"] for exchange in recipient["exchanges"]] == [
        "mx1.friendly.test",
        "mx2.friendly.test",
    ]
    assert (await send(*ME, *to, "--to", "bob@nullmx.test")).code == 69
    assert demo_world.received == []


async def test_a_rude_server_cannot_touch_the_terminal(send: Send) -> None:
    """Rule R15: no control character reaches standard output but line ends."""
    finished = await send(*ME, "--to", "escapes@rude.test", *HELLO)
    assert all(line.isprintable() for line in finished.out.splitlines())
    assert "\\x1b" in finished.out


async def test_nothing_hostile_is_in_the_document_either(send: Send) -> None:
    """Rule R15: C1 and bidi controls too are escapes in JSON."""
    finished = await send(*ME, "--to", "escapes@rude.test", *HELLO, "--json")
    assert finished.out.removesuffix("\n").isprintable()
    assert "\u202e" in json.loads(finished.out)["recipients"][0]["reply"]


async def test_a_reader_that_goes_away_does_not_stop_the_mail(
    demo_world: DemoWorld, demo_ca_file: Path
) -> None:
    """`tuimail send … | head -1`"""
    address, port = demo_world.nameserver
    command = shlex.join(
        [
            *(sys.executable, "-m", "tuimail", "send", *ME, "--to", "bob@friendly.test", *HELLO),
            *("--nameserver", f"{address}:{port}", "--port", str(demo_world.smtp_port)),
            *("--ca-file", str(demo_ca_file)),
        ]
    )
    process = await asyncio.create_subprocess_exec(
        *("bash", "-c", f"set -o pipefail; {command} | true"),
        stderr=asyncio.subprocess.PIPE,
    )
    _, err = await process.communicate()
    assert (process.returncode, err.decode()) == (0, "")
    assert len(demo_world.received) == 1


async def test_a_transcript_that_cannot_be_written(send: Send, demo_world: DemoWorld) -> None:
    to = (*ME, "--to", "bob@friendly.test", *HELLO, "--json")
    nowhere = await send(*to, "--transcript", "/nonexistent/file")
    assert (nowhere.code, demo_world.received) == (66, [])
    assert "/nonexistent/file can't be written" in complaint(nowhere)
    full = await send(*to, "--transcript", "/dev/full")
    assert (full.code, len(demo_world.received)) == (0, 1)
    assert "/dev/full is not whole" in full.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 64, "Nothing to send"),
        (("--body", "x"), 64, "Nobody to send as"),
        ((*ME, "--body", "x"), 64, "Nobody to send to"),
        ((*ME, "--to", "b@x.test", "--body", "x", "--body-file", "y"), 64, "not both"),
        ((*ME, "--to", "b@x.test", "--eml", "x", "--body", "y"), 64, "whole message"),
        ((*ME, "--to", "b@x.test", "--body", "x", "--tls", "maybe"), 64, "--tls"),
        ((*ME, "--to", "b@x.test", "--body", "x", "--nonsense"), 64, "--nonsense"),
        ((*ME, "--to", "b@x.test", "--body", "x", "--server", "a b"), 64, "names no server"),
        ((*ME, "--to", "b@x.test", "--body", "x", "--port", "0"), 64, "--port"),
        ((*ME, "--to", "b@x.test", "--body", "x", "--hello", "a\nb"), 64, "line break"),
        ((*ME, "--to", "b@x.test", "--body", "x", "--nameserver", "x"), 64, "nameserver"),
        (("--from", "me", "--to", "b@x.test", "--body", "x"), 65, "me"),
        ((*ME, "--to", "bob", "--body", "x"), 65, "bob"),
        ((*ME, "--to", "b@x.test\nc@", "--body", "x"), 65, "c@"),
        ((*ME, "--to", "b@x.test", "--body", "x", "--header", "no colon"), 65, "no colon"),
        ((*ME, "--to", "b@x.test", "--body", "x", "--header", "X: a\nBcc: b"), 65, "X"),
        ((*ME, "--to", "b@x.test", "--subject", "a\r\nBcc: b", "--body", "x"), 65, "Subject"),
        ((*ME, "--to", "b@x.test", "--eml", "missing.eml"), 66, "missing.eml"),
        ((*ME, "--to", "b@x.test", "--body-file", "missing"), 66, "missing"),
        ((*ME, "--to", "b@x.test", "--body", "x", "--attach", "missing"), 66, "missing"),
        ((*ME, "--to", "b@x.test", "--body", "x", "--ca-file", "missing"), 66, "missing"),
        ((*ME, "--to", "b@x.test", "--body", "x", "--ca-file", "empty"), 78, "no certificate"),
        ((*ME, "--to", "b@x.test", "--body", "x", "--client-cert", "missing"), 66, "missing can't"),
        ((*ME, "--to", "b@x.test", "--body", "x", "--client-cert", "empty"), 78, "no certificate"),
    ],
)
async def test_bad_input_gets_one_clear_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    """Rule R37 among others: refused before anything is sent."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").write_text("")
    finished = await tuimail("send", *arguments)
    assert said in complaint(finished)
    assert finished.code == code


async def test_an_empty_message_is_refused() -> None:
    finished = await tuimail("send", *ME, "--to", "b@x.test", "--eml", "-")
    assert finished.code == 65
    assert complaint(finished)


async def test_stepping_needs_a_terminal(send: Send) -> None:
    finished = await send(*ME, "--to", "bob@friendly.test", *HELLO, "--step")
    assert finished.code == 64
    assert complaint(finished) == "tuimail: --step needs a terminal, and no --json."
