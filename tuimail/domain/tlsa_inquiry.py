"""Which TLSA records senders go by at an exchange (RFC 7672 §2.2)."""

from tuimail.domain.exchanges import Exchange
from tuimail.domain.inquiry import Inquiry, Question
from tuimail.domain.tlsa import NoTlsa, TlsaFound, TlsaLookUp, TlsaUnknown, tlsa_records


def tlsa_inquiry(exchange: Exchange, port: int) -> Inquiry[TlsaLookUp]:
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
        (alias,) = yield (Question(exchange.name, "CNAME"),)
        if alias.unknown:
            return TlsaUnknown(alias.why, alias)
        if not alias.authentic:
            return NoTlsa("DNSSEC vouches neither for its addresses nor for its alias")
        bases = [exchange.name]
    for base in bases:
        (answer,) = yield (tlsa_question(base, port),)
        if answer.unknown:
            return TlsaUnknown(answer.why, answer)
        if answer.authentic and answer.records:
            return TlsaFound(base, tlsa_records(answer))
    return NoTlsa("it has no TLSA record that DNSSEC vouches for")


def tlsa_question(base: str, port: int) -> Question:
    return Question(f"_{port}._tcp.{base}", "TLSA")
