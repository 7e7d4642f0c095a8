"""Reading a message off the wire up to its lone dot."""

END = b"\r\n.\r\n"
STUFFED = b"\r\n."


class MessageReader:
    """Takes the octets behind DATA's 354 as they come (RFC 5321 §4.5.2).

    Only CRLF counts as the end of a line: a lone dot between bare LFs ends nothing.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        # The CRLF before the first line ended the command; a dot right behind it is at a start.
        self._pending = b"\r\n"
        self._taken = bytearray()
        self._octets = 0

    def feed(self, octets: bytes) -> bytes | None:
        """None while the message goes on, afterwards what came behind its dot."""
        body, end, rest = (self._pending + octets).partition(END)
        if end:
            self._take(body + b"\r\n")
            return rest
        held = _possible_end(body)
        self._pending = body[len(body) - held :]
        self._take(body[: len(body) - held])
        return None

    @property
    def message(self) -> bytes | None:
        """The message without its framing; None when it grew over the limit."""
        return None if self._octets > self._limit + 2 else bytes(self._taken[2:])

    def _take(self, octets: bytes) -> None:
        unstuffed = octets.replace(STUFFED, b"\r\n")
        self._octets += len(unstuffed)
        # What is over the limit is counted and forgotten: memory stays bounded.
        if self._octets <= self._limit + 2:
            self._taken += unstuffed


def _possible_end(octets: bytes) -> int:
    """How many of the last octets may be the beginning of the end."""
    return next((n for n in range(len(END) - 1, 0, -1) if octets.endswith(END[:n])), 0)
