"""Standard streams that are closed, full, or read by somebody who leaves."""

import asyncio
import shlex
import sys
from pathlib import Path

import pytest

from tests.cli.command import Finished, tuimail
from tests.cli.test_send import HELLO, ME, complaint
from tuimail.demo import DemoWorld

RECORDING = str(Path(__file__).parents[1] / "transcript" / "delivered.jsonl")
NOT_WHOLE = "tuimail: standard output is not whole: No space left on device.\n"


async def in_shell(how: str, *arguments: str) -> Finished:
    """`how` has the command as `{}`."""
    command = how.format(shlex.join((sys.executable, "-m", "tuimail", *arguments)))
    process = await asyncio.create_subprocess_exec(
        *("bash", "-c", f"set -o pipefail; {command}"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode is not None
    return Finished(process.returncode, out.decode(), err.decode())


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("{} <&- >&-", ""),
        ("{} | true", ""),
        ("{} >/dev/full", NOT_WHOLE),
        ("{} >/dev/full 2>&1", ""),
        ("{} >/dev/full 2>&-", ""),
    ],
)
@pytest.mark.parametrize(
    "arguments",
    [
        ("replay", "--no-wait", RECORDING),
        ("replay", "--json", RECORDING),
        ("diff", RECORDING, RECORDING),
        ("demo", "--list"),
    ],
    ids=lambda arguments: " ".join(arguments[:2]),
)
async def test_nobody_reads(how: str, said: str, arguments: tuple[str, ...]) -> None:
    assert await in_shell(how, *arguments) == Finished(0, "", said)


@pytest.mark.parametrize("form", ["--json", "--subject=text"])
async def test_a_mail_that_was_sent_is_sent_and_kept(
    form: str, demo_world: DemoWorld, demo_ca_file: Path
) -> None:
    """Whatever becomes of what is printed: who takes another status for the mail's repeats it."""
    address, port = demo_world.nameserver
    to_demo = ("--nameserver", f"{address}:{port}", "--port", str(demo_world.smtp_port))
    to_bob = (*ME, *HELLO, "--to", "bob@friendly.test", "--ca-file", str(demo_ca_file))
    for how, said in (("{} | true", ""), ("{} <&- >&-", ""), ("{} >/dev/full", NOT_WHOLE)):
        finished = await in_shell(how, "send", *to_demo, *to_bob, form)
        assert finished == Finished(0, "", said)
    assert len(demo_world.received) == 3
    kept = await tuimail("history")
    assert kept.out.count("bob@friendly.test") == 3
    for option in ((), ("--json",)):
        for how, said in (("{} | true", ""), ("{} >/dev/full", NOT_WHOLE)):
            assert await in_shell(how, "history", *option) == Finished(0, "", said)
            id_ = kept.out.split()[0]
            assert await in_shell(how, "history", "show", id_, *option) == Finished(0, "", said)


async def test_a_way_is_told_to_nobody() -> None:
    finished = await in_shell(
        "{} >/dev/full", "send", *ME, "--to", "bob@[127.0.0.1]", "--body", "x", "--dry-run"
    )
    assert finished == Finished(0, "", NOT_WHOLE)


async def test_a_domain_is_inspected_for_nobody(demo_world: DemoWorld) -> None:
    address, port = demo_world.nameserver
    arguments = ("mx", "nullmx.test", "--nameserver", f"{address}:{port}")
    assert await in_shell("{} >/dev/full", *arguments) == Finished(0, "", NOT_WHOLE)
    assert await in_shell("{} >&- 2>&-", *arguments) == Finished(0, "", "")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("replay", "-"), 66, "standard input is empty."),
        (("talk", "127.0.0.1:1"), 75, ""),
    ],
    ids=lambda value: str(value[0] if isinstance(value, tuple) else value),
)
async def test_nothing_can_be_read(arguments: tuple[str, ...], code: int, said: str) -> None:
    finished = await in_shell("{} <&-", *arguments)
    assert finished.code == code
    assert finished.err == (f"tuimail: {said}\n" if said else "")


@pytest.mark.parametrize("arguments", [(), ("--tls", "none"), ("demo",)])
async def test_no_screen_where_there_is_no_terminal(arguments: tuple[str, ...]) -> None:
    """It waited forever for keys that nobody could press."""
    async with asyncio.timeout(20):
        finished = await tuimail(*arguments)
    assert (finished.code, finished.out) == (64, "")
    assert complaint(finished).startswith("tuimail: The screen needs a terminal; ")
