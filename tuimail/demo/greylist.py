"""Putting off whom an exchange has not seen before."""

from collections import OrderedDict
from dataclasses import dataclass

REMEMBERED = 10_000  # strangers; the one seen first is forgotten first


@dataclass(frozen=True, slots=True)
class Triplet:
    """What greylisting goes by (RFC 6647 §2.3)."""

    client: str
    reverse_path: str
    forward_path: str


class Greylist:
    """Remembers when each triplet was first seen. Times are monotonic seconds."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._first_seen: OrderedDict[Triplet, float] = OrderedDict()

    def remaining(self, triplet: Triplet, now: float) -> float:
        """How long this triplet is still put off; zero or less when it may pass."""
        if self._delay == 0:
            return 0
        first = self._first_seen.setdefault(triplet, now)
        if len(self._first_seen) > REMEMBERED:
            self._first_seen.popitem(last=False)
        return first + self._delay - now
