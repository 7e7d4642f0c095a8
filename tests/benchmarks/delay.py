"""A long way to a server on loopback: what goes through arrives half a round trip later.

    python -m tests.benchmarks.delay PORT SECONDS

holds each chunk for that long on its way to PORT and back. It prints the port it listens on, then
for each connection the monotonic time at which it began, until its standard input ends. It has a
process of its own, so as not to disturb what it measures.
"""

import asyncio
import sys
import time
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from selectors import SelectSelector
from subprocess import PIPE, Popen
from typing import IO

UNSEEN = 1.5
"""Round trips that a real line takes and this one does not: the handshake of TCP is one, and the
greeting begins with its last packet, half a one later."""
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Way:
    """`port` leads to the server. One `began` for each connection through it, in their order."""

    port: int
    round_trip: float
    """Seconds."""
    _report: IO[bytes]

    def began(self) -> float:
        """When the next connection began, on the clock of `time.monotonic`."""
        return float(self._report.readline())


@contextmanager
def long_way(port: int, round_trip: float) -> Iterator[Way]:
    half = round_trip / 2
    command = [sys.executable, "-m", "tests.benchmarks.delay", str(port), str(half)]
    with Popen(command, stdin=PIPE, stdout=PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Way(int(process.stdout.readline()), round_trip, process.stdout)
        process.stdin.close()


@asynccontextmanager
async def delayed(
    port: int, half: float, began: Callable[[float], None], near: int = 0
) -> AsyncIterator[int]:
    """A port, any where `near` is none, on which chunks wait `half` seconds on their way to `port`
    and back. Whatever is under way is held in memory: this is for small messages."""
    connections: set[asyncio.Task[None]] = set()

    async def connect(near: StreamReader, to_near: StreamWriter) -> None:
        far, to_far = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_carry(near, to_far, half), _carry(far, to_near, half))
        to_near.close()
        to_far.close()

    def accept(near: StreamReader, to_near: StreamWriter) -> None:
        began(time.monotonic())
        connections.add(asyncio.create_task(connect(near, to_near)))

    server = await asyncio.start_server(accept, "127.0.0.1", near)
    async with server:
        yield server.sockets[0].getsockname()[1]
    for connection in connections:
        connection.cancel()
    await asyncio.gather(*connections, return_exceptions=True)


async def _carry(source: StreamReader, target: StreamWriter, half: float) -> None:
    """Returns when the source's end has reached the target."""
    loop = asyncio.get_running_loop()
    with suppress(ConnectionError):
        while chunk := await source.read(_CHUNK):
            loop.call_later(half, target.write, chunk)
    await asyncio.sleep(half)
    with suppress(OSError):  # The other side has gone already.
        target.write_eof()


async def _serve(port: int, half: float) -> None:
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin, ended.set)
    async with delayed(port, half, lambda at: print(at, flush=True)) as near:
        print(near, flush=True)
        await ended.wait()


def main() -> None:
    port, half = sys.argv[1:]
    # Its time-outs are exact. Those of epoll are whole milliseconds, rounded up.
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(SelectSelector())) as runner:
        runner.run(_serve(int(port), float(half)))


if __name__ == "__main__":
    main()
