"""Where standard output's encoding lacks a character, another stands in for it."""

import io
import sys
from pathlib import Path

import pytest

from tests.cli.command import tuimail
from tests.cli.conftest import Send
from tests.cli.test_send import HELLO, ME
from tuimail.cli.stand_ins import print_stand_ins
from tuimail.demo import DemoWorld

LATIN = {"PYTHONIOENCODING": "latin-1", "COLUMNS": "80"}
RECORDING = Path(__file__).parents[1] / "transcript" / "delivered.jsonl"


async def test_a_mail_is_sent_and_told(send: Send, demo_world: DemoWorld) -> None:
    """It was halfway out when its first line could not be printed."""
    finished = await send(*ME, "--to", "bob@friendly.test", *HELLO, **LATIN)
    assert (finished.code, finished.err, len(demo_world.received)) == (0, "", 1)
    lines = [line[9:] for line in finished.out.splitlines()]
    assert lines[0] == "   · MX friendly.test > mx1.friendly.test (10), mx2.friendly.test (20)"
    assert " 1 < 220 mx1.friendly.test ESMTP tuimail demo" in lines
    assert lines[-1] == " 1 > QUIT"
    assert any(line.startswith("   + Delivered in ") for line in lines)
    kept = await tuimail("history", env=LATIN)
    assert (kept.code, kept.err) == (0, "")
    assert " + delivered  bob@friendly.test" in kept.out
    shown = await tuimail("history", "show", kept.out.split()[0], env=LATIN)
    assert shown.out.splitlines() == finished.out.splitlines()


async def test_a_domain_is_inspected(inspect: Send) -> None:
    finished = await inspect("broken-spf.test", env=LATIN)
    assert (finished.code, finished.err) == (1, "")
    assert finished.out.startswith("x broken-spf.test takes mail at 1 exchange")
    assert "\n             |   mx                                  1\n" in finished.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("replay", "--no-wait", str(RECORDING)),
        ("diff", str(RECORDING), str(RECORDING)),
        ("demo", "--list"),
        ("mx", "--help"),
    ],
    ids=lambda arguments: arguments[0],
)
async def test_whatever_else_is_printed(arguments: tuple[str, ...]) -> None:
    finished = await tuimail(*arguments, env=LATIN)
    assert (finished.code, finished.err) == (0, "")


async def test_a_complaint() -> None:
    finished = await tuimail("mx", "no..domain", env=LATIN)
    assert finished.code == 64
    assert finished.err.startswith('tuimail: "no..domain" has two dots in a row')


def test_what_nothing_stands_in_for_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lone surrogate has no place in UTF-8 either."""
    for encoding, printed in (
        ("latin-1", b"> \\u4e16\\ud800 \xe9"),
        ("utf-8", "→ 世\\ud800 é".encode()),
    ):
        octets = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(octets, encoding))
        print_stand_ins()
        sys.stdout.write("→ 世\ud800 é")
        sys.stdout.flush()
        assert octets.getvalue() == printed
        monkeypatch.undo()
