"""A transcript's entries in plain words."""

from collections.abc import Sequence

from tuimail import smtp
from tuimail.transcript.answers import explained_reply
from tuimail.transcript.commands import explained_command
from tuimail.transcript.events import Entry
from tuimail.transcript.explanation import Explanation
from tuimail.transcript.handshake import explained_handshake
from tuimail.transcript.happenings import explained_happening
from tuimail.transcript.lmtp import whose


def explained(entry: Entry, earlier: Sequence[Entry] = ()) -> Explanation:
    """`earlier` are the entries before it, where they are at hand: they may say why something was
    asked for."""
    match entry.event:
        case smtp.CommandSent(command=command):
            return explained_command(command)
        case smtp.ReplyReceived(reply=reply, command=command):
            return explained_reply(reply, command, whose(entry, earlier))
        case smtp.TlsEstablished() as event:
            return explained_handshake(event, entry.lane, earlier)
        case event:
            return explained_happening(event, entry.lane)
