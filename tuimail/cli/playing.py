"""Plays a recording on standard output."""

from collections.abc import Callable, Iterable, Sequence
from shutil import get_terminal_size
from typing import Self

import click

from tuimail.cli.keys import Key, Keys, NoKeys
from tuimail.cli.live import on_terminal
from tuimail.smtp import BodySent
from tuimail.transcript import Entry, Player, Typescript, lines_of

_HELP = "space pauses, + and - change the speed, arrows step, q ends"
_CLEAR_LINE = "\r\x1b[K"


def told(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Those that have lines: a message's progress is one, when it is out."""
    return tuple(entry for entry in entries if lines_of(entry) and not _is_underway(entry))


def _is_underway(entry: Entry) -> bool:
    return isinstance(entry.event, BodySent) and entry.event.octets < entry.event.size


def play(
    entries: Sequence[Entry], keys: Keys, clock: Callable[[], float], speed: float = 1.0
) -> None:
    """Returns when the last entry has come, or when the user has seen enough."""
    player, key = Player(entries, clock(), speed), None
    with _Screen(entries, keys) as screen:
        while key is not Key.QUIT:
            screen.show(player, clock())
            if player.finished and not player.paused:
                break
            key = keys.read(player.wait(clock()))
            _obey(key, player, clock())


def print_all(entries: Iterable[Entry]) -> None:
    typescript = Typescript()
    for entry in entries:
        for line, text in typescript.typed(entry):
            on_terminal(line, text)


def _obey(key: Key | None, player: Player, now: float) -> None:
    match key:
        case Key.SPACE if player.paused:
            player.resume(now)
        case Key.SPACE:
            player.pause(now)
        case Key.FASTER:
            player.change_speed(2.0, now)
        case Key.SLOWER:
            player.change_speed(0.5, now)
        case Key.FORWARD:
            player.step(1, now)
        case Key.BACK:
            player.step(-1, now)


class _Screen:
    """Prints what has come, below it how far it is where somebody can press keys."""

    def __init__(self, entries: Sequence[Entry], keys: Keys) -> None:
        self._entries = entries
        self._attended = not isinstance(keys, NoKeys)
        self._shown = 0
        self._typescript = Typescript()

    def show(self, player: Player, now: float) -> None:
        player.due(now)
        if player.position < self._shown:
            self._begin_again(player.position)
        self._clear_status()
        for entry in self._entries[self._shown : player.position]:
            for line, text in self._typescript.typed(entry):
                on_terminal(line, text)
        self._shown = player.position
        if self._attended:
            state = "paused" if player.paused else f"speed {player.speed:g}"
            status = f"{self._shown} of {len(self._entries)}, {state}: {_HELP}"
            click.secho(status[: get_terminal_size().columns - 1], dim=True, nl=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._clear_status()

    def _begin_again(self, position: int) -> None:
        """What was printed can't be taken back one by one: it may have scrolled away."""
        click.clear()
        self._typescript = Typescript()
        self._shown = 0
        for entry in self._entries[: max(position - get_terminal_size().lines, 0)]:
            list(self._typescript.typed(entry))  # Its sessions are numbered from the first on.
            self._shown += 1

    def _clear_status(self) -> None:
        if self._attended:
            click.echo(_CLEAR_LINE, nl=False)
