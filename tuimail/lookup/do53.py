"""A nameserver as dnspython asks it, over UDP and TCP (RFC 1035 §4.2), without holding the loop."""

import asyncio
from contextlib import suppress
from typing import Any

import dns.exception
import dns.message
import dns.nameserver
import dns.query


class Do53(dns.nameserver.Do53Nameserver):
    """Long answers, which come over TCP, are read in a thread: of 64 KiB that takes 200 ms."""

    async def async_query(
        self,
        request: dns.message.QueryMessage,
        *args: Any,  # noqa: ANN401 - dnspython's own
        **how: Any,  # noqa: ANN401
    ) -> dns.message.Message:
        if not how["max_size"]:
            return await super().async_query(request, *args, **how)
        try:
            async with asyncio.timeout(how["timeout"]):
                wire = await self._ask(request.to_wire(prepend_length=True))
                response = await asyncio.to_thread(dns.message.from_wire, wire)
        except TimeoutError as error:
            raise dns.exception.Timeout from error
        if not request.is_response(response):
            raise dns.query.BadResponse
        return response

    async def _ask(self, query: bytes) -> bytes:
        """Raises OSError, and EOFError where the server hangs up."""
        reader, writer = await asyncio.open_connection(self.address, self.port)
        try:
            writer.write(query)
            length = int.from_bytes(await reader.readexactly(2), "big")
            return await reader.readexactly(length)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
