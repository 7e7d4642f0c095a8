"""Where a domain takes its mail (RFC 5321 §5.1, RFC 7505)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import groupby, zip_longest
from operator import attrgetter

import dns.name
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.IN.A import A
from dns.rdtypes.IN.AAAA import AAAA

from tuimail.domain.answer import Answer, AnswerStatus
from tuimail.domain.name import is_host_name

MOST_ADDRESSES = 5  # Postfix's smtp_mx_address_limit


class Acceptance(Enum):
    """What the DNS says about mail for a domain."""

    EXCHANGES = "exchanges"
    IMPLICIT = "implicit"
    """No MX record: the domain's own address stands in."""
    LITERAL = "literal"
    """An address literal needs no DNS."""
    NULL_MX = "null_mx"
    """It says that it takes none (RFC 7505)."""
    NULL_MX_BESIDE_OTHERS = "null_mx_beside_others"
    """It says so, and names exchanges all the same."""
    NONE = "none"
    """There is no such domain, or nothing that could take mail for it."""
    UNKNOWN = "unknown"
    """The answer could not be had. Not the same as none."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """`name` in A-labels without a final dot, `ttl` in seconds.

    `why` says what stands in the way where there are no addresses.
    """

    name: str
    preference: int
    ttl: int | None = None
    addresses: tuple[str, ...] = ()
    why: str = ""
    unknown: bool = False
    """Whether addresses may exist, and could not be had."""
    authentic_name: bool = False
    """Whether DNSSEC vouches for the record that names it, or it is the name that the user gave."""
    authentic_addresses: bool = False
    """Whether DNSSEC vouches for its addresses, and for every alias on the way to them."""
    canonical: str = ""
    """Where its name is an alias, the name at the end; else empty."""
    named_by: str = ""
    """Where the domain is an alias, the name whose MX record names it; else empty."""


@dataclass(frozen=True, slots=True)
class Exchanges:
    """In the order in which they are tried.

    Where no mail can be given, `why` says so in plain words, and `enhanced` as a status code: its
    class is 5 where that is final, and 4 where another try may help (RFC 3463).
    """

    domain: str
    acceptance: Acceptance
    exchanges: tuple[Exchange, ...] = ()
    why: str = ""
    enhanced: str | None = None
    left_out: int = 0
    """More exchanges that are named, and not looked at."""

    @property
    def reachable(self) -> bool:
        """Whether there is an address to try."""
        return self.enhanced is None

    @property
    def unsettled(self) -> bool:
        """Whether there is none because it could not be found out, and another try may help."""
        return self.enhanced is not None and self.enhanced.startswith("4")


Shuffle = Callable[[list[Exchange]], None]


def given(host: str, addresses: tuple[str, ...] = ()) -> Exchange:
    """The host that the user named, which no record has to name."""
    return Exchange(host, 0, None, addresses, authentic_name=True)


def exchanges_named(mx: Answer, shuffle: Shuffle) -> tuple[Exchange, ...]:
    """The exchanges of an MX answer by preference, equal ones in random order (RFC 5321 §5.1).

    One that is named twice counts where it is preferred, a null MX names none.
    """
    exchanges = [
        Exchange(
            name,
            preference,
            mx.ttl,
            why="" if is_host_name(name) else "that is no host name",
            authentic_name=mx.authentic,
            named_by=mx.canonical,
        )
        for preference, name in _preferences(mx)
        if name
    ]
    ordered: dict[str, Exchange] = {}
    preference_of = attrgetter("preference")
    for _, equal in groupby(sorted(exchanges, key=preference_of), key=preference_of):
        together = list(equal)
        shuffle(together)
        for exchange in together:
            ordered.setdefault(exchange.name, exchange)
    return tuple(ordered.values())


def exchange_names(mx: Answer) -> tuple[str, ...]:
    """The names in an MX answer, in A-labels, each once and the most preferred first."""
    return tuple(dict.fromkeys(name for _, name in sorted(_preferences(mx)) if name))


def settled_by_mx(domain: str, mx: Answer) -> Exchanges | None:
    """What the MX answer settles alone; None where addresses have to be asked for."""
    match mx.status:
        case AnswerStatus.NXDOMAIN:
            return Exchanges(domain, Acceptance.NONE, (), f"{domain} does not exist", "5.1.2")
        case AnswerStatus.FAILED | AnswerStatus.TIMED_OUT:
            why = f"the exchanges of {domain} could not be looked up: {mx.why}"
            return Exchanges(domain, Acceptance.UNKNOWN, (), why, "4.4.3")
        case _:
            pass
    nulls = {record.exchange == dns.name.root for record in mx.records if isinstance(record, MX)}
    if nulls == {True}:
        return Exchanges(
            domain, Acceptance.NULL_MX, (), f"{domain} says that it takes no mail", "5.1.10"
        )
    if True in nulls:
        why = f"{domain} says that it takes no mail, and names exchanges all the same"
        return Exchanges(domain, Acceptance.NULL_MX_BESIDE_OTHERS, (), why, "5.1.10")
    return None


def explicit(domain: str, exchanges: tuple[Exchange, ...], left_out: int = 0) -> Exchanges:
    """MX records are there: the domain's own address is nothing to fall back to."""
    if any(exchange.addresses for exchange in exchanges):
        return Exchanges(domain, Acceptance.EXCHANGES, exchanges, left_out=left_out)
    said = ", ".join(f"{exchange.name}: {exchange.why}" for exchange in exchanges)
    why = f"no exchange of {domain} has an address ({said})"
    enhanced = "4.4.3" if any(exchange.unknown for exchange in exchanges) else "5.4.4"
    return Exchanges(domain, Acceptance.EXCHANGES, exchanges, why, enhanced, left_out)


