"""What pyproject.toml says of imports covers every room, and what is new in the screen."""

import ast
import tomllib
from pathlib import Path
from typing import Any

import tuimail

ROOT = Path(__file__).parents[1]
ROOMS = Path(tuimail.__file__).parent
SCREEN = ROOMS / "tui"


def contract(name: str) -> dict[str, Any]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = settings["tool"]["importlinter"]["contracts"]
    return next(each for each in contracts if each["id"] == name)


def imported(path: Path) -> set[str]:
    """What it needs when it runs, wherever in it that stands."""
    tree = ast.parse(path.read_text())
    typing = [
        each
        for each in ast.walk(tree)
        if isinstance(each, ast.If) and "TYPE_CHECKING" in ast.unparse(each.test)
    ]
    unneeded = {inner for each in typing for inner in ast.walk(each)}
    names: set[str] = set()
    for each in ast.walk(tree):
        if each in unneeded:
            continue
        if isinstance(each, ast.ImportFrom) and each.module:
            names.add(each.module)
        elif isinstance(each, ast.Import):
            names.update(alias.name for alias in each.names)
    return names


def test_every_room_has_its_place() -> None:
    rooms = {path.stem for path in ROOMS.iterdir() if path.suffix == ".py" or path.is_dir()}
    assert set(contract("rooms")["layers"]) == {room for room in rooms if not room.startswith("_")}


def test_whatever_knows_no_screen_is_held_to_it() -> None:
    """Each module of the screen that needs nothing of Textual, nor of one that does."""
    needs = {f"tuimail.tui.{path.stem}": imported(path) for path in SCREEN.glob("*.py")}
    del needs["tuimail.tui.__init__"]
    drawn = {
        name for name, each in needs.items() if any(n.split(".")[0] == "textual" for n in each)
    }
    while more := {name for name, each in needs.items() if each & drawn} - drawn:
        drawn |= more
    assert set(contract("knowing")["source_modules"]) == set(needs) - drawn


def test_every_screen_and_pane_has_its_place() -> None:
    layers = [name for layer in contract("screens")["layers"] for name in layer.split(" : ")]
    kinds = ("_screen", "_pane", "_view", "_app")
    named = {path.stem for path in SCREEN.glob("*.py") if path.stem.endswith(kinds)}
    assert named <= set(layers)
    assert all((SCREEN / f"{name}.py").exists() for name in layers)
