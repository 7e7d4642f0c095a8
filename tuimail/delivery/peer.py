"""Whom a session is with."""

from dataclasses import dataclass

from tuimail.delivery.demand import Demand


@dataclass(frozen=True, slots=True)
class Peer:
    """An exchange, at the first of these addresses that answers."""

    exchange: str
    addresses: tuple[str, ...]
    port: int
    demand: Demand

    def asks_as(self, other: "Peer") -> bool:
        """Whether both are one exchange, held to the same: the words for it may differ, as they
        name the domain that asks."""
        return (
            self.exchange == other.exchange
            and self.port == other.port
            and self.demand.asks_as(other.demand)
        )
