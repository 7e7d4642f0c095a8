"""Whose an entry is: a connection that a send leaves open may serve the next one, or end while
that is under way."""

from collections.abc import Iterable, Sequence

from tuimail.smtp import CommandSent
from tuimail.transcript.events import Connecting, Entry


def own(entries: Sequence[Entry]) -> list[Entry]:
    """A send's, of all that was seen from its beginning to its outcome: not how connections of
    sends before it ended."""
    used = {e.lane for e in entries if isinstance(e.event, Connecting) or _is_use(e)}
    return [entry for entry in entries if not entry.lane.exchange or entry.lane in used]


def farewell(seen: Iterable[Entry], later: Iterable[Entry]) -> list[Entry]:
    """What came `later`, in the connections of a send of which all up to its outcome was `seen`:
    how they ended, those that served nobody else."""
    lanes = {entry.lane for entry in seen if entry.lane.exchange}
    endings = []
    for entry in later:
        if entry.lane in lanes:
            if _is_use(entry):
                lanes.remove(entry.lane)
            else:
                endings.append(entry)
    return [entry for entry in endings if entry.lane in lanes]


def _is_use(entry: Entry) -> bool:
    """Whether somebody wants something of the connection."""
    match entry.event:
        case CommandSent(command=command):
            return command.verb != "QUIT"
        case _:
            return False
