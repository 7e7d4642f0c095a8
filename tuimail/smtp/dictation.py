"""A message that a person types, line by line, and who answers for it."""

from collections.abc import Callable

from tuimail.smtp.channel import Channel, Step
from tuimail.smtp.command import Command
from tuimail.smtp.events import BodySent
from tuimail.smtp.reply import Reply, Severity
from tuimail.smtp.session import Protocol
from tuimail.smtp.stage import Stage

MOST_OCTETS = 998
"""Of one line of a message, without its end (RFC 5321 §4.5.3.1.6)."""
_BEGINNINGS = ("EHLO", "LHLO", "HELO", "XCLIENT", "STARTTLS", "MAIL", "RSET")
"""Commands after which no recipient is taken any more."""


class Dictation:
    """Knows how many recipients were taken: in LMTP each has a final reply."""

    def __init__(self, channel: Channel, note: Callable[[str], None]) -> None:
        self._channel = channel
        self._note = note
        self._recipients = 0
        self._octets = 0
        self._finals = 0
        self._stuffed = False

    @property
    def unsure(self) -> bool:
        """Whether a message was ended, and the server's word on it has not come (R33)."""
        return self._finals > 0

    def heard(self, verb: str, reply: Reply) -> None:
        """The server has answered a command."""
        match verb, reply.severity:
            case "DATA", Severity.CONTINUE:
                self._octets = 0
            case "RCPT", Severity.COMPLETED:
                self._recipients += 1
            case verb, Severity.COMPLETED if verb in _BEGINNINGS:
                self._recipients = 0

    def say(self, line: str) -> None:
        """Any but the lone dot. Raises ValueError with one clear line."""
        octets = line.encode()
        if len(octets) > MOST_OCTETS:
            raise ValueError(f"a line of a message has at most {MOST_OCTETS} octets")
        self._octets += len(octets) + 2
        if octets.startswith(b"."):
            octets = b"." + octets
            if not self._stuffed:
                self._note("a line that begins with a dot gets one more (RFC 5321 §4.5.2)")
            self._stuffed = True
        self._channel.write(octets + b"\r\n")

    def end(self, protocol: Protocol) -> None:
        """The lone dot."""
        self._channel.observe(BodySent(self._channel.now, self._octets, self._octets))
        # A reply for each recipient (RFC 2033 §4.2).
        self._finals = max(self._recipients, 1) if protocol is Protocol.LMTP else 1
        self._recipients = 0
        end = Step(Stage.FINAL, Command.end_of_data(), self._answered)
        self._channel.say(end)
        self._channel.flush()
        for _ in range(self._finals - 1):
            self._channel.listen(end)

    def _answered(self, reply: Reply) -> None:
        if reply.severity not in (None, Severity.CONTINUE):
            self._finals -= 1
