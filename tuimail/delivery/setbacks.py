"""Exchanges that could not be had a moment ago."""

from twisted.internet.interfaces import IReactorTime

from tuimail.domain import Exchange

MEMORY = 300.0
"""Seconds: what Postfix keeps a dead destination aside for (minimal_backoff_time)."""


class Setbacks:
    """By name: an exchange of which one address answers has none."""

    def __init__(self, clock: IReactorTime) -> None:
        self._clock = clock
        self._until: dict[str, float] = {}

    def note(self, exchange: str) -> None:
        now = self._clock.seconds()
        self._until = {name: until for name, until in self._until.items() if until > now}
        self._until[exchange] = now + MEMORY

    def forget(self, exchange: str) -> None:
        self._until.pop(exchange, None)

    def concerns(self, exchange: Exchange) -> bool:
        return self._until.get(exchange.name, 0.0) > self._clock.seconds()
