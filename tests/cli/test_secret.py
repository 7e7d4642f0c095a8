"""Where a password comes from, and that nobody else sees it."""

import asyncio
import getpass
import os
import sys
import warnings

import pytest

from tests.cli.command import tuimail
from tuimail.cli.auth_options import AuthOptions
from tuimail.cli.exits import CommandError, Exit

SECRET = "c0rrect-h0rse"


def secret(command: str | None = None) -> str:
    credentials = AuthOptions("tim", command).credentials()
    assert credentials is not None
    return credentials.secret


@pytest.fixture(autouse=True)
def _unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TUIMAIL_PASSWORD", raising=False)


def test_without_a_user_nothing_is_asked() -> None:
    assert AuthOptions().credentials() is None


@pytest.mark.parametrize(
    ("command", "found"),
    [
        (f"echo {SECRET}", SECRET),
        (f"printf '{SECRET}\\r\\nuser: tim\\n'", SECRET),
        ("printf ' two words '", " two words "),
        ("printf 'пароль\\n'", "пароль"),
        ("echo first | tr f F", "First"),
    ],
)
def test_the_first_line_that_a_command_prints(command: str, found: str) -> None:
    assert secret(command) == found


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (f"echo {SECRET}; echo {SECRET} >&2; exit 3", "failed with status 3"),
        (f"/nonexistent/{SECRET}", "failed with status 127"),
        (f"kill -9 $$ # {SECRET}", "failed with status -9"),
        ("true", "is empty"),
        (f"echo; echo {SECRET}", "is empty"),
        (f"printf '{SECRET}\\000x'", "holds a NUL"),
        (f"printf '{SECRET}\\377'", "is no text"),
    ],
)
def test_a_command_that_gives_no_password(
    capfd: pytest.CaptureFixture[str], command: str, said: str
) -> None:
    """Rule R39: one clear line, and nothing that the command has printed."""
    with pytest.raises(CommandError, match=said) as caught:
        secret(command)
    assert caught.value.exit is Exit.CONFIGURATION
    assert SECRET not in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_the_environment_is_taken_from_children(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUIMAIL_PASSWORD", SECRET)
    assert secret() == SECRET
    assert "TUIMAIL_PASSWORD" not in os.environ
    monkeypatch.setenv("TUIMAIL_PASSWORD", SECRET)
    assert secret("echo ${TUIMAIL_PASSWORD-unset}") == "unset"


def test_a_command_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUIMAIL_PASSWORD", "stale")
    assert secret(f"echo {SECRET}") == SECRET


def test_without_a_terminal_it_is_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(_prompt: str) -> str:
        warnings.warn("can not control echo", getpass.GetPassWarning, stacklevel=1)
        return SECRET

    monkeypatch.setattr(getpass, "getpass", ask)
    with pytest.raises(CommandError, match="give --password-command, or set TUIMAIL_PASSWORD"):
        secret()


async def test_it_is_asked_for_without_echo() -> None:
    """On a terminal of the process's own; nobody listens where the mail goes."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "import pty, sys; pty.spawn(sys.argv[1:])"),
        *(sys.executable, "-m", "tuimail", "send", "--from", "me@example.com"),
        *("--to", "bob@example.net", "--body", "Hello", "--server", "127.0.0.1:1"),
        *("--user", "tim\x1b[2J"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    prompt = await process.stdout.readuntil(b": ")
    process.stdin.write(f"{SECRET}\n".encode())
    rest, _ = await process.communicate()
    assert prompt == b"Password of tim\\x1b[2J: "
    assert b"127.0.0.1" in rest, "it went on to send"
    assert SECRET.encode() not in rest


async def test_a_dry_run_asks_for_no_password() -> None:
    finished = await tuimail(
        *("send", "--from", "me@example.com", "--to", "bob@example.net", "--body", "Hello"),
        *("--server", "127.0.0.1:1", "--user", "tim", "--password-command", "exit 3"),
        "--dry-run",
    )
    assert (finished.code, finished.err) == (0, "")
