"""The demo world: a nameserver and exchanges on loopback, in this process."""

import asyncio
import socket
from collections.abc import Iterable
from contextlib import ExitStack
from types import TracebackType
from typing import Self, assert_never

from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.internet.defer import maybeDeferred
from twisted.internet.interfaces import IListeningPort, IReactorTime
from twisted.internet.protocol import ServerFactory

from tuimail.delivery.reactor import as_future
from tuimail.demo.certificates import Certificates, issue
from tuimail.demo.connections import Connections
from tuimail.demo.domains import DEMO_DOMAINS, Absence, DemoExchange
from tuimail.demo.exchange import Exchange
from tuimail.demo.exchange_protocol import ExchangeFactory
from tuimail.demo.letterbox import Letterbox, Received
from tuimail.demo.loopback import BlockedPort, Place, Use, occupy
from tuimail.demo.nameserver import DatagramNameserver, StreamNameserverFactory
from tuimail.demo.policy_host import PolicyHostFactory
from tuimail.demo.tempers import Temper
from tuimail.demo.zone import NAMESERVER_ADDRESS, Zones

POLICIES = [(domain, domain.policy) for domain in DEMO_DOMAINS if domain.policy is not None]


class DemoWorld:
    """A nameserver that knows `.test`, and exchanges of every temper.

    Stop it when done, or let `async with await DemoWorld.start(reactor) as world:` do so.
    """

    nameserver: tuple[str, int]
    """Where the DNS is, over UDP and TCP."""
    smtp_port: int
    """Where every exchange listens, each on its own address."""
    https_port: int
    """Where every policy host listens, each on its own address."""
    ca_pem: bytes
    """The authority that signed the exchanges' certificates."""

    def __init__(
        self,
        reactor: AsyncioSelectorReactor,
        clock: IReactorTime,
        certificates: Certificates,
        *,
        nameserver: tuple[str, int],
        smtp_port: int,
        https_port: int,
    ) -> None:
        """What `start` needs: it serves nothing by itself."""
        self.nameserver = nameserver
        self.smtp_port = smtp_port
        self.https_port = https_port
        self.ca_pem = certificates.ca_pem
        self._reactor = reactor
        self._clock = clock
        self._tls = certificates.tls
        self._tlsa = certificates.tlsa
        self._letterbox = Letterbox()
        self._connections = Connections()
        self._ports: list[IListeningPort] = []
        self._held = ExitStack()

    @classmethod
    async def start(
        cls,
        reactor: AsyncioSelectorReactor,
        *,
        clock: IReactorTime | None = None,
        smtp_port: int = 0,
        dns_port: int = 0,
    ) -> Self:
        """Serves everything; port 0 means any that is free.

        `clock` times the greylist and the slow exchange, in place of the reactor. Raises DemoError
        where a port or a loopback address cannot be had.
        """
        exchanges = [exchange for domain in DEMO_DOMAINS for exchange in domain.exchanges]
        # Making keys takes its time: in a thread, so that a screen on this loop stays awake.
        policy_hosts = [domain.policy_host for domain, _ in POLICIES]
        certificates = await asyncio.to_thread(issue, exchanges, policy_hosts)
        stream, datagram = occupy(
            [Place(NAMESERVER_ADDRESS, Use.LISTEN), Place(NAMESERVER_ADDRESS, Use.DATAGRAM)],
            dns_port,
        )
        with ExitStack() as undo:
            undo.enter_context(stream)
            undo.enter_context(datagram)
            sockets = occupy(list(map(_place, exchanges)), smtp_port)
            for held in sockets:
                undo.enter_context(held)
            web = occupy([Place(policy.address, Use.LISTEN) for _, policy in POLICIES], 0)
            undo.pop_all()
        world = cls(
            reactor,
            clock or reactor,
            certificates,
            nameserver=stream.getsockname(),
            smtp_port=sockets[0].getsockname()[1],
            https_port=web[0].getsockname()[1],
        )
        world._serve_names(stream, datagram)
        world._serve_mail(sockets)
        world._serve_policies(web)
        return world

    @property
    def received(self) -> list[Received]:
        """The mails taken, the oldest first."""
        return self._letterbox.received

    async def stop(self) -> None:
        """Closes every port and connection, and returns when they are gone."""
        ports, self._ports = self._ports, []
        for port in ports:
            await as_future(maybeDeferred(port.stopListening))
        await self._connections.close()
        self._held.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    def _serve_names(self, stream: socket.socket, datagram: socket.socket) -> None:
        zones = Zones(DEMO_DOMAINS, self._tlsa, self.smtp_port)
        self._listen(stream, StreamNameserverFactory(zones, self._connections))
        with datagram:
            self._ports.append(
                self._reactor.adoptDatagramPort(
                    datagram.fileno(), socket.AF_INET, DatagramNameserver(zones)
                )
            )

    def _serve_mail(self, sockets: Iterable[socket.socket]) -> None:
        """Takes a socket for each exchange, in the domains' order."""
        places = [(domain, exchange) for domain in DEMO_DOMAINS for exchange in domain.exchanges]
        for (domain, exchange), bound in zip(places, sockets, strict=True):
            match exchange.temper:
                case Temper() as temper:
                    served = Exchange(exchange.name, domain.name, temper, self._letterbox)
                    tls = self._tls.get(exchange.name)
                    self._listen(
                        bound, ExchangeFactory(served, tls, self._clock, self._connections)
                    )
                case Absence.CLOSED:
                    self._held.enter_context(bound)
                case Absence.BLOCKED:
                    self._held.callback(BlockedPort(bound).close)
                case _:
                    assert_never(exchange.temper)

    def _serve_policies(self, sockets: Iterable[socket.socket]) -> None:
        for (domain, policy), bound in zip(POLICIES, sockets, strict=True):
            tls = self._tls[domain.policy_host]
            self._listen(bound, PolicyHostFactory(policy.body, tls, self._connections))

    def _listen(self, listening: socket.socket, factory: ServerFactory) -> None:
        # The reactor duplicates the socket.
        with listening:
            self._ports.append(
                self._reactor.adoptStreamPort(listening.fileno(), socket.AF_INET, factory)
            )


def _place(exchange: DemoExchange) -> Place:
    listens = isinstance(exchange.temper, Temper)
    return Place(exchange.address, Use.LISTEN if listens else Use.HOLD)
