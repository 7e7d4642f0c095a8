"""A person with telnet: bytes in, bytes out, and nothing understood."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.world import address_of
from tuimail.demo import DemoWorld


class Telnet:
    """One connection to an exchange."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def hear(self) -> bytes:
        """One reply, all its lines; what there is of it when the exchange hangs up."""
        reply = b""
        while line := await self.reader.readline():
            reply += line
            if line[3:4] != b"-":
                break
        return reply

    async def say(self, *lines: str) -> bytes:
        """Sends lines in one write, and hears one reply."""
        self.send(*lines)
        return await self.hear()

    async def begin_tls(self) -> None:
        """After EHLO: STARTTLS, and EHLO again, whatever the certificate."""
        assert (await self.say("STARTTLS")).startswith(b"220")
        await self.writer.start_tls(ssl._create_unverified_context())  # noqa: S323 - not what is tested
        assert (await self.say("EHLO client.example")).startswith(b"250")

    def send(self, *lines: str) -> None:
        self.writer.write(b"".join(line.encode() + b"\r\n" for line in lines))


@asynccontextmanager
async def telnet(world: DemoWorld, exchange: str) -> AsyncIterator[Telnet]:
    """Connects, and leaves the greeting to be heard."""
    reader, writer = await asyncio.open_connection(address_of(exchange), world.smtp_port)
    try:
        yield Telnet(reader, writer)
    finally:
        writer.transport.abort()
