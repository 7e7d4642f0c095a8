"""The connections that are open in the demo world, so that stopping can end them."""

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import ITCPTransport

from tuimail.delivery.reactor import as_future


class Connections:
    """Protocols enter when they are made and leave when they are lost."""

    def __init__(self) -> None:
        self._open: dict[ITCPTransport, Deferred[None]] = {}

    def __len__(self) -> int:
        return len(self._open)

    def enter(self, transport: ITCPTransport) -> None:
        self._open[transport] = Deferred()

    def leave(self, transport: ITCPTransport) -> None:
        self._open.pop(transport).callback(None)

    async def close(self) -> None:
        """Aborts them all and returns when each has been lost."""
        lost = list(self._open.values())
        for transport in list(self._open):
            transport.abortConnection()
        for deferred in lost:
            await as_future(deferred)
