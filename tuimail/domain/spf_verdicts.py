"""What there is to say about who may send in a domain's name (RFC 7208)."""

from collections.abc import Iterator, Sequence
from functools import partial

from tuimail.domain.finding import Finding, Verdict
from tuimail.domain.name import shown
from tuimail.domain.spf_lines import tree_lines
from tuimail.domain.spf_record import Kind, Qualifier, Term, is_spf, spf_texts
from tuimail.domain.spf_tree import (
    MOST_DNS_TERMS,
    MOST_EXCHANGES,
    MOST_VOID,
    SpfNode,
    SpfReport,
    State,
)
from tuimail.domain.txt import evidence

MOST_TOLD = 5
"""Things of one kind that are told one by one."""
_LIMITS = "RFC 7208 §4.6.4"
_ALL = "RFC 7208 §5.1"
_AGAIN = "Ask again, or ask another nameserver."
_ELSEWHERE = {
    Qualifier.FAIL: "it asks receivers to refuse mail from elsewhere (-all)",
    Qualifier.SOFTFAIL: "it asks receivers to suspect mail from elsewhere (~all)",
    Qualifier.NEUTRAL: "it says nothing about mail from elsewhere (?all)",
    Qualifier.PASS: "it lets everybody send in its name (+all)",
}
_VERDICTS = {
    Qualifier.FAIL: Verdict.PASS,
    Qualifier.SOFTFAIL: Verdict.PASS,
    Qualifier.NEUTRAL: Verdict.WARN,
    Qualifier.PASS: Verdict.FAIL,
}


def spf_findings(report: SpfReport) -> tuple[Finding, ...]:
    """Rule I8. What receivers answer with a permanent error is a failure: they heed none of it."""
    root = report.root
    finding = _of(report)
    if root.state is State.UNKNOWN:
        why = f"its record could not be looked up: {_why(root)}"
        return (finding(Verdict.UNKNOWN, why, reference="RFC 7208 §4.4", advice=_AGAIN),)
    if root.state is State.NO_RECORD:
        # As for `?all`, which says as little.
        why = "it has no record: it does not say who may send in its name"
        advice = "Publish “v=spf1 mx -all”, or “v=spf1 -all” if it sends no mail."
        return (finding(Verdict.WARN, why, reference="RFC 7208 §4.5", advice=advice),)
    if root.state is State.SEVERAL:
        return (_several(report, root),)
    return (
        *_elsewhere(report),
        *_first(list(_errors(report)), report),
        *_first(list(_unknown(report)), report),
        *_limit(report),
        *_void(report),
        *_pointers(report),
    )


def _of(report: SpfReport) -> "partial[Finding]":
    return partial(Finding, "I8", "SPF", report.domain)


def _record(node: SpfNode) -> str:
    if node.answer is None or node.record is None:
        return ""
    return evidence(node.answer, node.record.text)


def _why(node: SpfNode) -> str:
    return node.answer.why if node.answer else ""


def _named(node: SpfNode) -> str:
    return node.term.shown if node.term else node.domain


def _listed(nodes: Sequence[SpfNode]) -> str:
    named = [_named(node) for node in nodes[:MOST_TOLD]]
    more = len(nodes) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")


def _first(findings: Sequence[Finding], report: SpfReport) -> Iterator[Finding]:
    yield from findings[:MOST_TOLD]
    more = len(findings) - MOST_TOLD
    if more > 0:
        yield _of(report)(findings[0].verdict, f"{more} more findings are like these")


def _elsewhere(report: SpfReport) -> Iterator[Finding]:
    last = report.last
    if last.record is None:
        return  # What it redirects to is unknown, or an error: both are told.
    everybody = _lets_everybody(last)
    finding = partial(_of(report), evidence=_record(last), reference=_ALL)
    mend = "End it with “~all” or “-all”."
    if everybody is not None and everybody.kind is not Kind.ALL:
        why = f"it lets everybody send in its name ({everybody.shown})"
        yield finding(Verdict.FAIL, why, advice=f"Take {everybody.shown} out.")
    elif last.record.all is None:
        # A redirect that is not followed is an error, or unknown, and told as such.
        if not any(term.kind is Kind.REDIRECT for term in last.record.evaluated):
            why = "it ends in neither “all” nor “redirect=”, and says nothing about the rest"
            yield finding(Verdict.WARN, why, reference="RFC 7208 §4.7", advice=mend)
    else:
        qualifier = last.record.all.qualifier
        verdict = _VERDICTS[qualifier]
        yield finding(
            verdict, _ELSEWHERE[qualifier], advice="" if verdict is Verdict.PASS else mend
        )


def _lets_everybody(node: SpfNode) -> Term | None:
    """The term, also one further down: what it includes matches whatever that lets pass."""
    if node.record is None:
        return None
    below = iter(node.below)
    for term in node.record.evaluated:
        branch = next(below, None) if term.asks else None
        if term.qualifier is not Qualifier.PASS:
            continue
        if term.kind is Kind.ALL or (term.network is not None and term.network.prefixlen == 0):
            return term
        if branch is not None and _lets_everybody(branch) is not None:
            return term
    return None


