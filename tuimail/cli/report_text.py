"""A report as people read it: what it comes to, the exchanges, and the findings worst first."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tuimail.cli.exchange_table import exchange_lines
from tuimail.cli.report_style import marked, muted, together, toned, wrapped
from tuimail.domain import Finding, Report, Verdict, worst_first
from tuimail.safetext import visible
from tuimail.transcript import seconds

_NARROWEST = 40
"""Columns below which the terminal may break lines as it likes."""
_SEEN_ABOVE = frozenset({"I1", "I5", "I7"})
"""Rules whose evidence the table of exchanges shows, where nothing is amiss."""
_HELLO = "I19"


def report_lines(report: Report, width: int) -> Iterator[str]:
    """`width` in columns. Safe to show, and coloured."""
    width = max(width, _NARROWEST)
    outcome, sentence = _outcome(report), f"{visible(report.summary)}."
    first, *rest = wrapped(sentence, width - 2)
    yield marked(outcome, first)
    yield from (toned(outcome, f"  {line}") for line in rest)
    if report.places:
        yield ""
        yield from exchange_lines(report, width)
    if report.findings:
        yield ""
        yield from _findings(report, width)
    yield ""
    yield from map(muted, wrapped(_figures(report), width))


def _outcome(report: Report) -> Verdict:
    exchanges = report.exchanges
    if exchanges is None or exchanges.unsettled:
        return Verdict.UNKNOWN
    # A domain that gets its mail and has nothing amiss is fine, whatever else is told of it.
    noted = report.verdict is Verdict.INFO and exchanges.reachable
    return Verdict.PASS if noted else report.verdict


def _findings(report: Report, width: int) -> Iterator[str]:
    """What is the same of several subjects is told once."""
    columns = max(len(finding.check) for finding in report.findings)
    alike: dict[Finding, list[str]] = {}
    for finding in worst_first(report.findings):
        subjects = alike.setdefault(replace(finding, subject=""), [])
        subjects.append(finding.subject)
    for finding, subjects in alike.items():
        about = [subject for subject in subjects if subject != report.domain]
        yield from _told(replace(finding, subject=", ".join(about)), columns, width)


def _told(finding: Finding, columns: int, width: int) -> Iterator[str]:
    indent = " " * (columns + 4)
    room = width - len(indent)
    about = f"{finding.subject}: " if finding.subject else ""
    first, *rest = wrapped(visible(f"{about}{finding.why}"), room)
    yield f"{marked(finding.verdict, f'{finding.check:<{columns}}')}  {first}"
    yield from (indent + line for line in rest)
    for shown in _evidence(finding):
        for line in wrapped(visible(shown), room - 2, hanging=2):
            yield muted(f"{indent}│ {line}")
    yield from (indent + line for line in wrapped(_advice(finding), room))


def _evidence(finding: Finding) -> Sequence[str]:
    lines = finding.evidence.splitlines()
    if finding.verdict not in (Verdict.PASS, Verdict.INFO):
        return lines
    if finding.rule in _SEEN_ABOVE:
        return ()
    return [", ".join(lines)] if finding.rule == _HELLO and lines else lines


def _advice(finding: Finding) -> str:
    """And where to read on, if there is something to mend or to doubt."""
    amiss = finding.verdict not in (Verdict.PASS, Verdict.INFO)
    reference = f"({together(finding.reference)})" if amiss and finding.reference else ""
    return " ".join(filter(None, (visible(finding.advice), reference)))


def _figures(report: Report) -> str:
    told = ", ".join(report.counts)
    asked = f"{report.questions} question{'' if report.questions == 1 else 's'}"
    return f"{told or 'Nothing was found'}; {asked} to the DNS, {seconds(report.elapsed)}"
