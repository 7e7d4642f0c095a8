"""The README's pictures, from real sends in the demo world.

    python -m tuimail.tui.screenshots [FOLDER]

Writes each scene as SVG and PNG. The PNGs need resvg-py (extra `dev`), and look best with Fira Code
installed, the font that Textual's SVGs name.
"""

import asyncio
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from textual.pilot import Pilot

from tuimail.tui.app import TuimailApp
from tuimail.tui.demo import FIRST_LETTER, Demo
from tuimail.tui.letter import Letter
from tuimail.tui.replay_app import ReplayApp
from tuimail.tui.replaying import ReplayScreen

if TYPE_CHECKING:
    from tuimail.transcript import Entry

FOLDER = Path("screenshots")
SMTP_PORT, DNS_PORT = 2525, 5354
"""The same in every picture."""
WIDE, NARROW = (120, 40), (80, 24)
SEND, TRANSCRIPT, INSPECTOR = "f9", "f4", "f3"
STEP, MAXIMISE = "f7", "f5"
TO_TLS = ("home", *("right",) * 4, "down", "down", "enter")
"""To the handshake, which unfolds."""
PROBE, DETAILS, NEXT, DOWN = "p", "enter", "right", "down"

SEVERAL = replace(
    FIRST_LETTER,
    to="Bob <bob@friendly.test>, bob@backup.test, postmaster@strict.test, eve@nullmx.test",
)
INSPECTED = replace(FIRST_LETTER, to="bob@secure.test, bob@broken-spf.test, eve@nullmx.test")
SLOW = replace(FIRST_LETTER, to="bob@slow.test")
RUDE = replace(FIRST_LETTER, to="escapes@rude.test", subject="Mind your manners")


@dataclass(frozen=True, slots=True)
class Scene:
    name: str
    letter: Letter
    size: tuple[int, int]
    keys: tuple[str, ...] = ()
    replay: tuple[str, ...] = ()
    """What is pressed in a recording of it, where that is the picture."""


SCENES = (
    Scene("compose", SEVERAL, WIDE, ("tab", "tab")),
    Scene("transcript", FIRST_LETTER, WIDE, (SEND, TRANSCRIPT)),
    Scene("inspector", INSPECTED, WIDE, (INSPECTOR, PROBE, DOWN)),
    Scene("details", INSPECTED, WIDE, (INSPECTOR, NEXT, DOWN, DOWN, DOWN, DETAILS)),
    Scene("several", SEVERAL, WIDE, (SEND, TRANSCRIPT)),
    Scene("waterfall", SLOW, WIDE, (SEND, TRANSCRIPT, MAXIMISE, *TO_TLS)),
    Scene("step", FIRST_LETTER, WIDE, (STEP, SEND, *("enter",) * 4)),
    Scene("replay", SLOW, WIDE, (SEND,), (NEXT,) * 15),
    Scene("rude", RUDE, WIDE, (SEND, TRANSCRIPT)),
    Scene("narrow", FIRST_LETTER, NARROW, (SEND,)),
)


async def play(scene: Scene) -> str:
    """The scene's last moment, as SVG."""
    app = TuimailApp(letter=scene.letter, world=Demo(smtp_port=SMTP_PORT, dns_port=DNS_PORT))
    async with app.run_test(size=scene.size) as pilot:
        await _until(pilot, lambda: app.engine.transcript is not None)
        await _settled(app, pilot)
        for key in scene.keys:
            await pilot.press(key)
            await _until(pilot, lambda: not app.workspace.sending or _is_held(app))
            await _settled(app, pilot)
        if not scene.replay:
            return app.export_screenshot(title="tuimail")
        transcript = app.engine.transcript
        return await _replayed(scene, transcript.entries if transcript is not None else [])


async def _replayed(scene: Scene, entries: "Sequence[Entry]") -> str:
    """Time passes between two entries, and nowhere else."""
    replay = ReplayScreen(entries, f"{scene.name}.jsonl", clock=lambda: 0.0)
    app = ReplayApp(replay)
    async with app.run_test(size=scene.size) as pilot:
        for key in scene.replay:
            await pilot.press(key)
        lines = replay.playback.transcript.lines
        await _until(pilot, lambda: replay.dialogue.line_count == len(lines))
        return app.export_screenshot(title="tuimail")


async def _settled(app: TuimailApp, pilot: Pilot[None]) -> None:
    """Nothing is under way, and everything is drawn."""
    await _until(pilot, lambda: app.engine.idle.is_set() or _is_held(app))
    transcript = app.engine.transcript
    lines = len(transcript.lines) if transcript is not None else 0
    await _until(pilot, lambda: app.workspace.dialogue.line_count >= lines)
    await _until(pilot, lambda: not app.workspace.inspector.is_behind)


def _is_held(app: TuimailApp) -> bool:
    """Whether a command waits to be let go."""
    return bool(app.workspace.dialogue.step.held)


async def _until(pilot: Pilot[None], condition: Callable[[], object]) -> None:
    await pilot.pause()
    while not condition():
        await pilot.pause()


async def play_all() -> dict[str, str]:
    """By the scenes' names. One loop for all: a process has one reactor."""
    return {scene.name: await play(scene) for scene in SCENES}


def main(folder: Path) -> None:
    import resvg_py

    folder.mkdir(exist_ok=True)
    for name, svg in asyncio.run(play_all()).items():
        (folder / f"{name}.svg").write_text(svg, encoding="utf-8")
        png = resvg_py.svg_to_bytes(svg_string=svg, monospace_family="DejaVu Sans Mono")
        (folder / f"{name}.png").write_bytes(png)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
