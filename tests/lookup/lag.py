"""A long way to a nameserver on loopback: a datagram arrives half a round trip after it was sent.

    python -m tests.lookup.lag PORT SECONDS

holds each datagram for that long on its way to PORT and back. It prints the port it listens on,
and ends when its standard input does. It has a process of its own, so as not to disturb what is
measured.
"""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from selectors import SelectSelector
from subprocess import PIPE, Popen

from tuimail.lookup import Nameserver

HOST = "127.0.0.1"
_LARGEST = 65535


@contextmanager
def far(nameserver: Nameserver, round_trip: float) -> Iterator[Nameserver]:
    """The same nameserver at the end of the way; `round_trip` in seconds."""
    command = [sys.executable, "-m", "tests.lookup.lag", str(nameserver.port), str(round_trip / 2)]
    with Popen(command, stdin=PIPE, stdout=PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Nameserver(HOST, int(process.stdout.readline()))
        process.stdin.close()


@asynccontextmanager
async def lagging(port: int, half: float) -> AsyncIterator[int]:
    """A port on which datagrams wait `half` seconds on their way to `port` and back."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as near:
        near.settimeout(0)
        near.bind((HOST, 0))
        way = _Way(near, port, half)
        try:
            yield near.getsockname()[1]
        finally:
            way.close()


class _Way:
    def __init__(self, near: socket.socket, port: int, half: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._near = near
        self._port = port
        self._half = half
        self._far: set[socket.socket] = set()
        self._held: set[asyncio.TimerHandle] = set()
        self._loop.add_reader(near, self._accept)

    def close(self) -> None:
        self._loop.remove_reader(self._near)
        for timer in self._held:
            timer.cancel()
        for far in tuple(self._far):
            self._let_go(far)

    def _accept(self) -> None:
        datagram, client = self._near.recvfrom(_LARGEST)
        self._hold(self._ask, datagram, client)

    def _ask(self, datagram: bytes, client: tuple[str, int]) -> None:
        far = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        far.settimeout(0)
        far.connect((HOST, self._port))
        far.send(datagram)
        self._far.add(far)
        self._loop.add_reader(far, self._take, far, client)

    def _take(self, far: socket.socket, client: tuple[str, int]) -> None:
        datagram = far.recv(_LARGEST)
        self._let_go(far)
        self._hold(self._near.sendto, datagram, client)

    def _let_go(self, far: socket.socket) -> None:
        self._loop.remove_reader(far)
        self._far.discard(far)
        far.close()

    def _hold(
        self,
        act: Callable[[bytes, tuple[str, int]], object],
        datagram: bytes,
        client: tuple[str, int],
    ) -> None:
        def let_through() -> None:
            self._held.discard(timer)
            act(datagram, client)

        timer = self._loop.call_later(self._half, let_through)
        self._held.add(timer)


async def _serve(port: int, half: float) -> None:
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin, ended.set)
    async with lagging(port, half) as near:
        print(near, flush=True)
        await ended.wait()


def main() -> None:
    port, half = sys.argv[1:]
    # Its time-outs are exact. Those of epoll are whole milliseconds, rounded up.
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(SelectSelector())) as runner:
        runner.run(_serve(int(port), float(half)))


if __name__ == "__main__":
    main()
