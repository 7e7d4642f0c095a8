"""A long way to a nameserver on loopback: what goes there arrives half a round trip later.

    python -m tests.benchmarks.lag PORT SECONDS

holds each datagram, and what goes over TCP, for that long on its way to PORT and back. It prints
the port it listens on; for each line of its standard input, how many datagrams and connections it
has taken there so far; and ends with it. It has a process of its own, so as not to disturb what is
measured.
"""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from selectors import SelectSelector
from subprocess import PIPE, Popen
from typing import IO

from tests.benchmarks.delay import delayed
from tuimail.lookup import Nameserver

HOST = "127.0.0.1"
_LARGEST = 65535


@dataclass(frozen=True, slots=True)
class Far:
    """A nameserver at the end of the way."""

    nameserver: Nameserver
    _count: IO[bytes]
    _report: IO[bytes]

    def asked(self) -> int:
        """How many datagrams and connections have gone there so far."""
        self._count.write(b"\n")
        self._count.flush()
        return int(self._report.readline())


@contextmanager
def far(nameserver: Nameserver, round_trip: float) -> Iterator[Far]:
    """`round_trip` in seconds."""
    command = [
        sys.executable,
        "-m",
        "tests.benchmarks.lag",
        str(nameserver.port),
        str(round_trip / 2),
    ]
    with Popen(command, stdin=PIPE, stdout=PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        near = Nameserver(HOST, int(process.stdout.readline()))
        yield Far(near, process.stdin, process.stdout)
        process.stdin.close()


class Way:
    """From one port of loopback to another, each answer back to who asked."""

    def __init__(self, near: socket.socket, port: int, half: float) -> None:
        self.port: int = near.getsockname()[1]
        self.carried = 0
        """Datagrams and connections that have set out so far."""
        self._loop = asyncio.get_running_loop()
        self._near = near
        self._target = port
        self._half = half
        self._far: set[socket.socket] = set()
        self._held: set[asyncio.TimerHandle] = set()
        self._loop.add_reader(near, self._accept)

    def count(self, _at: float = 0.0) -> None:
        self.carried += 1

    def close(self) -> None:
        self._loop.remove_reader(self._near)
        for timer in self._held:
            timer.cancel()
        for far in tuple(self._far):
            self._let_go(far)

    def _accept(self) -> None:
        self.count()
        datagram, client = self._near.recvfrom(_LARGEST)
        self._hold(self._ask, datagram, client)

    def _ask(self, datagram: bytes, client: tuple[str, int]) -> None:
        far = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        far.settimeout(0)
        far.connect((HOST, self._target))
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


@asynccontextmanager
async def lagging(port: int, half: float) -> AsyncIterator[Way]:
    """Datagrams, and what goes over TCP, wait `half` seconds on their way to `port` and back."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as near:
        near.settimeout(0)
        near.bind((HOST, 0))
        way = Way(near, port, half)
        try:
            async with delayed(port, half, way.count, way.port):
                yield way
        finally:
            way.close()


async def _serve(port: int, half: float) -> None:
    loop, asked = asyncio.get_running_loop(), asyncio.Queue[bytes]()
    loop.add_reader(sys.stdin, lambda: asked.put_nowait(os.read(sys.stdin.fileno(), 1)))
    async with lagging(port, half) as way:
        print(way.port, flush=True)
        while await asked.get():
            print(way.carried, flush=True)


def main() -> None:
    port, half = sys.argv[1:]
    # Its time-outs are exact. Those of epoll are whole milliseconds, rounded up.
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(SelectSelector())) as runner:
        runner.run(_serve(int(port), float(half)))


if __name__ == "__main__":
    main()
