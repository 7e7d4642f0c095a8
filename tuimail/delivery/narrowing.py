"""Which of the addresses that the DNS names are tried."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from tuimail.delivery.address import unmapped
from tuimail.delivery.settings import Family
from tuimail.domain import Exchanges

Objection = Callable[[str], str]
"""Why an address is not tried, empty where it is."""


def narrowed(exchanges: Exchanges, objection: Objection, enhanced: str) -> Exchanges:
    """Without the addresses that are objected to; `enhanced` is for the case that none is left."""
    objected = tuple(objections(exchanges, objection))
    if not objected:
        return exchanges
    narrow = tuple(
        replace(exchange, addresses=tuple(ip for ip in exchange.addresses if not objection(ip)))
        for exchange in exchanges.exchanges
    )
    if not exchanges.reachable or any(exchange.addresses for exchange in narrow):
        return replace(exchanges, exchanges=narrow)
    why = "; ".join(f"{name} {reason}" for name, reason in objected)
    return replace(exchanges, exchanges=narrow, why=why, enhanced=enhanced)


def alone(exchanges: Exchanges, name: str) -> Exchanges:
    """One exchange, whatever others there are; all of them where the name is empty."""
    if not name or not exchanges.reachable:
        return exchanges
    chosen = tuple(exchange for exchange in exchanges.exchanges if exchange.name == name)
    if any(exchange.addresses for exchange in chosen):
        return replace(exchanges, exchanges=chosen)
    said = [f"{name}: {exchange.why}" for exchange in chosen]
    why = said[0] if said else f"{name} is no exchange of {exchanges.domain}"
    # Deferred: there are others, which nobody has asked.
    return replace(exchanges, exchanges=chosen, why=why, enhanced="4.4.4")


def objections(exchanges: Exchanges, objection: Objection) -> Iterator[tuple[str, str]]:
    """Each exchange that loses an address, and why."""
    for exchange in exchanges.exchanges:
        for ip in exchange.addresses:
            if reason := objection(ip):
                yield exchange.name, reason


def not_public(ip: str) -> str:
    """A name in the public DNS that leads to this machine, to a neighbour or to nowhere: all that
    IANA's registries of special-purpose addresses (RFC 6890) call not globally reachable, and
    multicast, which TCP can't speak with. Whoever answers there was not meant, and DNS rebinding
    lives on it."""
    address = unmapped(ip)
    if address.is_global and not address.is_multicast:
        return ""
    return f"is not tried at {ip}, an address that is not public"


def of_other_family(family: Family) -> Objection:
    def objection(ip: str) -> str:
        if family is Family.ANY or Family.of(ip) is family:
            return ""
        return f"is not tried at {ip}, which is no {family.value} address"

    return objection
