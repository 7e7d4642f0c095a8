"""Where a world takes its chances from: a fuzzer's octets, or whatever a test likes."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

T = TypeVar("T")


class Chance(Protocol):
    def pick(self, options: Sequence[T]) -> T:
        """One of at most 256 options; the first is the most usual."""

    def octets(self, most: int) -> bytes:
        """At most `most` octets, any of them."""

    @property
    def spent(self) -> bool:
        """Whether nothing new can come any more."""


class Octets:
    """Chances spelt out in octets, one for each pick. Behind the last one all is usual."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self._place = 0

    @property
    def spent(self) -> bool:
        return self._place >= len(self._octets)

    def pick(self, options: Sequence[T]) -> T:
        return options[self._octet() % len(options)]

    def octets(self, most: int) -> bytes:
        start = self._place + 1
        end = start + self._octet() % (most + 1)
        self._place = end
        return self._octets[start:end]

    def _octet(self) -> int:
        place = self._place
        self._place += 1
        return self._octets[place] if place < len(self._octets) else 0
