"""Connecting to an exchange: to all its addresses, in as little time as politeness allows."""

import asyncio
import os
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from twisted.internet import error
from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.internet.interfaces import IConnector, IReactorTime

from tuimail.delivery.address import unmapped
from tuimail.delivery.doorstep import Doorstep, DoorstepFactory
from tuimail.delivery.patience import limited, undisturbed
from tuimail.delivery.settings import Family, Settings
from tuimail.delivery.socks import Socks
from tuimail.delivery.tally import Reach, Visit
from tuimail.delivery.unreachable import UnreachableError
from tuimail.domain import DomainError
from tuimail.lookup import Asking, find_relay
from tuimail.smtp import Stage
from tuimail.transcript import Connected, Connecting, Event, Lane, NotConnected, NotNeeded

HEAD_START = 0.25  # seconds: RFC 8305 §5, the Connection Attempt Delay


@dataclass(slots=True, eq=False)
class Attempt:
    """One address of an exchange, and what is seen there. `port` means nothing to a UNIX socket,
    whose path stands for an address."""

    visit: Visit
    lane: Lane
    watch: Callable[[Event], None]
    doorstep: Doorstep = field(default_factory=Doorstep)


class Dialer:
    """Every failure to connect ends here as an event and a `Visit` with its reach."""

    def __init__(
        self,
        reactor: AsyncioSelectorReactor,
        clock: IReactorTime,
        settings: Settings,
        resolver: Asking,
    ) -> None:
        """Raises ValueError for a source address that this host does not have, and where a proxy
        is wanted and the package for it is not there."""
        self._reactor = reactor
        self._clock = clock
        self._settings = settings
        self._resolver = resolver
        self._proxies: tuple[str, ...] = ()
        if settings.socks is not None:
            _require_socks()
        if settings.source_address is not None:
            _require_source(settings.source_address)

    @property
    def patience(self) -> float:
        return Stage.CONNECT.limit(self._settings.timeout)

    async def race(self, attempts: Sequence[Attempt]) -> Attempt | None:
        """The first that connects (RFC 8305 §5): each begins a moment after the one before, or at
        once where that failed. None where all failed; the others leave no socket behind."""
        if len(attempts) == 1:
            return await self._try(attempts[0])
        running: dict[asyncio.Task[Attempt | None], Attempt] = {}
        winner: Attempt | None = None
        try:
            for attempt in attempts:
                latest = asyncio.create_task(self._try(attempt))
                running[latest] = attempt
                with suppress(TimeoutError):
                    async with limited(self._clock, HEAD_START):
                        winner = await _first(running, latest)
                if winner is not None:
                    return winner
            winner = await _first(running)
            return winner
        finally:
            await self._dismiss(running, winner)

    async def _dismiss(
        self, running: dict[asyncio.Task[Attempt | None], Attempt], winner: Attempt | None
    ) -> None:
        losers = {task: attempt for task, attempt in running.items() if attempt is not winner}
        if not losers:
            return
        try:
            await undisturbed(asyncio.ensure_future(self._give_up(losers, winner)))
        except asyncio.CancelledError:
            if winner is not None:
                await winner.doorstep.drop()
            raise

    async def _give_up(
        self, losers: dict[asyncio.Task[Attempt | None], Attempt], winner: Attempt | None
    ) -> None:
        for task, attempt in losers.items():
            if winner is not None and (not task.done() or task.result() is not None):
                why = f"{winner.lane.endpoint} answered first"
                attempt.watch(NotNeeded(self._clock.seconds(), why))
            task.cancel()
        for task, attempt in losers.items():
            await asyncio.wait({task})
            await attempt.doorstep.drop()

    async def _try(self, attempt: Attempt) -> Attempt | None:
        attempt.watch(Connecting(self._clock.seconds()))
        try:
            async with limited(self._clock, self.patience):
                await self._connect(attempt)
        except TimeoutError:
            obstacle = UnreachableError.silence(self.patience)
        except UnreachableError as met:
            obstacle = met
        except asyncio.CancelledError:
            await undisturbed(asyncio.ensure_future(attempt.doorstep.drop()))
            raise
        else:
            attempt.watch(Connected(self._clock.seconds()))
            return attempt
        await attempt.doorstep.drop()
        attempt.visit.reach = obstacle.reach
        attempt.visit.obstacle = f"{attempt.lane.endpoint} can't be reached: {obstacle.why}"
        attempt.watch(NotConnected(self._clock.seconds(), obstacle.why))
        return None

    async def _connect(self, attempt: Attempt) -> None:
        doorstep, ip, port = attempt.doorstep, attempt.visit.ip, attempt.lane.port
        socks = self._settings.socks
        if ip.startswith("/"):
            await _answered(doorstep, partial(self._reactor.connectUNIX, ip))
        elif socks is None:
            await self._knock(doorstep, ip, port)
        else:
            from tuimail.delivery.tunnel import open_tunnel

            await self._reach_proxy(socks, doorstep)
            await open_tunnel(doorstep, socks, str(unmapped(ip)), port)

    async def _knock(self, doorstep: Doorstep, ip: str, port: int) -> None:
        source = self._settings.source_address
        bind = None if source is None else (str(unmapped(source)), 0)
        connect = self._reactor.connectTCP
        await _answered(doorstep, partial(connect, str(unmapped(ip)), port, bindAddress=bind))

    async def _reach_proxy(self, socks: Socks, doorstep: Doorstep) -> None:
        name = f"the SOCKS proxy {socks.host}:{socks.port}"
        obstacle = UnreachableError(Reach.REFUSED, f"{name} has no address")
        for ip in self._proxies or await self._find_proxy(socks):
            try:
                await self._knock(doorstep, ip, socks.port)
            except UnreachableError as met:
                obstacle = UnreachableError(Reach.REFUSED, f"{name}: {met.why}")
            else:
                return
        raise obstacle

    async def _find_proxy(self, socks: Socks) -> tuple[str, ...]:
        try:
            found = await find_relay(self._resolver, socks.host)
        except DomainError as error:
            raise UnreachableError(Reach.REFUSED, f"the SOCKS proxy: {error}") from error
        if not found.reachable:
            raise UnreachableError(Reach.REFUSED, f"the SOCKS proxy {found.why}")
        source = self._settings.source_address
        self._proxies = tuple(
            ip
            for ip in found.exchanges[0].addresses
            if source is None or Family.of(ip) is Family.of(source)
        )
        return self._proxies


