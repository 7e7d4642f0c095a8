"""Whose the final replies are in LMTP, where each recipient has one (RFC 2033 §4.2)."""

from collections.abc import Sequence

from tuimail import smtp
from tuimail.transcript.events import Entry
from tuimail.transcript.parameters import path
from tuimail.transcript.verbs import Asked, asked_by


def whose(entry: Entry, earlier: Sequence[Entry]) -> str | None:
    """The forward-path that a final reply decides on, which may be unknown and empty; None where
    the session is no LMTP, or the reply another one. `earlier` are the entries before it."""
    answered = _command_answered(entry)
    if answered is None or asked_by(answered) is not Asked.FINAL:
        return None
    lane = [each for each in earlier if each.lane.number == entry.lane.number]
    verbs = [each.event.command.verb for each in lane if isinstance(each.event, smtp.CommandSent)]
    if "LHLO" not in verbs:
        return None
    taken: list[str] = []
    finals = 0
    for each in lane:
        command = _command_answered(each)
        if command is None:
            continue
        match asked_by(command):
            case Asked.MAIL:
                taken, finals = [], 0
            case Asked.RCPT if _completed(each):
                taken.append(path(command) or "")
            case Asked.FINAL:
                finals += 1
    return taken[finals] if finals < len(taken) else ""


def _command_answered(entry: Entry) -> smtp.Command | None:
    return entry.event.command if isinstance(entry.event, smtp.ReplyReceived) else None


def _completed(entry: Entry) -> bool:
    event = entry.event
    return isinstance(event, smtp.ReplyReceived) and event.reply.severity is smtp.Severity.COMPLETED
