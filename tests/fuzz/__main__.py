"""`python -m tests.fuzz --seconds 3600` looks for octets that break a world, from the corpus on.

What is new goes to `.fuzz/`, and so does what breaks one: replay it with `--replay FILE`, mend, and
add it to the corpus. `--merge` takes into the corpus what reaches further than it does.
"""

import argparse
import sys
from pathlib import Path

import atheris

from tests.fuzz import CORPUS

with atheris.instrument_imports(include=["tuimail.safetext", "tuimail.smtp"]):
    from tests.fuzz.chance import Octets
    from tests.fuzz.world import World, small_blocks


FOUND = Path(".fuzz")
_LONGEST = 512
"""Octets: some 200 happenings, after which nothing new comes of a world."""


def live(octets: bytes) -> None:
    World(Octets(octets)).live()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="how long to look [60]")
    parser.add_argument("--merge", action="store_true", help="take what is new into the corpus")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="one world, and no more")
    chosen = parser.parse_args()
    FOUND.mkdir(exist_ok=True)
    options = [
        f"-max_len={_LONGEST}",
        "-len_control=0",
        f"-artifact_prefix={FOUND}/",
        "-print_final_stats=1",
    ]
    if chosen.replay is not None:
        options.append(str(chosen.replay))
    elif chosen.merge:
        options += ["-merge=1", str(CORPUS), str(FOUND)]
    else:
        options += [f"-max_total_time={chosen.seconds}", str(FOUND), str(CORPUS)]
    with small_blocks():
        atheris.Setup([sys.argv[0], *options], live)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
