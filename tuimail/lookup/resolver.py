"""Asks the DNS."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from ipaddress import ip_address

import dns.asyncresolver
import dns.edns
import dns.exception
import dns.flags
import dns.nameserver
import dns.resolver

from tuimail.domain import (
    Answer,
    AnswerStatus,
    Exchange,
    Exchanges,
    Shuffle,
    a_labels,
    exchanges_named,
    explicit,
    implicit,
    literal,
    literal_address,
    settled_by_mx,
    with_addresses,
)
from tuimail.lookup.nameserver import Nameserver
from tuimail.safetext import visible

LIFETIME = 10.0
"""Seconds for one question, over all nameservers and attempts."""
PATIENCE = 3.0
"""Seconds for one nameserver's answer before the next attempt."""
MOST_EXCHANGES = 20
"""Exchanges whose addresses are asked for: more than anybody tries."""
_PAYLOAD = 1232  # DNS flag day 2020: what no path fragments

Observe = Callable[[Answer], None]


def _ignore(_answer: Answer) -> None: ...


class Resolver:
    """With no nameservers named, the system's. Raises ValueError where that has none."""

    def __init__(self, nameservers: Sequence[Nameserver] = (), lifetime: float = LIFETIME) -> None:
        try:
            self._resolver = dns.asyncresolver.Resolver(configure=not nameservers)
        except dns.resolver.NoResolverConfiguration as error:
            raise ValueError("this system names no nameserver; name one") from error
        if nameservers:
            self._resolver.nameservers = [
                dns.nameserver.Do53Nameserver(server.address, server.port) for server in nameservers
            ]
        # EDNS shows AD and extended errors without asking for signatures (RFC 6840 §5.7).
        self._resolver.use_edns(0, 0, _PAYLOAD)
        self._resolver.flags = dns.flags.RD | dns.flags.AD
        self._resolver.lifetime = lifetime
        self._resolver.timeout = min(PATIENCE, lifetime)

    async def ask(self, name: str, rdtype: str) -> Answer:
        """`name` in A-labels. Never raises for what a nameserver says, or for its silence."""
        clock = asyncio.get_running_loop().time
        started = clock()
        answer = await self._ask(name, rdtype)
        return replace(answer, elapsed=clock() - started)

    async def _ask(self, name: str, rdtype: str) -> Answer:
        try:
            found = await self._resolver.resolve(
                name, rdtype, search=False, raise_on_no_answer=False
            )
        except dns.resolver.NXDOMAIN:
            return Answer(name, rdtype, AnswerStatus.NXDOMAIN)
        except dns.resolver.NoNameservers as error:
            return Answer(name, rdtype, AnswerStatus.FAILED, why=_reasons(error))
        except dns.resolver.LifetimeTimeout:
            why = f"no nameserver answered within {self._resolver.lifetime:g} s"
            return Answer(name, rdtype, AnswerStatus.TIMED_OUT, why=why)
        except dns.exception.DNSException as error:
            return Answer(name, rdtype, AnswerStatus.FAILED, why=visible(str(error)))
        if found.rrset is None:
            return Answer(name, rdtype, AnswerStatus.NO_DATA)
        return Answer(
            name,
            rdtype,
            AnswerStatus.FOUND,
            tuple(found.rrset),
            found.rrset.ttl,
            authentic=bool(found.response.flags & dns.flags.AD),
        )


async def find_exchanges(
    resolver: Resolver,
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
    exchanges = exchanges_named(mx, shuffle)
    if not exchanges:
        return implicit(name, await find_addresses(resolver, Exchange(name, 0), observe))
    found = await asyncio.gather(
        *(find_addresses(resolver, exchange, observe) for exchange in exchanges[:MOST_EXCHANGES])
    )
    return explicit(name, tuple(found))


async def find_relay(resolver: Resolver, host: str, observe: Observe = _ignore) -> Exchanges:
    """A relay's addresses: of a name, of an address itself, of `localhost` without asking.

    Raises DomainError before anything is asked.
    """
    try:
        return literal(host, str(ip_address(host)))
    except ValueError:
        name = a_labels(host)
    if name == "localhost":
        # RFC 6761 §6.3: no nameserver is to be trusted with this name.
        return explicit(name, (Exchange(name, 0, None, ("127.0.0.1", "::1")),))
    return explicit(name, (await find_addresses(resolver, Exchange(name, 0), observe),))


async def find_addresses(
    resolver: Resolver, exchange: Exchange, observe: Observe = _ignore
) -> Exchange:
    """The exchange with its addresses, IPv6 and IPv4 in turn."""

    async def ask(rdtype: str) -> Answer:
        answer = await resolver.ask(exchange.name, rdtype)
        observe(answer)
        return answer

    return with_addresses(exchange, await asyncio.gather(ask("AAAA"), ask("A")))


def _reasons(error: dns.resolver.NoNameservers) -> str:
    """What each nameserver said, with its extended errors (RFC 8914)."""
    reasons = []
    for server, _, port, what, response in error.kwargs["errors"]:
        details = [
            f"{option.code}{f': {option.text}' if option.text else ''}"
            for option in (response.options if response is not None else ())
            if isinstance(option, dns.edns.EDEOption)
        ]
        said = ", ".join((str(what), *details))
        reasons.append(f"{server} port {port} answered {said}")
    return visible("; ".join(dict.fromkeys(reasons))) or "no nameserver could be asked"