def _errors(report: SpfReport) -> Iterator[Finding]:
    seen = set()
    for node in report.root.walk():
        finding = partial(_of(report), Verdict.FAIL)
        mend = f"Take {_named(node)} out, or correct it."
        if node.is_branch and node.domain not in seen:
            seen.add(node.domain)
            yield from _faults(report, node)
        match node.state:
            case State.SEVERAL:
                yield _several(report, node)
            case State.NO_RECORD:
                why = f"{_named(node)} names a domain without a record: receivers give up"
                yield finding(why, f"{node.domain} has no SPF record", _section(node), mend)
            case State.NO_NAME if node.is_branch:
                why = f"{_named(node)} is no name in the DNS: receivers give up"
                yield finding(why, reference=_section(node), advice=mend)
            case State.LOOP:
                why = f"{_named(node)} leads back to itself: receivers give up"
                yield finding(why, reference=_LIMITS, advice=f"Take {_named(node)} out.")
            case State.FOUND if node.term and node.term.kind is Kind.MX:
                yield from _exchanges(report, node)
            case _:
                pass


def _section(node: SpfNode) -> str:
    redirects = node.term is not None and node.term.kind is Kind.REDIRECT
    return "RFC 7208 §6.1" if redirects else "RFC 7208 §5.2"


def _several(report: SpfReport, node: SpfNode) -> Finding:
    records = spf_texts(node.answer) if node.answer else ()
    whose = f"{_named(node)} has" if node.term else "it has"
    return _of(report)(
        Verdict.FAIL,
        f"{whose} {len(records)} records: receivers heed none of them",
        evidence(node.answer, *filter(is_spf, records)) if node.answer else "",
        "RFC 7208 §4.5",
        "Leave one of them.",
    )


def _faults(report: SpfReport, node: SpfNode) -> Iterator[Finding]:
    if node.record is None or not node.record.faults:
        return
    fault, *others = node.record.faults
    whose = f"the record of {node.domain}" if node.term else "its record"
    why = f"{whose} has an error at {shown(fault.term)}, and receivers give up: {fault.why}"
    why += f" (and {len(others)} more)" if others else ""
    advice = "Correct the term, or take it out."
    yield _of(report)(Verdict.FAIL, why, _record(node), "RFC 7208 §4.6", advice)


def _exchanges(report: SpfReport, node: SpfNode) -> Iterator[Finding]:
    count = len(node.answer.records) if node.answer else 0
    if count > MOST_EXCHANGES:
        why = f"{_named(node)} means {count} exchanges, {MOST_EXCHANGES} are allowed"
        advice = "Write their addresses in place of it."
        yield _of(report)(Verdict.FAIL, why, reference=_LIMITS, advice=advice)


def _unknown(report: SpfReport) -> Iterator[Finding]:
    for node in report.missing:
        if node.state is State.UNKNOWN:
            why = f"{_named(node)} could not be looked up: {_why(node)}"
            yield _of(report)(Verdict.UNKNOWN, why, reference=_LIMITS, advice=_AGAIN)


def _limit(report: SpfReport) -> Iterator[Finding]:
    count, crossing = report.root.count, report.crossing
    finding = partial(_of(report), evidence="\n".join(tree_lines(report)), reference=_LIMITS)
    least = "" if report.is_exact else "at least "
    if crossing is not None:
        why = f"it needs {least}{count} DNS look-ups, {MOST_DNS_TERMS} are allowed: "
        why += f"{_named(crossing)}{_place(report, crossing)} is one too many"
        yield finding(Verdict.FAIL, why, advice="Include less, or write addresses in place of it.")
    elif report.missing:
        why = f"it needs {least}{count} DNS look-ups, perhaps too many"
        yield finding(Verdict.UNKNOWN, why, advice=_AGAIN)
    else:
        why = f"it needs {least}{count} of {MOST_DNS_TERMS} allowed DNS look-ups"
        yield finding(Verdict.PASS, why)


def _place(report: SpfReport, node: SpfNode) -> str:
    above = (each for each in report.root.walk() if any(below is node for below in each.below))
    place = next(above, report.root)
    return f", in the record of {place.domain}," if place.term else ""


def _void(report: SpfReport) -> Iterator[Finding]:
    void = report.void
    missing = [node for node in report.root.walk() if node.term and node.state is State.UNKNOWN]
    finding = partial(_of(report), reference=_LIMITS)
    shown = "\n".join(tree_lines(report))
    if len(void) > MOST_VOID:
        why = f"{len(void)} of its DNS look-ups find nothing, {MOST_VOID} are allowed: "
        advice = "Take out what does not exist any more."
        yield finding(Verdict.FAIL, why + _listed(void), shown, advice=advice)
    elif len(void) + len(missing) > MOST_VOID:
        why = f"whether more than {MOST_VOID} of its DNS look-ups find nothing is not known: "
        why += f"{_listed(missing)} could not be looked up"
        yield finding(Verdict.UNKNOWN, why, shown, advice=_AGAIN)


def _pointers(report: SpfReport) -> Iterator[Finding]:
    nodes = [node for node in report.root.walk() if node.term and node.term.kind is Kind.PTR]
    if nodes:
        why = f"{_listed(nodes)} is slow and not to be relied on, and some receivers pass over it"
        advice = "Write addresses in place of it."
        yield _of(report)(
            Verdict.WARN, why, _record(report.root), reference="RFC 7208 §5.5", advice=advice
        )
