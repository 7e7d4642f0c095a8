"""Plays a recording on standard output."""

from collections.abc import Callable, Iterable, Sequence

from tuimail.cli.live import on_terminal
from tuimail.transcript import Entry, Typescript
from tuimail.transcript.replay import Player


def play(
    entries: Sequence[Entry],
    clock: Callable[[], float],
    sleep: Callable[[float], None],
    speed: float = 1.0,
) -> None:
    """Returns when the last entry has come."""
    player, typescript = Player(entries, clock(), speed), Typescript()
    while True:
        for entry in player.due(clock()):
            _print(entry, typescript)
        wait = player.wait(clock())
        if wait is None:
            return
        sleep(wait)


def print_all(entries: Iterable[Entry]) -> None:
    typescript = Typescript()
    for entry in entries:
        _print(entry, typescript)


def _print(entry: Entry, typescript: Typescript) -> None:
    for line, text in typescript.typed(entry):
        on_terminal(line, text)
