"""Answers as tests write them, without a nameserver."""

from collections.abc import Sequence

import dns.rdata

from tuimail.domain import (
    Answer,
    AnswerStatus,
    Exchange,
    Exchanges,
    exchanges_named,
    explicit,
    implicit,
    settled_by_mx,
    with_addresses,
)

NO_SUCH_NAME = AnswerStatus.NXDOMAIN
SILENCE = AnswerStatus.TIMED_OUT
BROKEN = AnswerStatus.FAILED


def found(name: str, rdtype: str, *records: str, ttl: int = 300) -> Answer:
    """Records in the form of a zone file; none at all is no data."""
    parsed = tuple(dns.rdata.from_text("IN", rdtype, record) for record in records)
    status = AnswerStatus.FOUND if parsed else AnswerStatus.NO_DATA
    return Answer(name, rdtype, status, parsed, ttl if parsed else None)


def lacking(name: str, rdtype: str, status: AnswerStatus) -> Answer:
    why = {SILENCE: "no answer within 10 s", BROKEN: "SERVFAIL"}.get(status, "")
    return Answer(name, rdtype, status, why=why)


def in_reverse(exchanges: list[Exchange]) -> None:
    """A shuffle that a test can foretell."""
    exchanges.reverse()


def route(mx: Answer, *addresses: Answer) -> Exchanges:
    """What the answers come to; an address nobody gave is no data."""
    settled = settled_by_mx(mx.name, mx)
    if settled is not None:
        return settled
    exchanges = exchanges_named(mx, in_reverse)
    if not exchanges:
        return implicit(mx.name, _resolved(Exchange(mx.name, 0), addresses))
    return explicit(mx.name, tuple(_resolved(exchange, addresses) for exchange in exchanges))


def _resolved(exchange: Exchange, addresses: Sequence[Answer]) -> Exchange:
    given = {(answer.name, answer.rdtype): answer for answer in addresses}
    kinds = [
        given.get((exchange.name, rdtype), found(exchange.name, rdtype)) for rdtype in ("AAAA", "A")
    ]
    return with_addresses(exchange, kinds)
