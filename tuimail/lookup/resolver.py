"""Asks the DNS."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING

from tuimail.domain import (
    Answer,
    Checking,
    Exchange,
    Exchanges,
    Shuffle,
    a_labels,
    exchanges_named,
    explicit,
    given,
    implicit,
    literal,
    literal_address,
    relay,
    settled_by_mx,
    with_addresses,
)
from tuimail.lookup.asking import Asking
from tuimail.lookup.nameserver import Nameserver

if TYPE_CHECKING:
    from tuimail.lookup.stub import StubResolver

LIFETIME = 10.0
"""Seconds for one question, over all nameservers and attempts."""
PATIENCE = 3.0
"""Seconds for one nameserver's answer before the next attempt."""
MOST_EXCHANGES = 100
"""Exchanges whose addresses are asked for: a hostile answer can name thousands."""
BURST = 20
"""Questions under way at once: reading sixty answers in a row holds the loop for 60 ms."""

Observe = Callable[[Answer], None]


def _ignore(_answer: Answer) -> None: ...


class Resolver:
    """With no nameservers named, the system's."""

    def __init__(
        self,
        nameservers: Sequence[Nameserver] = (),
        lifetime: float = LIFETIME,
        patience: float = PATIENCE,
    ) -> None:
        self._named = tuple(nameservers)
        self._lifetime = lifetime
        self._patience = patience
        self._burst = asyncio.Semaphore(BURST)

    @cached_property
    def _stub(self) -> "StubResolver":
        # Made at the first question: a relay by its address asks none, and what dnspython asks
        # with takes 100 ms to import.
        from tuimail.lookup.stub import StubResolver

        return StubResolver(self._named, self._lifetime, self._patience)

    async def ask(self, name: str, rdtype: str, checking: Checking = Checking.ENABLED) -> Answer:
        """`name` in A-labels. Never raises for what a nameserver says, or for its silence."""
        clock = asyncio.get_running_loop().time
        async with self._burst:
            started = clock()
            answer = await self._stub.ask(name, rdtype, checking)
            return replace(answer, elapsed=clock() - started)


async def find_exchanges(
    resolver: Asking,
    domain: str,
    observe: Observe = _ignore,
    shuffle: Shuffle = random.shuffle,
) -> Exchanges:
    """Where `domain` takes mail: its MX, then the addresses of each exchange side by side.

    `domain` is a name as people type it, or an address literal; `observe` gets each answer as it
    comes. Raises DomainError before anything is asked.
    """
    address = literal_address(domain)
    if address is not None:
        return literal(domain, address)
    name = a_labels(domain)
    mx = await resolver.ask(name, "MX")
    observe(mx)
    settled = settled_by_mx(name, mx)
    if settled is not None:
        return settled
    named = exchanges_named(mx, shuffle)
    exchanges = named[:MOST_EXCHANGES]
    if not exchanges:
        return implicit(name, await find_addresses(resolver, given(name), observe))
    found = await asyncio.gather(
        *(find_addresses(resolver, exchange, observe) for exchange in exchanges)
    )
    return explicit(name, tuple(found), len(named) - len(exchanges))


async def find_relay(resolver: Asking, host: str, observe: Observe = _ignore) -> Exchanges:
    """A relay's addresses: of a name, of an address itself, of `localhost` without asking.

    Raises DomainError before anything is asked.
    """
    try:
        return _by_address(host)
    except ValueError:
        name = a_labels(host)
    if name == "localhost":
        # RFC 6761 §6.3: no nameserver is to be trusted with this name.
        return relay(given(name, ("127.0.0.1", "::1")))
    return relay(await find_addresses(resolver, given(name), observe))


@lru_cache  # Each mail that goes through it asks.
def _by_address(host: str) -> Exchanges:
    """Raises ValueError for what is no address."""
    return literal(host, str(ip_address(host)))


async def find_addresses(
    resolver: Asking, exchange: Exchange, observe: Observe = _ignore
) -> Exchange:
    """The exchange with its addresses, IPv6 and IPv4 in turn; what is no host is not looked up."""
    if exchange.why:
        return exchange

    async def ask(rdtype: str) -> Answer:
        answer = await resolver.ask(exchange.name, rdtype)
        observe(answer)
        return answer

    return with_addresses(exchange, await asyncio.gather(ask("AAAA"), ask("A")))
