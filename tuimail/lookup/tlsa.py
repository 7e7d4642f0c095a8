"""Asking for an exchange's TLSA records (RFC 7672 §2.2)."""

from tuimail.domain import Exchange, NoTlsa, TlsaFound, TlsaLookUp, TlsaUnknown, tlsa_records
from tuimail.lookup.resolver import Observe, Resolver


async def find_tlsa(
    resolver: Resolver, exchange: Exchange, port: int, observe: Observe
) -> TlsaLookUp:
    """The records of an exchange that listens on `port`, at the end of its aliases or else at its
    own name. Nothing is asked where DNSSEC does not vouch for the way there: whoever could forge
    that could lead to an exchange with records of his own."""
    if not exchange.authentic_name:
        return NoTlsa("DNSSEC does not vouch for the record that names it")
    bases = [exchange.canonical, exchange.name] if exchange.canonical else [exchange.name]
    if not exchange.authentic_addresses:
        if not exchange.canonical:
            return NoTlsa("DNSSEC does not vouch for its addresses")
        # AD covers the whole chain of aliases, and its end may lie in an unsigned zone.
        alias = await resolver.ask(exchange.name, "CNAME")
        observe(alias)
        if alias.unknown:
            return TlsaUnknown(alias.why)
        if not alias.authentic:
            return NoTlsa("DNSSEC vouches neither for its addresses nor for its alias")
        bases = [exchange.name]
    for base in bases:
        answer = await resolver.ask(f"_{port}._tcp.{base}", "TLSA")
        observe(answer)
        if answer.unknown:
            return TlsaUnknown(answer.why)
        if answer.authentic and answer.records:
            return TlsaFound(base, tlsa_records(answer))
    return NoTlsa("it has no TLSA record that DNSSEC vouches for")
