"""Asks the DNS."""

import asyncio
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from ipaddress import ip_address

import dns.asyncresolver
import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.nameserver
import dns.rdatatype
import dns.resolver

from tuimail.domain import (
    Answer,
    AnswerStatus,
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
from tuimail.lookup.system import system_nameservers
from tuimail.safetext import visible

LIFETIME = 10.0
"""Seconds for one question, over all nameservers and attempts."""
PATIENCE = 3.0
"""Seconds for one nameserver's answer before the next attempt."""
MOST_EXCHANGES = 100
"""Exchanges whose addresses are asked for: a hostile answer can name thousands."""
BURST = 20
"""Questions under way at once: reading sixty answers in a row holds the loop for 60 ms."""
MOST_ABSENT = 10_800
"""Seconds for which an absence is believed at most (RFC 2308 §5)."""
_PAYLOAD = 1232  # DNS flag day 2020: what no path fragments
_FLAGS = {
    Checking.ENABLED: dns.flags.RD | dns.flags.AD,
    Checking.DISABLED: dns.flags.RD | dns.flags.AD | dns.flags.CD,
}

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

    # The system's are read at the first question: a relay by its address asks none.

    @cached_property
    def _servers(self) -> tuple[Nameserver, ...]:
        return self._named or system_nameservers()

    @cached_property
    def _believed(self) -> set[tuple[str, int]]:
        return {(server.address, server.port) for server in self._servers if server.believed}

    @cached_property
    def _resolvers(self) -> Mapping[Checking, dns.asyncresolver.Resolver]:
        return {
            checking: _resolver(self._servers, flags, self._lifetime, self._patience)
            for checking, flags in _FLAGS.items()
        }

    async def ask(self, name: str, rdtype: str, checking: Checking = Checking.ENABLED) -> Answer:
        """`name` in A-labels. Never raises for what a nameserver says, or for its silence."""
        clock = asyncio.get_running_loop().time
        async with self._burst:
            started = clock()
            answer = await self._ask(name, rdtype, checking)
            return replace(answer, elapsed=clock() - started)

    async def _ask(self, name: str, rdtype: str, checking: Checking) -> Answer:
        try:
            found = await self._resolvers[checking].resolve(
                name, rdtype, search=False, raise_on_no_answer=False
            )
        except dns.resolver.NXDOMAIN as error:
            (response,) = error.kwargs["responses"].values()
            return Answer(name, rdtype, AnswerStatus.NXDOMAIN, absent_for=_absence(response))
        except dns.resolver.NoNameservers as error:
            why = _reasons(error) or "this system names no nameserver that can be asked"
            return Answer(
                name,
                rdtype,
                AnswerStatus.FAILED,
                why=why,
                servfail=_is_servfail(error),
                extended=tuple(option.code for option in _extended(error)),
            )
        except dns.resolver.LifetimeTimeout as error:
            why = f"no answer within {self._lifetime:g} s"
            if reasons := _reasons(error):
                why += f" ({reasons})"
            return Answer(name, rdtype, AnswerStatus.TIMED_OUT, why=why)
        except dns.exception.DNSException as error:
            return Answer(name, rdtype, AnswerStatus.FAILED, why=visible(str(error)))
        if found.rrset is None:
            return Answer(
                name,
                rdtype,
                AnswerStatus.NO_DATA,
                authentic=self._vouched(found),
                absent_for=_absence(found.response),
            )
        alias = found.canonical_name != found.qname
        return Answer(
            name,
            rdtype,
            AnswerStatus.FOUND,
            tuple(found.rrset),
            found.rrset.ttl,
            authentic=self._vouched(found),
            canonical=_plain(found.canonical_name) if alias else "",
        )

    def _vouched(self, found: dns.resolver.Answer) -> bool:
        """Whether the nameserver says that it has validated the answer, and is to be believed."""
        believed = (found.nameserver, found.port) in self._believed
        return believed and bool(found.response.flags & dns.flags.AD)


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
    exchanges = exchanges_named(mx, shuffle)
    if not exchanges:
        return implicit(name, await find_addresses(resolver, given(name), observe))
    found = await asyncio.gather(
        *(find_addresses(resolver, exchange, observe) for exchange in exchanges[:MOST_EXCHANGES])
    )
    return explicit(name, tuple(found))


async def find_relay(resolver: Asking, host: str, observe: Observe = _ignore) -> Exchanges:
    """A relay's addresses: of a name, of an address itself, of `localhost` without asking.

    Raises DomainError before anything is asked.
    """
    try:
        return literal(host, str(ip_address(host)))
    except ValueError:
        name = a_labels(host)
    if name == "localhost":
        # RFC 6761 §6.3: no nameserver is to be trusted with this name.
        return relay(given(name, ("127.0.0.1", "::1")))
    return relay(await find_addresses(resolver, given(name), observe))


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


def _resolver(
    servers: Sequence[Nameserver], flags: int, lifetime: float, patience: float
) -> dns.asyncresolver.Resolver:
    resolver = dns.asyncresolver.Resolver(configure=False)
    resolver.nameservers = [
        dns.nameserver.Do53Nameserver(server.address, server.port) for server in servers
    ]
    # EDNS shows AD and extended errors without asking for signatures (RFC 6840 §5.7).
    resolver.use_edns(0, 0, _PAYLOAD)
    resolver.flags = flags
    resolver.lifetime = lifetime
    resolver.timeout = patience
    return resolver


def _plain(name: dns.name.Name) -> str:
    text: str = name.canonicalize().to_text(omit_final_dot=True)
    return text


def _reasons(error: dns.resolver.NoNameservers | dns.resolver.LifetimeTimeout) -> str:
    """What each nameserver said last, with its extended errors (RFC 8914); safe to show."""
    said = {
        server.removeprefix("Do53:").removesuffix("@53").replace("@", " port "): "".join(
            (_said(what), *map(_words, _options(response)))
        )
        for server, _, _, what, response in error.kwargs["errors"]
    }
    return visible("; ".join(f"{server} {what}" for server, what in said.items()))


def _said(what: str | Exception) -> str:
    match what:
        case "SERVFAIL":
            return "could not find out (SERVFAIL)"
        case "REFUSED":
            return "refuses to answer (REFUSED)"
        case str():
            return f"answered {what}"
        case dns.exception.Timeout():
            return "did not answer"
        case EOFError():
            return "hung up"
        case OSError():
            return "can't be reached"
        case _:
            return "gave no proper answer"


def _absence(response: dns.message.Message) -> int | None:
    """Seconds for which it holds that there is nothing (RFC 2308 §5)."""
    for rrset in response.authority:
        if rrset.rdtype == dns.rdatatype.SOA:
            seconds: int = min(rrset.ttl, rrset[0].minimum, MOST_ABSENT)
            return seconds
    return None


def _is_servfail(error: dns.resolver.NoNameservers) -> bool:
    """Whether nobody said anything else in the end."""
    said = {server: what for server, _, _, what, _ in error.kwargs["errors"]}
    return set(said.values()) == {"SERVFAIL"}


def _extended(error: dns.resolver.NoNameservers) -> Iterator[dns.edns.EDEOption]:
    for *_, response in error.kwargs["errors"]:
        yield from _options(response)


def _options(response: dns.message.Message | None) -> Iterator[dns.edns.EDEOption]:
    for option in response.options if response is not None else ():
        if isinstance(option, dns.edns.EDEOption):
            yield option


def _words(option: dns.edns.EDEOption) -> str:
    code = dns.edns.EDECode.to_text(option.code).replace("_", " ").lower()
    return f", {code}: {option.text}" if option.text else f", {code}"
