"""What step mode says of a command that waits, and what it reads from a person."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tuimail.safetext import visible

if TYPE_CHECKING:
    from tuimail.delivery.stepper import Held
    from tuimail.smtp import Command

KEYS = "enter lets it go · e edits · : another line · s leaves it out · c next stage · C to the end"
SHORT_KEYS = "enter go · e edit · : other · s skip · c stage · C end"
TYPING_KEYS = "enter says the line · escape leaves it"


def command_shown(held: "Held") -> str:
    return visible(held.command.shown)


def about(held: Sequence["Held"], now: float) -> str:
    """To whom the first would go, how long the server waits for it, and who else waits."""
    first = held[0]
    left = first.left(now)
    whom = visible(first.lane.exchange)
    patience = f"{_clock(left)} left" if left else "it may have given up by now"
    more = len(held) - 1
    others = f", {more} more wait{'s' if more == 1 else ''} (] goes there)" if more else ""
    return f"to {whom}: {patience}{others}"


def editable(held: "Held") -> str:
    """What stands in the field that edits it. Raises ValueError for a secret."""
    if held.command.is_secret:
        raise ValueError("This line holds a secret: it can go as it is, or be left out.")
    return held.command.shown


def typed(text: str) -> "Command":
    """Raises ValueError with a sentence for what is no line."""
    if not text.strip():
        raise ValueError("Type a line, or leave with escape.")
    from tuimail.smtp import Command  # takes longer than a first paint has time for

    return Command.parse(text)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02}"
