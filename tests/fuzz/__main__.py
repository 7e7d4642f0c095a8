"""`python -m tests.fuzz --seconds 3600` looks for octets that break a world, from the corpus on.

What is new goes to `.fuzz/`, and so does what breaks one: replay it with `--replay FILE`, mend, and
add it to the corpus. `--merge` takes into the corpus what goes ways that nothing there goes.
"""

import argparse
import sys
from pathlib import Path
from shutil import copy
from types import FrameType
from typing import Any

import atheris

from tests.fuzz import CORPUS

with atheris.instrument_imports(include=["tuimail.safetext", "tuimail.smtp"]):
    from tests.fuzz.chance import Octets
    from tests.fuzz.world import World, small_blocks

FOUND = Path(".fuzz")
_LONGEST = 512
"""Octets: some 200 happenings, after which nothing new comes of a world."""
_Step = tuple[str, int, int]


def live(octets: bytes) -> None:
    World(Octets(octets)).live()


def look(seconds: int) -> None:
    """Ends the process."""
    options = [
        f"-max_total_time={seconds}",
        f"-max_len={_LONGEST}",
        "-len_control=0",
        f"-artifact_prefix={FOUND}/",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *options, str(FOUND), str(CORPUS)], live)
    atheris.Fuzz()


def merge() -> None:
    known: set[_Step] = set()
    files = sorted(FOUND.iterdir(), key=lambda file: file.stat().st_size)
    for file in (*CORPUS.iterdir(), *files):
        steps = _steps(file.read_bytes())
        if not steps <= known and file.parent != CORPUS:
            copy(file, CORPUS / file.name[:12])
        known |= steps
    print(f"{len(list(CORPUS.iterdir()))} worlds, {len(known)} steps")


def _steps(octets: bytes) -> set[_Step]:
    """Which line followed which, in the dialogue's own modules."""
    steps: set[_Step] = set()
    before: dict[FrameType, int] = {}

    def trace(frame: FrameType, event: str, _argument: object) -> Any:  # noqa: ANN401 - itself
        if "tuimail/smtp/" not in frame.f_code.co_filename:
            return None
        if event == "line":
            steps.add((frame.f_code.co_filename, before.get(frame, 0), frame.f_lineno))
            before[frame] = frame.f_lineno
        return trace

    sys.settrace(trace)
    try:
        live(octets)
    finally:
        sys.settrace(None)
    return steps


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="how long to look [60]")
    parser.add_argument("--merge", action="store_true", help="take what is new into the corpus")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="one world, and no more")
    chosen = parser.parse_args()
    FOUND.mkdir(exist_ok=True)
    with small_blocks():
        if chosen.replay is not None:
            live(chosen.replay.read_bytes())
        elif chosen.merge:
            merge()
        else:
            look(chosen.seconds)


if __name__ == "__main__":
    main()