async def _answered(doorstep: Doorstep, connect: Callable[..., IConnector]) -> None:
    factory = DoorstepFactory(doorstep)
    connector = connect(factory=factory, timeout=None)  # There is one limit for all of it.
    try:
        await factory.answer
    except error.ConnectError as failure:
        raise UnreachableError.of(failure) from failure
    except asyncio.CancelledError:
        connector.disconnect()
        raise


async def _first(
    running: dict[asyncio.Task[Attempt | None], Attempt],
    latest: "asyncio.Task[Attempt | None] | None" = None,
) -> Attempt | None:
    """The first that connects; None when all have failed, or `latest` has."""
    while True:
        for task in running:
            if task.done() and task.result() is not None:
                return task.result()
        waiting = {task for task in running if not task.done()}
        if not waiting or (latest is not None and latest.done()):
            return None
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)


def _require_socks() -> None:
    try:
        import socksio  # noqa: F401
    except ImportError as error:
        raise ValueError(
            "a SOCKS proxy needs the package socksio: pip install 'tuimail[socks]'"
        ) from error


def _require_source(ip: str) -> None:
    # Found out here, as Twisted would leave the socket that it could not bind to the collector.
    address = unmapped(ip)
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family) as probe:
            probe.bind((str(address), 0))
    except OSError as error:
        why = os.strerror(error.errno).lower() if error.errno else str(error)
        raise ValueError(f"this host can't connect from {ip}: {why}") from error
