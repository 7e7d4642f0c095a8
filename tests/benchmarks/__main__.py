"""The benchmarks: tuimail and others in turn, in one run.

    python -m tests.benchmarks              lists them
    python -m tests.benchmarks NAME...      runs some, or `all`, and prints a Markdown table

The exit status is 1 where a target is not reached. What a machine lacks is left out, and said.
"""

import asyncio
import sys

from tests.benchmarks import command, inspect, large, rates, round_trips, start, transcript
from tests.benchmarks.figures import Row, UnavailableError, table

MODULES = {
    module.__name__.rpartition(".")[2]: module
    for module in (round_trips, rates, large, inspect, command, start, transcript)
}


async def _run(names: list[str]) -> list[Row]:
    rows: list[Row] = []
    for name in names:
        print(f"{name} …", file=sys.stderr)
        try:
            rows += await MODULES[name].run()
        except UnavailableError as reason:
            print(f"{name} is left out: {reason}", file=sys.stderr)
    return rows


def main() -> int:
    names = list(MODULES) if sys.argv[1:] == ["all"] else sys.argv[1:]
    if unknown := [name for name in names if name not in MODULES]:
        print(f"no such benchmark: {', '.join(unknown)}", file=sys.stderr)
        return 2
    if not names:
        for name, module in MODULES.items():
            print(f"{name:12} {(module.__doc__ or '').splitlines()[0]}")
        return 0
    rows = asyncio.run(_run(names))
    print(table(rows))
    return int(any(row.reached is False for row in rows))


if __name__ == "__main__":
    sys.exit(main())
