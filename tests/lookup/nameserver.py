"""A nameserver on loopback that says what a test tells it to, over UDP and TCP."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Self, cast

import dns.edns
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
from dns.flags import TC, Flag

from tuimail.lookup import Nameserver

HOST = "127.0.0.1"
MAX_SIZE = 65535
Reply = Callable[[dns.message.Message], bytes | None]
"""The wire form of the response to a query; None for silence."""


def records(*lines: str, flags: Flag = Flag(0)) -> Reply:  # noqa: B008
    """Each line is `OWNER TTL TYPE RDATA`; none at all means no data."""

    def reply(query: dns.message.Message) -> bytes:
        response = dns.message.make_response(query, recursion_available=True)
        response.flags |= flags
        for line in lines:
            owner, ttl, rdtype, rdata = line.split(maxsplit=3)
            response.answer.append(dns.rrset.from_text(owner, int(ttl), "IN", rdtype, rdata))
        return response.to_wire(max_size=MAX_SIZE)

    return reply


def refusal(rcode: dns.rcode.Rcode, *reasons: dns.edns.EDEOption) -> Reply:
    """`reasons` are extended errors (RFC 8914)."""

    def reply(query: dns.message.Message) -> bytes:
        response = dns.message.make_response(query, recursion_available=True)
        response.set_rcode(rcode)
        response.use_edns(0, 0, 1232, options=list(reasons))
        return response.to_wire()

    return reply


NO_DATA = records()
NXDOMAIN = refusal(dns.rcode.NXDOMAIN)
SERVFAIL = refusal(dns.rcode.SERVFAIL)
TRUNCATED = records(flags=TC)


def silence(_query: dns.message.Message) -> None:
    """Leaves the question without an answer."""


def in_turn(*replies: Reply) -> Reply:
    """One after another."""
    turns = iter(replies)
    return lambda query: next(turns)(query)


def hang_up(_query: dns.message.Message) -> bytes:
    """Over TCP: closes the connection without a word."""
    return b""


def garbage(query: dns.message.Message) -> bytes:
    """Begins like a response to the query, and is none."""
    return query.to_wire()[:2] + b"\x81\x80" + b"\xff\x1b[2J" * 9


class ScriptedNameserver:
    """`questions` are those that came, as `MX example.net`, ` over TCP` behind where it did."""

    def __init__(self) -> None:
        self.questions: list[str] = []
        self.otherwise: Reply = NXDOMAIN
        """What is said to a question that nothing was said about."""
        self.otherwise_over_tcp: Reply | None = None
        """The same, where it differs."""
        self.hung_up = asyncio.Event()
        """A client closed its TCP connection before it was answered."""
        self.queries: list[dns.message.Message] = []
        self.client_port = 0
        """Where the last datagram came from."""
        self._asked = asyncio.Event()
        self._over_udp: dict[str, Reply] = {}
        self._over_tcp: dict[str, Reply] = {}

    @classmethod
    @asynccontextmanager
    async def start(cls) -> AsyncIterator[tuple[Self, Nameserver]]:
        scripted = cls()
        stream = await asyncio.start_server(scripted._converse, HOST, 0)
        address = Nameserver(HOST, stream.sockets[0].getsockname()[1])
        loop = asyncio.get_running_loop()
        datagrams, _ = await loop.create_datagram_endpoint(
            lambda: _Datagrams(scripted), (address.address, address.port)
        )
        try:
            yield scripted, address
        finally:
            datagrams.close()
            stream.close()
            await stream.wait_closed()

    def say(self, question: str, reply: Reply, over_tcp: Reply | None = None) -> None:
        """What nothing was said about does not exist, or is answered `otherwise`."""
        self._over_udp[question] = reply
        self._over_tcp[question] = over_tcp or reply

    async def until_asked(self, times: int = 1) -> None:
        while len(self.questions) < times:
            self._asked.clear()
            await self._asked.wait()

    def receive(self, datagram: bytes, client_port: int) -> bytes | None:
        self.client_port = client_port
        query, question = _read(datagram)
        self._note(query, question)
        return self._over_udp.get(question, self.otherwise)(query)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        length = int.from_bytes(await reader.readexactly(2), "big")
        query, question = _read(await reader.readexactly(length))
        self._note(query, f"{question} over TCP")
        response = self._over_tcp.get(question, self.otherwise_over_tcp or self.otherwise)(query)
        if response is None:
            await reader.read()
            self.hung_up.set()
        elif response:
            writer.write(len(response).to_bytes(2, "big") + response)
        writer.close()
        await writer.wait_closed()

    def _note(self, query: dns.message.Message, question: str) -> None:
        self.queries.append(query)
        self.questions.append(question)
        self._asked.set()


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, scripted: ScriptedNameserver) -> None:
        self._scripted = scripted

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Not an instance of it before Python 3.12.
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        response = self._scripted.receive(data, addr[1])
        if response is not None:
            self._transport.sendto(response, addr)


def _read(wire: bytes) -> tuple[dns.message.Message, str]:
    query = dns.message.from_wire(wire)
    (asked,) = query.question
    name = asked.name.to_text(omit_final_dot=True)
    return query, f"{dns.rdatatype.to_text(asked.rdtype)} {name}"


def is_free(port: int) -> bool:
    """Whether nobody holds this UDP port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True
