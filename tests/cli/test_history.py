"""`tuimail history` after sends and talks."""

import json
import os
import re
from pathlib import Path

import pytest

from tests.cli.command import tuimail
from tests.cli.conftest import Send
from tests.cli.test_send import complaint
from tuimail.demo import DemoWorld
from tuimail.store.history import database_path

ME = ("--from", "me@example.com", "--subject", "Hello", "--body", "Hello.\n")


async def test_a_send_is_found_and_shown_again(send: Send) -> None:
    """As it was shown when it happened, to its QUIT."""
    sent = await send(*ME, "--to", "bob@friendly.test")
    refused = await send(*ME, "--to", "bob@strict.test")
    assert (sent.code, refused.code) == (0, 69)
    listed = await tuimail("history")
    assert (listed.code, listed.err) == (0, "")
    newest, oldest = listed.out.splitlines()
    when = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
    assert re.fullmatch(
        rf"    2  {when}  ✗ failed     bob@strict\.test  at mx\.strict\.test, .* m?s", newest
    )
    assert re.fullmatch(
        rf"    1  {when}  ✓ delivered  bob@friendly\.test  at mx1\.friendly\.test, .* m?s", oldest
    )
    shown = await tuimail("history", "show", "1")
    assert (shown.code, shown.err) == (0, "")
    assert [line[9:] for line in shown.out.splitlines()] == [
        line[9:] for line in sent.out.splitlines()
    ]


async def test_found_by_what_is_known_of_it(send: Send) -> None:
    await send(*ME, "--to", "bob@friendly.test", "--to", "bob@strict.test")
    await send(*ME, "--to", "bob@plain.test")

    async def found(*options: str) -> list[int]:
        listed = await tuimail("history", *options, "--json")
        documents = json.loads(listed.out)
        assert listed.code == (0 if documents else 1)
        return [document["id"] for document in documents]

    assert await found() == [2, 1]
    assert await found("--recipient", "FRIENDLY") == [1]
    assert await found("--exchange", "mx.plain") == [2]
    assert await found("--status", "delivered") == [2, 1]
    assert await found("--status", "failed") == [1]
    assert await found("--text", "no such user") == [1]
    assert await found("--text", "no such text") == []


async def test_one_document(send: Send) -> None:
    await send(*ME, "--to", "bob@friendly.test", "--json")
    (document,) = json.loads((await tuimail("history", "--json")).out)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", document.pop("begun"))
    assert re.fullmatch(r"<\w+@example\.com>", document.pop("message_id"))
    assert isinstance(document.pop("elapsed_ms"), int)
    assert document == {
        "id": 1,
        "kind": "send",
        "status": "delivered",
        "recipients": [{"address": "bob@friendly.test", "status": "delivered"}],
        "exchanges": ["mx1.friendly.test"],
    }
    lines = (await tuimail("history", "show", "1", "--json")).out.splitlines()
    assert json.loads(lines[0]) == {"tuimail-transcript": 1}
    assert "reply-received" in {json.loads(line)["event"] for line in lines[1:]}


async def test_a_talk_is_kept_too(demo_world: DemoWorld, demo_ca_file: Path) -> None:
    """Rule R39: what was typed as a secret is not."""
    address, port = demo_world.nameserver
    finished = await tuimail(
        *("talk", "mx.relay.test", "--nameserver", f"{address}:{port}", "--tls", "verify"),
        *("--port", str(demo_world.smtp_port), "--ca-file", str(demo_ca_file)),
        stdin=b"AUTH LOGIN\nbWU=\ndHV0b3JhdGU=\nRCPT TO:<ann@friendly.test>\n",
    )
    assert finished.code == 69
    listed = await tuimail("history", "--recipient", "ann@")
    assert "· talk       ann@friendly.test  at mx.relay.test" in listed.out
    shown = await tuimail("history", "show", "1")
    assert "→ AUTH LOGIN" in shown.out
    assert "dHV0" not in shown.out
    octets = database_path().read_bytes().lower()
    assert b"auth login" in octets
    assert b"dhv0" not in octets
    assert b"tutorate" not in octets


async def test_a_history_that_is_broken_disturbs_nobody(send: Send, demo_world: DemoWorld) -> None:
    database_path().parent.mkdir(parents=True)
    database_path().write_bytes(os.urandom(5000))
    sent = await send(*ME, "--to", "bob@friendly.test")
    assert sent.code == 0
    assert len(demo_world.received) == 1
    assert sent.err == (
        f"tuimail: not kept in the history: {database_path()}: file is not a database.\n"
    )
    listed = await tuimail("history")
    assert (listed.code, listed.out) == (66, "")
    assert "Traceback" not in listed.err


async def test_nothing_there() -> None:
    listed = await tuimail("history")
    assert (listed.code, listed.out, listed.err) == (1, "", "")
    shown = await tuimail("history", "show", "7")
    assert (shown.code, shown.err) == (1, "tuimail: the history has no 7.\n")


@pytest.mark.parametrize(
    "arguments", [("show", "9" * 20), ("forget", "9" * 20), ("--most", "9" * 20), ("--most", "0")]
)
async def test_a_number_that_none_can_have(arguments: tuple[str, ...]) -> None:
    finished = await tuimail("history", *arguments)
    assert (finished.code, finished.out) == (64, "")
    assert complaint(finished).endswith("--help'.")


async def test_no_history_is_wanted(send: Send) -> None:
    await send(*ME, "--to", "bob@friendly.test", TUIMAIL_HISTORY_DAYS="0")
    assert not database_path().exists()


async def test_one_is_forgotten_or_all(send: Send) -> None:
    """Nothing of it stays in the file."""
    for recipient in ("ann@friendly.test", "bob@friendly.test", "eve@friendly.test"):
        await send(*ME, "--to", recipient)
    forgotten = await tuimail("history", "forget", "2")
    assert (forgotten.code, forgotten.out, forgotten.err) == (0, "", "")
    assert [line[:5] for line in (await tuimail("history")).out.splitlines()] == ["    3", "    1"]
    assert b"bob@friendly.test" not in database_path().read_bytes()
    again = await tuimail("history", "forget", "2")
    assert (again.code, again.err) == (1, "tuimail: the history has no 2.\n")
    assert (await tuimail("history", "forget", "--all")).code == 0
    assert (await tuimail("history")).out == ""
    assert b"friendly.test" not in database_path().read_bytes()
    none = await tuimail("history", "forget", "--all")
    assert (none.code, none.err) == (1, "tuimail: the history has nothing.\n")


@pytest.mark.parametrize("options", [(), ("1", "--all"), ("0",)])
async def test_what_to_forget_has_to_be_said(options: tuple[str, ...]) -> None:
    finished = await tuimail("history", "forget", *options)
    assert finished.code == 64
    assert not database_path().exists()


async def test_a_broken_history_forgets_nothing() -> None:
    database_path().parent.mkdir(parents=True)
    database_path().write_bytes(noise := os.urandom(5000))
    finished = await tuimail("history", "forget", "--all")
    assert (finished.code, finished.err) == (
        66,
        f"tuimail: The history can't be changed: {database_path()}: file is not a database.\n",
    )
    assert database_path().read_bytes() == noise
