"""Whether senders can prove an exchange by the DNS (DANE, RFC 7672), before it is connected to."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from tuimail.domain.answer import Answer
from tuimail.domain.dnssec import ROOT
from tuimail.domain.exchanges import Exchange, with_addresses
from tuimail.domain.finding import Finding, Verdict
from tuimail.domain.inquiry import Inquiry, Question, knowing
from tuimail.domain.tlsa import (
    NoTlsa,
    TlsaFound,
    TlsaLookUp,
    TlsaUnknown,
    tlsa_records,
)
from tuimail.domain.tlsa_inquiry import tlsa_inquiry, tlsa_question

_RECORDS = "RFC 7672 §2.2"
_USABLE = "RFC 7672 §3.1"
_MOST_SHOWN = 8


@dataclass(frozen=True, slots=True)
class DaneReport:
    """`look_up` is what senders go by; `answer` is the one to TLSA at the exchange's own name,
    None where nothing was asked."""

    exchange: Exchange
    look_up: TlsaLookUp
    answer: Answer | None = None
    root: Answer | None = None

    @property
    def validated(self) -> bool:
        """Whether the resolver checks signatures, and is to be believed."""
        exchange = self.exchange
        vouched = exchange.authentic_name or exchange.authentic_addresses
        answers = (self.root, self.answer)
        return vouched or any(answer is not None and answer.authentic for answer in answers)


def dane_inquiry(exchange: Exchange, port: int) -> Inquiry[DaneReport]:
    """Rule I14, without a look at its certificate: TLSA beside the addresses, and then what a
    sender would ask on."""
    if exchange.why:
        return DaneReport(exchange, NoTlsa(exchange.why))
    name = exchange.name
    questions = (
        *(Question(name, rdtype) for rdtype in ("AAAA", "A", "CNAME")),
        tlsa_question(name, port),
        ROOT,
    )
    answers = yield questions
    aaaa, a, _, tlsa, root = answers
    resolved = with_addresses(exchange, (aaaa, a))
    known = dict(zip(questions, answers, strict=True))
    look_up = yield from knowing(known, tlsa_inquiry(resolved, port))
    return DaneReport(resolved, look_up, tlsa, root)


def dane_findings(report: DaneReport) -> tuple[Finding, ...]:
    """Rule I14, of one exchange; that it has no address is said elsewhere."""
    if report.answer is None or not report.exchange.addresses:
        return ()
    return tuple(_findings(report, report.answer))


def _findings(report: DaneReport, answer: Answer) -> Iterator[Finding]:
    finding = partial(Finding, "I14", "TLSA", report.exchange.name, reference=_RECORDS)
    match report.look_up:
        case TlsaFound():
            yield from _found(report.look_up, finding)
        case TlsaUnknown(why=why, answer=failed) if failed.servfail:
            yield finding(
                Verdict.FAIL,
                f"its TLSA records can’t be had, and senders who go by DANE keep their mail: {why}",
                f"{failed.rdtype} {failed.name}: {why}",
                advice="Let its nameservers answer for TLSA, be it that there is none.",
            )
        case TlsaUnknown(why=why):
            why = f"whether it has TLSA records could not be looked up: {why}"
            yield finding(Verdict.UNKNOWN, why, advice="Ask again, or ask another nameserver.")
        case NoTlsa(why=why):
            yield _none(report, answer, why)


def _found(found: TlsaFound, finding: "partial[Finding]") -> Iterator[Finding]:
    shown = "\n".join(map(str, found.records[:_MOST_SHOWN]))
    usable = [record for record in found.records if record.usable]
    if usable:
        why = "DNSSEC vouches for its TLSA records: its certificate has to match them"
        yield finding(Verdict.PASS, why, shown)
    else:
        why = "no TLSA record of it is of use for mail: senders take any certificate"
        advice = "Publish “3 1 1” and the SHA-256 digest of the key that it shows."
        yield finding(Verdict.WARN, why, shown, reference=_USABLE, advice=advice)
    if usable and len(usable) < len(found.records):
        unusable = [record for record in found.records if not record.usable]
        why = f"{len(unusable)} of its TLSA records are of no use for mail"
        shown = "\n".join(map(str, unusable[:_MOST_SHOWN]))
        yield finding(Verdict.INFO, why, shown, reference=_USABLE, advice="Remove them.")


def _none(report: DaneReport, answer: Answer, why: str) -> Finding:
    finding = partial(Finding, "I14", "TLSA", report.exchange.name, reference=_RECORDS)
    records = tlsa_records(answer)
    shown = "\n".join(map(str, records[:_MOST_SHOWN]))
    if answer.unknown and not report.validated:
        why = f"whether it has TLSA records could not be looked up: {answer.why}"
        return finding(Verdict.UNKNOWN, why)
    if answer.unknown:
        return finding(Verdict.INFO, f"it can’t be proven by DANE: {why}")
    if not records:
        return finding(Verdict.INFO, "it has no TLSA record: DANE can’t prove it")
    if not report.validated:
        why = "it has TLSA records, and this resolver can’t tell whether DNSSEC vouches for them"
        return finding(Verdict.UNKNOWN, why, shown, advice="Ask a nameserver that validates.")
    if answer.authentic and not report.exchange.authentic_name:
        return finding(
            Verdict.WARN,
            "DNSSEC vouches for its TLSA records and not for the MX record that names it:"
            " senders do not go by them",
            shown,
            advice="Sign the zone that the MX record is in too.",
        )
    why = f"it has TLSA records, and senders do not go by them: {why}"
    return finding(Verdict.WARN, why, shown, advice="Sign its zone, or remove them.")
