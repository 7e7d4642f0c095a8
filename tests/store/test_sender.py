"""The sender that the next mail starts from."""

import os
from pathlib import Path

import pytest

from tuimail.store import LastSender, state_path


def test_it_is_remembered(tmp_path: Path) -> None:
    last = LastSender(tmp_path / "state" / "tuimail" / "sender")
    assert last.read() is None
    last.write("Zoë <zoe@bücher.example>")
    last.write("me@example.com")
    assert LastSender(last.path).read() == "me@example.com"
    assert [path.name for path in last.path.parent.iterdir()] == ["sender"]


def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    umask = os.umask(0)
    try:
        LastSender(tmp_path / "state" / "sender").write("me@example.com")
    finally:
        os.umask(umask)
    assert (tmp_path / "state" / "sender").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "octets",
    [b"", b"\n\n", b"\xff\xfe", b"a@b\nc@d\n", b"a@b\0", b"a" * 100_000, b"a\x0bb"],
)
def test_what_is_corrupt_counts_as_missing(tmp_path: Path, octets: bytes) -> None:
    path = tmp_path / "sender"
    path.write_bytes(octets)
    assert LastSender(path).read() is None
    LastSender(path).write("me@example.com")
    assert LastSender(path).read() == "me@example.com"


def test_what_can_not_be_kept_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "sender").mkdir()
    (tmp_path / "file").touch()
    for path in (tmp_path / "sender", tmp_path / "file" / "sender"):
        LastSender(path).write("me@example.com")
        assert LastSender(path).read() is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "sender"]


def test_it_lives_under_the_state_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert state_path() == tmp_path / "tuimail"
    assert LastSender().path == tmp_path / "tuimail" / "sender"
