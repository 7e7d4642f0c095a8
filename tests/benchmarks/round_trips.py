"""Round trips on a long way to Postfix: until it has taken a mail, and until the call returns."""

import asyncio
import statistics
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.benchmarks.clients import (
    Client,
    Errand,
    by_aiosmtplib,
    by_smtplib,
    errand,
    tuimail,
    twisted,
)
from tests.benchmarks.delay import UNSEEN, Way, long_way
from tests.benchmarks.figures import Row, UnavailableError, listed
from tests.benchmarks.programs import installed, postfix_client
from tests.peers.postfix import missing, postfix
from tests.peers.site import DOMAIN
from tuimail.delivery.reactor import install
from tuimail.smtp import TlsPolicy

ROUND_TRIP = 0.04
"""Seconds. What client and server compute shows as the digit behind the point."""
ROUNDS = 5
OCTETS = 500
_MANY = 20


@dataclass(frozen=True, slots=True)
class Scenario:
    name: str
    target: float
    main: tuple[str, ...]
    """Lines of the server's main.cf."""
    tls: TlsPolicy = TlsPolicy.NONE


_NO_CHUNKING = ("smtpd_discard_ehlo_keywords = chunking",)
SCENARIOS = (
    Scenario("with CHUNKING", 4.2, ()),
    Scenario("without CHUNKING", 5.2, _NO_CHUNKING),
    Scenario("with STARTTLS (TLS 1.3) and CHUNKING", 7.3, (), TlsPolicy.ENCRYPT),
    Scenario("with STARTTLS (TLS 1.3), without CHUNKING", 8.3, _NO_CHUNKING, TlsPolicy.ENCRYPT),
)


@dataclass(frozen=True, slots=True)
class Trips:
    """Medians, in round trips."""

    taken: float
    returned: float
    """After the server had taken the mail."""


async def run() -> list[Row]:
    """Raises UnavailableError where Postfix can't run."""
    if reason := missing():
        raise UnavailableError(reason)
    found = [(scenario, await _measured(scenario)) for scenario in SCENARIOS]
    return [*(_row(scenario, trips) for scenario, trips in found), _returns(found[0][1])]


async def _measured(scenario: Scenario) -> dict[str, tuple[Trips, Trips]]:
    """For each client: one recipient, and many."""
    async with _server(scenario) as port:
        with long_way(port, ROUND_TRIP) as way:
            async with postfix_client(way.port, scenario.tls) as by_postfix:
                reactor = install(asyncio.get_running_loop())
                clients: dict[str, Client] = {
                    "tuimail": tuimail(reactor),
                    "Postfix": by_postfix,
                    **installed(scenario.tls),
                    "smtplib": by_smtplib,
                    "aiosmtplib": by_aiosmtplib,
                    "Twisted": twisted(reactor),
                }
                one = await _trips(clients, way, scenario, 1)
                many = await _trips(clients, way, scenario, _MANY)
    return {name: (one[name], many[name]) for name in clients}


@asynccontextmanager
async def _server(scenario: Scenario) -> AsyncIterator[int]:
    """A Postfix that takes any mail and keeps none."""
    async with postfix(
        "virtual_mailbox_maps = static:anybody", "virtual_transport = discard:", *scenario.main
    ) as server:
        yield server.port


async def _trips(
    clients: dict[str, Client], way: Way, scenario: Scenario, recipients: int
) -> dict[str, Trips]:
    paths = [f"bob{place}@{DOMAIN}" for place in range(recipients)]
    with errand(way.port, OCTETS, paths, scenario.tls) as mail:
        rounds = [
            {name: await _once(client, mail, way) for name, client in clients.items()}
            for _ in range(ROUNDS)
        ]
    return {
        name: Trips(
            statistics.median(each[name].taken for each in rounds),
            statistics.median(each[name].returned for each in rounds),
        )
        for name in clients
    }


async def _once(client: Client, errand: Errand, way: Way) -> Trips:
    sent = await client(errand)
    taken = (sent.taken - way.began()) / way.round_trip + UNSEEN
    return Trips(taken, (sent.returned - sent.taken) / way.round_trip)


def _row(scenario: Scenario, found: dict[str, tuple[Trips, Trips]]) -> Row:
    taken = {name: (f"{one.taken:.1f}", f"{many.taken:.1f}") for name, (one, many) in found.items()}
    shown = {name: " and ".join(each) for name, each in taken.items()}
    mine = shown.pop("tuimail")
    return Row(
        f"round trips until Postfix {scenario.name} has taken a small mail,"
        f" 1 and {_MANY} recipients",
        listed(shown.items()),
        mine,
        f"{scenario.target:.1f} and {scenario.target:.1f}",
        all(float(each) <= scenario.target for each in taken["tuimail"]),
    )


def _returns(found: dict[str, tuple[Trips, Trips]]) -> Row:
    """Postfix has no caller."""
    returned = {name: one.returned for name, (one, _) in found.items() if name != "Postfix"}
    mine = returned.pop("tuimail")
    return Row(
        "round trips until the call returns, after the mail was taken",
        listed((name, f"{trips:.1f}") for name, trips in returned.items()),
        f"{mine:.1f}",
        "0.0",
        mine < 0.05,
    )
