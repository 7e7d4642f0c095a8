"""The long way holds what goes through it, in order, and loses nothing."""

import asyncio
import time
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator

import pytest

from tests.benchmarks.delay import delayed, long_way

HALF = 0.02


@pytest.fixture
async def echo() -> AsyncIterator[int]:
    """A server that greets, repeats what it hears, and leaves when the other side has."""

    async def serve(reader: StreamReader, writer: StreamWriter) -> None:
        writer.write(b"hello ")
        while heard := await reader.read(100):
            writer.write(heard)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


async def hang_up(reader: StreamReader, writer: StreamWriter) -> None:
    """Returns when the server has left too."""
    writer.write_eof()
    await reader.read(-1)
    writer.close()
    await writer.wait_closed()


async def test_each_way_takes_half_a_round_trip(echo: int) -> None:
    began: list[float] = []
    async with delayed(echo, HALF, began.append) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert await reader.readexactly(6) == b"hello "
        assert time.monotonic() - began[0] >= HALF
        for word in (b"one", b"two"):
            said = time.monotonic()
            writer.write(word)
            assert await reader.readexactly(3) == word
            assert time.monotonic() - said >= 2 * HALF
        await hang_up(reader, writer)


async def test_what_is_under_way_arrives_in_order_and_before_the_end(echo: int) -> None:
    words = [f"{number} ".encode() for number in range(100)]
    async with delayed(echo, HALF, lambda _at: None) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for word in words:
            writer.write(word)
            await asyncio.sleep(0)
        writer.write_eof()
        assert await reader.read(-1) == b"hello " + b"".join(words)
        writer.close()
        await writer.wait_closed()


async def test_a_process_of_its_own_tells_when_each_connection_began(echo: int) -> None:
    with long_way(echo, 2 * HALF) as way:
        for _ in range(2):
            before = time.monotonic()
            reader, writer = await asyncio.open_connection("127.0.0.1", way.port)
            await reader.readexactly(6)
            assert before <= way.began() <= time.monotonic()
            await hang_up(reader, writer)
