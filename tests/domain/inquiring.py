"""Inquiries answered from a zone that a test writes down."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import dns.rdata
from dns.rdata import Rdata
from dns.rdataclass import IN
from dns.rdatatype import TXT as TXT_TYPE
from dns.rdtypes.ANY.TXT import TXT

from tests.domain.answers import lacking
from tuimail.domain import Answer, AnswerStatus, Inquiry, Question

T = TypeVar("T")
Record = str | Rdata
"""In the form of a zone file, or ready made: `text("v=spf1 -all")`."""
Known = Answer | AnswerStatus | Record | Sequence[Record]
Zone = Mapping[tuple[str, str], Known]
"""What is asked, and its records, its only record, why there is none, or the answer as it is.

What is not written down is no data where the name exists, with another type or above another
name, and NXDOMAIN elsewhere.
"""

TTL = 300


def answer_from(zone: Zone, inquiry: Inquiry[T]) -> tuple[T, tuple[Question, ...]]:
    """What the inquiry comes to, and every question that it has asked, in order."""
    result, waves = waves_from(zone, inquiry)
    return result, tuple(question for wave in waves for question in wave)


def waves_from(zone: Zone, inquiry: Inquiry[T]) -> tuple[T, tuple[tuple[Question, ...], ...]]:
    """The same, with questions that were asked side by side in one tuple."""
    waves: list[tuple[Question, ...]] = []
    try:
        wave = next(inquiry)
        while True:
            waves.append(wave)
            wave = inquiry.send(tuple(answer_to(zone, question) for question in wave))
    except StopIteration as stop:
        result: T = stop.value
        return result, tuple(waves)


def answer_to(zone: Zone, question: Question) -> Answer:
    name, rdtype = question.name, question.rdtype
    known = zone.get((name, rdtype))
    if isinstance(known, Answer):
        return known
    if isinstance(known, AnswerStatus):
        return lacking(name, rdtype, known)
    if known is None or known == ():
        exists = any(f".{other}".endswith(f".{name}") for other, _ in zone)
        return lacking(name, rdtype, AnswerStatus.NO_DATA if exists else AnswerStatus.NXDOMAIN)
    written = (known,) if isinstance(known, (str, Rdata)) else known
    records = tuple(
        dns.rdata.from_text("IN", rdtype, record) if isinstance(record, str) else record
        for record in written
    )
    return Answer(name, rdtype, AnswerStatus.FOUND, records, TTL)


def text(*strings: str | bytes) -> TXT:
    """One TXT record; a string longer than 255 octets becomes several."""
    octets = [each.encode() if isinstance(each, str) else each for each in strings]
    cut = [each[at : at + 255] for each in octets for at in range(0, max(len(each), 1), 255)]
    return TXT(IN, TXT_TYPE, cut)
