"""Step mode: which commands wait to be let go, and how their holder lets them go."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from tuimail.smtp import Command, Pace
from tuimail.transcript import Lane

SERVER_PATIENCE = 300.0
"""Seconds for which a server awaits the next command, at the least (RFC 5321 §4.5.3.2.7)."""


class Steppable(Protocol):
    """A session whose commands can be made to wait."""

    @property
    def held(self) -> Command | None: ...

    @property
    def quiet_since(self) -> float:
        """When the server began to wait for a command, in monotonic seconds."""

    def release(self, command: Command | None) -> None: ...

    def run_on(self) -> None: ...

    def change_pace(self, pace: Pace) -> None: ...


@dataclass(frozen=True, slots=True)
class Held:
    """`since` is when the server began to wait for it, in monotonic seconds."""

    lane: Lane
    command: Command
    since: float

    def left(self, now: float) -> float:
        """Seconds until a server may lose its patience; none is left where it may have."""
        return max(self.since + SERVER_PATIENCE - now, 0.0)


@dataclass(slots=True)
class _Party:
    session: Steppable
    note: Callable[[str], None]
    held: Held | None = None


class Stepper:
    """Knows every session that is open, and what waits in which.

    The holder of a send is told of each change by `on_change`, and answers later, at any time.
    """

    def __init__(self, pace: Pace, now: Callable[[], float]) -> None:
        self.now = now
        """The clock that sessions go by, in monotonic seconds."""
        self.on_change: Callable[[], None] = _tell_nobody
        self._pace = pace
        self._parties: dict[int, _Party] = {}

    @property
    def pace(self) -> Pace:
        """Of the sessions that are open, and of those to come."""
        return self._pace

    @pace.setter
    def pace(self, pace: Pace) -> None:
        self._pace = pace
        for party in tuple(self._parties.values()):
            party.session.change_pace(pace)
        self.on_change()

    @property
    def held(self) -> tuple[Held, ...]:
        """What waits, one command a lane, the longest wait first."""
        waiting = (party.held for party in self._parties.values() if party.held is not None)
        return tuple(sorted(waiting, key=lambda held: held.since))

    def let_go(self, held: Held) -> None:
        """As it is. What no longer waits has gone: then nothing happens, here and below."""
        self._release(held, held.command)

    def say(self, held: Held, command: Command) -> None:
        """In place of what waits where the verb is the same, before it where it is another.

        Raises ValueError with one clear line for what can't be said now.
        """
        self._release(held, command)

    def skip(self, held: Held) -> None:
        """It is not said."""
        if (party := self._waiting(held)) is not None:
            party.note(f"left out: {held.command.shown}")
            party.session.release(None)

    def run_on(self, held: Held) -> None:
        """Lets it go, and what comes behind it, up to the next stage."""
        if (party := self._waiting(held)) is not None:
            party.session.run_on()

    # What sessions report

    def enter(self, lane: Lane, session: Steppable, note: Callable[[str], None]) -> None:
        """A session begins. `note` tells its transcript what is not said."""
        self._parties[lane.number] = _Party(session, note)

    def look(self, lane: Lane) -> None:
        """Something has happened in a session: what waits there may be another command now."""
        party = self._parties.get(lane.number)
        if party is None:
            return  # It is stopped once more after its end.
        command = party.session.held
        held = None if command is None else Held(lane, command, party.session.quiet_since)
        if held != party.held:
            party.held = held
            self.on_change()

    def leave(self, lane: Lane) -> None:
        """A session has ended."""
        party = self._parties.pop(lane.number)
        if party.held is not None:
            self.on_change()

    def _release(self, held: Held, command: Command) -> None:
        if (party := self._waiting(held)) is not None:
            party.session.release(command)

    def _waiting(self, held: Held) -> _Party | None:
        party = self._parties.get(held.lane.number)
        return party if party is not None and party.held == held else None


def _tell_nobody() -> None: ...
