"""The demo world's authoritative nameserver, over UDP and TCP."""

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rdatatype
from twisted.internet.interfaces import IAddress
from twisted.internet.protocol import DatagramProtocol, ServerFactory, connectionDone
from twisted.internet.tcp import Connection as TcpConnection
from twisted.protocols.basic import Int16StringReceiver
from twisted.python.failure import Failure

from tuimail.demo.connections import Connections
from tuimail.demo.domains import Dnssec
from tuimail.demo.zone import Zones

UDP_PAYLOAD = 1232  # no fragments on any path: DNS Flag Day 2020
HEADER = 12  # octets, RFC 1035 §4.1.1
RESPONSE_BIT = 0x80  # QR, in the header's third octet
PLAIN_UDP_PAYLOAD = 512  # RFC 1035 §4.2.1, for a client without EDNS


def answer_datagram(zones: Zones, wire: bytes) -> bytes | None:
    """The response to a query that came by UDP, truncated to what the client can take.

    None for what deserves none: a response, or too little to answer.
    """
    query = _parse(wire)
    if query is None:
        return _malformed(wire)
    # Below 512 counts as 512 (RFC 6891 §6.2.3).
    room = max(PLAIN_UDP_PAYLOAD, min(query.payload, UDP_PAYLOAD))
    return _respond(zones, query).to_wire(max_size=room, prefer_truncation=True)


def answer_stream(zones: Zones, wire: bytes) -> bytes | None:
    """The response to a query that came by TCP."""
    query = _parse(wire)
    return _malformed(wire) if query is None else _respond(zones, query).to_wire()


def _parse(wire: bytes) -> dns.message.Message | None:
    try:
        message = dns.message.from_wire(wire)
    except dns.exception.DNSException:
        return None
    return None if message.flags & dns.flags.QR else message


def _malformed(wire: bytes) -> bytes | None:
    # Answering a response could begin an endless exchange between two servers.
    if len(wire) < HEADER or wire[2] & RESPONSE_BIT:
        return None
    response = dns.message.Message(id=int.from_bytes(wire[:2], "big"))
    response.flags = dns.flags.QR
    response.set_rcode(dns.rcode.FORMERR)
    return response.to_wire()


def _respond(zones: Zones, query: dns.message.Message) -> dns.message.Message:
    response = dns.message.make_response(query, our_payload=UDP_PAYLOAD)
    response.set_rcode(_fill(response, zones, query))
    return response


def _fill(
    response: dns.message.Message, zones: Zones, query: dns.message.Message
) -> dns.rcode.Rcode:
    """Puts records into the response and returns its code."""
    if query.opcode() != dns.opcode.QUERY:
        return dns.rcode.NOTIMP
    if query.edns > 0:
        return dns.rcode.BADVERS
    if len(query.question) != 1:
        return dns.rcode.FORMERR
    question = query.question[0]
    if question.rdclass != dns.rdataclass.IN or dns.rdatatype.is_metatype(question.rdtype):
        return dns.rcode.REFUSED
    answer = zones.answer(question.name, question.rdtype)
    if answer is None:
        return dns.rcode.REFUSED
    if answer.dnssec is Dnssec.BOGUS and not query.flags & dns.flags.CD:
        return _bogus(response, query)
    response.flags |= dns.flags.AA
    wants_to_know = query.flags & dns.flags.AD or query.ednsflags & dns.flags.DO
    if answer.dnssec is Dnssec.SIGNED and wants_to_know:
        response.flags |= dns.flags.AD  # RFC 6840 §5.8
    if answer.alias is not None:
        response.answer.append(answer.alias)
    if answer.records is not None:
        response.answer.append(answer.records)
        return dns.rcode.NOERROR
    response.authority.append(answer.soa)
    return dns.rcode.NOERROR if answer.exists else dns.rcode.NXDOMAIN


def _bogus(response: dns.message.Message, query: dns.message.Message) -> dns.rcode.Rcode:
    """As a resolver that validates has it (RFC 4035 §5.5), and says why (RFC 8914 §4.7)."""
    if query.edns >= 0:
        reason = dns.edns.EDEOption(dns.edns.EDECode.DNSSEC_BOGUS, "signatures do not fit")
        response.use_edns(0, 0, UDP_PAYLOAD, options=[reason])
    return dns.rcode.SERVFAIL


class DatagramNameserver(DatagramProtocol):
    """Answers each datagram with one."""

    def __init__(self, zones: Zones) -> None:
        self._zones = zones

    def datagramReceived(self, datagram: bytes, addr: tuple[str, int]) -> None:
        response = answer_datagram(self._zones, datagram)
        if response is not None and self.transport is not None:
            self.transport.write(response, addr)


class StreamNameserver(Int16StringReceiver):
    """Answers queries one behind the other, each behind its length (RFC 7766 §8)."""

    transport: TcpConnection

    def __init__(self, zones: Zones, connections: Connections) -> None:
        self._zones = zones
        self._connections = connections

    def connectionMade(self) -> None:
        self._connections.enter(self.transport)

    def stringReceived(self, string: bytes) -> None:
        response = answer_stream(self._zones, string)
        if response is None:
            self.transport.loseConnection()
        else:
            self.transport.write(len(response).to_bytes(2, "big") + response)

    def connectionLost(self, _reason: Failure = connectionDone) -> None:
        self._connections.leave(self.transport)


class StreamNameserverFactory(ServerFactory):
    """Makes a protocol for each connection over TCP."""

    noisy = False

    def __init__(self, zones: Zones, connections: Connections) -> None:
        self._zones = zones
        self._connections = connections

    def buildProtocol(self, _addr: IAddress | None) -> StreamNameserver:
        return StreamNameserver(self._zones, self._connections)
