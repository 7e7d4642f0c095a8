"""Who has put an address on a list of those from whom no mail is wanted (RFC 5782)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from ipaddress import IPv4Address, ip_address, ip_network

from dns.rdtypes.IN.A import A

from tuimail.domain.answer import Answer
from tuimail.domain.finding import Finding, Verdict
from tuimail.domain.inquiry import Inquiry, Question
from tuimail.domain.txt import cut, evidence, texts

MOST_ZONES = 16
_LISTED = ip_network("127.0.0.0/8")  # RFC 5782 §2.1
_REFUSED = ip_network("127.255.255.0/24")
"""How lists answer whom they do not serve: big resolvers, or whoever asks too often."""
_TEST = {4: "127.0.0.2", 6: "::ffff:7f00:2"}  # RFC 5782 §5: on every list that works
_LONGEST_NAME = 253
_MOST_CODES = 4
_MOST_REASON = 200


class Listing(Enum):
    LISTED = "listed"
    CLEAN = "clean"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ListReport:
    """One list about one address. `why` is plain words, foreign ones among them."""

    ip: str
    zone: str
    listing: Listing
    why: str = ""
    answer: Answer | None = None
    reason: Answer | None = None
    """What the list says about it, as TXT."""


def dnsbl_inquiry(ip: str, zones: Sequence[str]) -> Inquiry[tuple[ListReport, ...]]:
    """Rule I17, in two waves: the second asks for reasons. `zones` in A-labels."""
    chosen = tuple(dict.fromkeys(zones))
    asked = [zone for zone in chosen[:MOST_ZONES] if len(listed_name(ip, zone)) <= _LONGEST_NAME]
    if not asked:
        return tuple(_not_asked(ip, zone) for zone in chosen)
    names = [listed_name(ip, zone) for zone in asked]
    tests = [listed_name(_test(ip), zone) for zone in asked]
    answers = yield tuple(Question(name, "A") for name in (*names, *tests))
    about = dict(zip(asked, zip(answers, answers[len(asked) :], strict=False), strict=True))
    listed = [zone for zone in asked if _listing(*about[zone])[0] is Listing.LISTED]
    questions = tuple(Question(listed_name(ip, zone), "TXT") for zone in listed)
    reasons = dict(zip(listed, (yield questions) if questions else (), strict=True))
    return tuple(
        ListReport(ip, zone, *_listing(*about[zone]), about[zone][0], reasons.get(zone))
        if zone in about
        else _not_asked(ip, zone)
        for zone in chosen
    )


def dnsbl_findings(reports: Sequence[ListReport]) -> tuple[Finding, ...]:
    """Rule I17. What a list says is its own opinion: a warning, not a failure."""
    return tuple(map(_finding, reports))


def listed_name(ip: str, zone: str) -> str:
    """`2.0.0.127.list.example`, and 32 nibbles for IPv6 (RFC 5782 §2.1, §2.4)."""
    backwards = ip_address(ip).reverse_pointer
    return f"{backwards.removesuffix('.in-addr.arpa').removesuffix('.ip6.arpa')}.{zone}"


def _test(ip: str) -> str:
    return _TEST[ip_address(ip).version]


def _not_asked(ip: str, zone: str) -> ListReport:
    return ListReport(ip, zone, Listing.UNKNOWN, "it was not asked, being one too many or too long")


def _listing(answer: Answer, test: Answer) -> tuple[Listing, str]:
    """What the answer means; `test` is the one about the address that every list holds."""
    if answer.unknown:
        return Listing.UNKNOWN, answer.why
    codes = _codes(answer)
    foreign = [code for code in codes if code not in _LISTED]
    if foreign:
        return Listing.UNKNOWN, f"it answers {foreign[0]}, which means nothing"
    if any(code in _REFUSED for code in codes):
        return Listing.UNKNOWN, f"it refuses to tell this resolver ({codes[0]})"
    if codes:
        return Listing.LISTED, f"({', '.join(map(str, codes[:_MOST_CODES]))})"
    if test.unknown:
        return Listing.UNKNOWN, test.why
    # A list that is no more, or never was, would know nobody either.
    if not any(code in _LISTED and code not in _REFUSED for code in _codes(test)):
        return Listing.UNKNOWN, "it does not answer as a list that works"
    return Listing.CLEAN, ""


def _codes(answer: Answer) -> tuple[IPv4Address, ...]:
    return tuple(IPv4Address(record.address) for record in answer.records if isinstance(record, A))


def _finding(report: ListReport) -> Finding:
    finding = partial(Finding, "I17", "DNSBL", report.ip, reference="RFC 5782 §2.1")
    match report.listing:
        case Listing.CLEAN:
            return finding(Verdict.PASS, f"{report.zone} does not list it")
        case Listing.UNKNOWN:
            why = f"whether {report.zone} lists it could not be found out: {report.why}"
            return finding(Verdict.UNKNOWN, why)
        case Listing.LISTED:
            said = texts(report.reason) if report.reason else ()
            because = f": {cut(said[0], _MOST_REASON)}" if said else ""
            return finding(
                Verdict.WARN,
                f"{report.zone} lists it {report.why}{because}",
                _evidence(report),
                advice=f"Ask {report.zone} why, and how to be taken off.",
            )


def _evidence(report: ListReport) -> str:
    lines = []
    if report.answer:
        answer = report.answer
        lines = [f"{answer.name} {answer.ttl} A {code}" for code in _codes(answer)[:_MOST_CODES]]
    if report.reason and report.reason.records:
        lines.append(evidence(report.reason, *texts(report.reason)))
    return "\n".join(lines)
