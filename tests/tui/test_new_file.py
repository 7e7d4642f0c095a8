"""What is written where a person says never takes the place of something else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tuimail.tui.new_file import new_path, write_new


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "Type the path of a file"),
        (".", "is a folder"),
        ("there", "is there already"),
        ("none/x", "none is no folder"),
        ("there/x", "there is no folder"),
        ("~nobody at all/x", "there is no such home"),
        ("x" * 300, "is no name for a file: File name too long"),
        ("\x1b[2J/x", r"\\x1b\[2J is no folder"),
    ],
)
def test_what_is_no_new_file_is_said_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, why: str
) -> None:
    (tmp_path / "there").touch()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=why):
        new_path(name)


def test_a_path_is_from_the_root_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads where it went may be elsewhere."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert new_path("x") == new_path("~/x") == tmp_path / "x"


def test_what_came_meanwhile_stays(tmp_path: Path) -> None:
    path = new_path(str(tmp_path / "x"))
    path.write_text("mine")
    with pytest.raises(OSError, match="exists"):
        write_new(path, ("yours",))
    assert path.read_text() == "mine"


def test_nothing_is_left_half_written(tmp_path: Path) -> None:
    def pieces() -> Iterator[str]:
        yield "half of it"
        raise OSError("No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_new(tmp_path / "x", pieces())
    assert list(tmp_path.iterdir()) == []
