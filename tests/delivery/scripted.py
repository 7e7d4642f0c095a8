"""A server that does what a script says, over real sockets: what no well-behaved server does."""

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

_LIMIT = 1_000_000  # octets of the largest message that `hear_message` takes
Script = Callable[["Side"], Awaitable[None]]


class Side:
    """The server's side of one connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @property
    def peer(self) -> tuple[str, int]:
        """Where the client comes from."""
        ip, port = self._writer.get_extra_info("peername")[:2]
        return ip, port

    async def say(self, *lines: str) -> None:
        self._writer.write("".join(f"{line}\r\n" for line in lines).encode())
        await self._writer.drain()

    async def hear(self) -> str:
        """One line; empty when the client has gone."""
        return (await self._reader.readline()).decode().rstrip("\r\n")

    async def hear_message(self) -> bytes:
        return await self._reader.readuntil(b"\r\n.\r\n")

    async def some(self) -> bytes:
        """Whatever has come; empty when the client has gone."""
        return await self._reader.read(65536)

    async def octets(self, count: int) -> bytes:
        return await self._reader.readexactly(count)

    async def send_raw(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def encrypt(self, context: ssl.SSLContext) -> None:
        await self._writer.start_tls(context)

    async def gone(self) -> None:
        """Returns when the client has closed."""
        while await self._reader.read(65536):
            pass

    def close(self) -> None:
        self._writer.close()

    async def forever(self) -> None:
        """Neither reads nor writes; ends with the test."""
        await asyncio.Event().wait()

    def drop(self) -> None:
        self._writer.transport.abort()

    def reset(self) -> None:
        """RST, whatever is still on its way."""
        linger = struct.pack("ii", 1, 0)
        self.wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.drop()

    def finish(self) -> None:
        """FIN: this side says no more, and still listens."""
        self.wire.shutdown(socket.SHUT_WR)

    def turn_deaf(self) -> None:
        """Reads no more: the window closes when the buffers are full."""
        self._writer.transport.pause_reading()  # type: ignore[attr-defined]  # a ReadTransport too

    @property
    def wire(self) -> socket.socket:
        found: socket.socket = self._writer.get_extra_info("socket")
        return found

    async def take_mail(self, *extensions: str) -> bytes:
        """A polite session after the greeting, to the end."""
        await self.hear()
        await self.say("250-mx", *(f"250-{extension}" for extension in extensions), "250 HELP")
        while (await self.hear()) != "DATA":
            await self.say("250 ok")
        await self.say("354 go")
        data = await self.hear_message()
        await self.say("250 taken")
        await self.hear()
        await self.say("221 bye")
        return data


@dataclass(slots=True)
class Scripted:
    port: int
    taken: list[bytes] = field(default_factory=list)


@asynccontextmanager
async def scripted(
    *scripts: Script, at: str | Path = "127.0.0.1", port: int = 0
) -> AsyncIterator[Scripted]:
    """Each connection gets the next script; the last one serves all that follow. A path makes it
    a UNIX socket; port 0 is any that is free."""
    left = list(scripts)
    running: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        script = left.pop(0) if len(left) > 1 else left[0]
        try:
            await script(Side(reader, writer))
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass  # The client has gone, which is its right.
        except asyncio.CancelledError:
            pass  # The test is over; the stream's own callback would complain.
        finally:
            writer.close()
            running.discard(task)

    if isinstance(at, Path):
        server = await asyncio.start_unix_server(serve, at, limit=_LIMIT)
    else:
        server = await asyncio.start_server(serve, at, port, limit=_LIMIT)
    try:
        yield Scripted(0 if isinstance(at, Path) else server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await server.wait_closed()
