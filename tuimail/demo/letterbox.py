"""The mails that the demo world's exchanges have taken."""

from dataclasses import dataclass, field

CAPACITY = 256 * 1024 * 1024  # octets kept; a world that runs for days must not fill the memory


@dataclass(frozen=True, slots=True)
class Received:
    """One mail as an exchange took it.

    `data` is what the client meant: without the dots that framing added, and without the last
    line's dot. Paths are addresses without angle brackets; the null reverse-path is "".
    """

    exchange: str
    reverse_path: str
    forward_paths: tuple[str, ...]
    data: bytes
    tls: bool
    mail_parameters: tuple[str, ...] = field(default=(), compare=False)
    """What MAIL said beside its path, as typed."""
    rcpt_parameters: tuple[tuple[str, ...], ...] = field(default=(), compare=False)
    """The same for each RCPT."""
    client: str = field(default="", compare=False)
    """Its IP address, as the exchange was made to believe."""
    user: str = field(default="", compare=False)
    """Who had logged in, "" for nobody."""


class Letterbox:
    """Keeps what has been received, and lets go of the oldest when there is too much."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self.received: list[Received] = []
        self._capacity = capacity

    def take(self, mail: Received) -> None:
        self.received.append(mail)
        while len(self.received) > 1 and sum(len(m.data) for m in self.received) > self._capacity:
            del self.received[0]
