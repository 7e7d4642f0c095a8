"""What a server says (RFC 5321 §4.2)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from tuimail.safetext import visible

MAX_LINE = 8 * 1024
"""Octets of one line. RFC 5321 §4.5.3.1.5 asks for 512; servers exceed it, attackers far more."""
MAX_REPLY = 64 * 1024
"""Octets of all lines of one reply: room for some 800 EHLO lines, and a bound on memory."""

_LINE = re.compile(rb"([0-9]{3})(?:([ -])(.*)|\r?)", re.DOTALL)
"""Without its LF."""
_ENHANCED = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})(?: |$)", re.ASCII)


class ProtocolError(Exception):
    """The server said what no SMTP server may say. Carries one clear line, safe to show."""


class Severity(IntEnum):
    """The first digit of a reply (RFC 5321 §4.2.1)."""

    COMPLETED = 2
    CONTINUE = 3
    TRANSIENT = 4
    PERMANENT = 5


_SEVERITIES = {int(severity): severity for severity in Severity}


@dataclass(frozen=True, slots=True)
class EnhancedStatus:
    """Class, subject and detail (RFC 3463)."""

    severity: Severity
    subject: int
    detail: int

    def __str__(self) -> str:
        return f"{self.severity:d}.{self.subject}.{self.detail}"


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply of one or more lines.

    `lines` are foreign text without code and line end; octets that are not UTF-8 stand in them as
    `\\xNN`. Controls are still in there: `safetext.visible` is for whoever shows them.
    """

    code: int
    lines: tuple[str, ...]

    @property
    def severity(self) -> Severity | None:
        """None for a first digit that SMTP does not define: 0, 1, 6 to 9."""
        return _SEVERITIES.get(self.code // 100)

    @property
    def enhanced(self) -> EnhancedStatus | None:
        """The enhanced status, where its class equals the reply's first digit (RFC 2034 §4)."""
        found = self._enhanced_at(self.lines[-1])
        if found is None:
            return None
        return EnhancedStatus(_SEVERITIES[int(found[1])], int(found[2]), int(found[3]))

    @property
    def text(self) -> str:
        """All lines as one, each without its enhanced status."""
        texts = (
            line if (found := self._enhanced_at(line)) is None else line[found.end() :]
            for line in self.lines
        )
        return " ".join(filter(None, map(str.strip, texts)))

    def _enhanced_at(self, line: str) -> re.Match[str] | None:
        found = _ENHANCED.match(line)
        return None if found is None or int(found[1]) != self.code // 100 else found

    def __str__(self) -> str:
        return f"{self.code:03d} {' '.join(self.lines)}".rstrip()


class ReplyReader:
    """Cuts the server's bytes into replies, wherever the network cut them. `shown` takes secrets
    out of a line that an error tells."""

    def __init__(self, shown: Callable[[str], str] = str) -> None:
        self._shown = shown
        self._buffer = bytearray()
        """From the start of a reply on."""
        self._line = 0
        """Where in it the next line begins."""
        self._searched = 0
        self._texts: list[str] = []
        self._code = b""
        self._octets = 0

    @property
    def pending(self) -> bool:
        """Whether bytes are left that belong to no complete reply."""
        return bool(self._buffer)

    def feed(self, data: bytes) -> None:
        self._buffer += data

    def next_reply(self) -> Reply | None:
        """The next complete reply, or None until more bytes come.

        Raises ProtocolError for a malformed or overlong one; nothing can be read after that.
        """
        while (end := self._line_end()) >= 0:
            line = _LINE.fullmatch(self._buffer, self._line, end)
            if line is None:
                raise self._malformed(end)
            code, separator, text = line.groups(b"")
            if self._code not in (b"", code):
                codes = f"{self._code.decode()} and {code.decode()}"
                raise ProtocolError(f"one reply with two codes, {codes}")
            self._code = code
            text = text.removesuffix(b"\r")
            self._octets += len(code) + len(separator) + len(text)
            if self._octets > MAX_REPLY:
                raise ProtocolError(f"a reply of more than {MAX_REPLY // 1024} KiB")
            self._texts.append(text.decode("utf-8", "backslashreplace"))
            self._line = self._searched = end + 1
            if separator != b"-":
                return self._finish()
        return None

    def _line_end(self) -> int:
        """Where the next line's LF is, -1 where it has not come."""
        end = self._buffer.find(b"\n", self._searched)
        if end < 0:
            self._searched = len(self._buffer)
        if (end if end >= 0 else self._searched) - self._line > MAX_LINE:
            raise ProtocolError(f"a line of more than {MAX_LINE // 1024} KiB")
        return end

    def _malformed(self, end: int) -> ProtocolError:
        # The whole line, and then its start: the half of a secret is one too.
        line = self._buffer[self._line : end].removesuffix(b"\r")
        whole = visible(self._shown(line.decode("utf-8", "backslashreplace")))
        return ProtocolError(f"not a reply: “{whole[:40]}”")

    def _finish(self) -> Reply:
        reply = Reply(int(self._code), tuple(self._texts))
        del self._buffer[: self._line]
        self._line = self._searched = 0
        self._texts.clear()
        self._code = b""
        self._octets = 0
        return reply
