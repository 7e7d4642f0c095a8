"""Where whoever follows a dialogue rests once it has come to its end."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuimail.transcript import Entry
    from tuimail.tui.sheet import Sheet

_MOST_FAREWELLS = 64
"""Entries behind a result that are looked at: a send has seldom more than a few sessions."""


def last_line(sheet: "Sheet") -> int:
    """The last one that is shown, in any case."""
    return max(sheet.count - 1, 0)


def result_line(sheet: "Sheet") -> int:
    """The result of the last send, when nothing but goodbyes has come since; else the last line.

    A connection is let go some seconds after the result: that is no news to whoever reads it.
    """
    from tuimail.transcript import Concluded

    last = last_line(sheet)
    if not sheet.count:
        return last
    entries, end = sheet.lines.entries, sheet.entry(last)
    for place in range(end, max(end - _MOST_FAREWELLS, -1), -1):
        if isinstance(entries[place].event, Concluded):
            result = sheet.nearest(sheet.lines.first(place + 1) - 1)
            return result if sheet.entry(result) == place else last
        if not _says_goodbye(entries[place]):
            break
    return last


def _says_goodbye(entry: "Entry") -> bool:
    from tuimail.smtp import CommandSent, ReplyReceived

    match entry.event:
        case CommandSent(command=command) | ReplyReceived(command=command) if command is not None:
            return command.verb == "QUIT"
        case _:
            return False
