"""A transport that goes nowhere, for a connection on a clock of the test's own."""

from twisted.internet.address import IPv4Address
from twisted.internet.interfaces import IPushProducer
from twisted.internet.task import Clock


class Wire:
    """Knows what was written, and when it was let go. `room` is how many writes it takes before
    the client has to pause."""

    def __init__(self, clock: Clock, room: int) -> None:
        self.connected = False
        self.written = b""
        self.gone: float | None = None
        self._clock = clock
        self._room = room
        self._producer: IPushProducer | None = None

    def getHost(self) -> IPv4Address:
        return IPv4Address("TCP", "127.0.0.1", 12345)

    def write(self, data: bytes) -> None:
        self.written += data
        self._room -= 1
        if self._room <= 0 and self._producer is not None:
            self._producer.pauseProducing()

    def registerProducer(self, producer: IPushProducer, _streaming: object) -> None:
        self._producer = producer

    def unregisterProducer(self) -> None:
        self._producer = None

    def startTLS(self, _creator: object) -> None:
        """The server's flight never comes."""

    def loseConnection(self) -> None:
        self.gone = self._clock.seconds()

    def abortConnection(self) -> None:
        self.loseConnection()