def implicit(domain: str, host: Exchange) -> Exchanges:
    """No MX record is there: the domain's own address is its exchange."""
    if host.addresses:
        return Exchanges(domain, Acceptance.IMPLICIT, (host,))
    if host.unknown:
        return Exchanges(domain, Acceptance.UNKNOWN, (), f"{domain}: {host.why}", "4.4.3")
    why = f"{domain} has neither an exchange nor an address"
    return Exchanges(domain, Acceptance.NONE, (), why, "5.4.4")


def relay(host: Exchange) -> Exchanges:
    """The host that the user named takes the mail, whatever exchanges its domain has.

    Without an address it is deferred: the mail is good, its way is not (Postfix's 4.3.5).
    """
    if host.addresses:
        return Exchanges(host.name, Acceptance.EXCHANGES, (host,))
    enhanced = "4.4.3" if host.unknown else "4.3.5"
    return Exchanges(host.name, Acceptance.EXCHANGES, (host,), f"{host.name}: {host.why}", enhanced)


def literal(domain: str, address: str) -> Exchanges:
    return Exchanges(domain, Acceptance.LITERAL, (given(address, (address,)),))


def with_addresses(exchange: Exchange, answers: Sequence[Answer]) -> Exchange:
    """The exchange with what its AAAA and A answers hold, both kinds in turn.

    Without an MX record's TTL, it has that of its addresses.
    """
    # Of thousands of records, this takes an eighth of what their `str` does.
    kinds = [
        [record.address for record in answer.records if isinstance(record, A | AAAA)]
        for answer in answers
    ]
    addresses = tuple(ip for pair in zip_longest(*kinds) for ip in pair if ip is not None)
    unknown = next((answer.why for answer in answers if answer.unknown), "")
    if addresses:
        why = ""
    elif unknown:
        why = f"its address could not be looked up: {unknown}"
    elif any(answer.status is AnswerStatus.NXDOMAIN for answer in answers):
        why = "there is no such host"
    else:
        why = "it has no address"
    ttls = [answer.ttl for answer in answers if answer.ttl is not None]
    return replace(
        exchange,
        ttl=min(ttls, default=None) if exchange.ttl is None else exchange.ttl,
        addresses=addresses,
        why=why,
        unknown=bool(unknown) and not addresses,
        authentic_addresses=bool(addresses)
        and all(answer.authentic for answer in answers if answer.records),
        canonical=next((answer.canonical for answer in answers if answer.canonical), ""),
    )


def addresses_to_try(
    exchanges: Sequence[Exchange], most: int = MOST_ADDRESSES
) -> tuple[tuple[Exchange, str], ...]:
    """At most `most` addresses in the exchanges' order.

    Where there are IPv6 and IPv4 addresses, the last place is kept for the kind that would
    otherwise have none: a network without one of them still gets through.
    """
    ways = [(exchange, ip) for exchange in exchanges for ip in exchange.addresses]
    chosen, left = ways[:most], ways[most:]
    kinds = {":" in ip for _, ip in chosen}
    other = next((way for way in left if (":" in way[1]) not in kinds), None)
    if other is not None:
        chosen[-1] = other
    return tuple(chosen)


def _preferences(mx: Answer) -> Iterator[tuple[int, str]]:
    """Each record's preference and exchange, without the final dot: the root is empty."""
    for record in mx.records:
        if isinstance(record, MX):
            is_root = record.exchange == dns.name.root
            name = "" if is_root else record.exchange.to_text(omit_final_dot=True).lower()
            yield record.preference, name
