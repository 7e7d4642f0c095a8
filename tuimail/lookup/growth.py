"""A report while it grows."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tuimail.domain import Finding, HostReport, Report, Verdict
from tuimail.lookup.asker import Asker


class Growth:
    """`observe` gets the report so far whenever something was found."""

    def __init__(self, domain: str, asker: Asker, observe: Callable[[Report], None]) -> None:
        self.report = Report(domain)
        self._asker = asker
        self._observe = observe
        self._is_there = True

    def found(self, *findings: Finding) -> None:
        sayable = tuple(filter(self._is_sayable, findings))
        if sayable:
            self.renew(findings=(*self.report.findings, *sayable))

    def find_nobody(self) -> None:
        """There is no such domain: nobody has to be told what else it lacks."""
        self._is_there = False
        self.renew(findings=tuple(filter(self._is_sayable, self.report.findings)))

    def _is_sayable(self, finding: Finding) -> bool:
        # Some nameservers deny a name that has records of other kinds: those are evidence.
        lack = finding.verdict in (Verdict.INFO, Verdict.WARN) and not finding.evidence
        return self._is_there or not lack or finding.subject != self.report.domain

    def keep(self, host: HostReport) -> None:
        """Takes a host in, in the exchanges' order, or puts it in its own place."""
        hosts = {each.exchange.name: each for each in self.report.hosts}
        hosts[host.exchange.name] = host
        ordered = sorted(hosts.values(), key=lambda each: each.exchange.preference)
        self.renew(hosts=tuple(ordered))

    def renew_host(self, name: str, **changed: Any) -> None:  # noqa: ANN401 - by name
        """What became known of a host that is kept."""
        (host,) = (each for each in self.report.hosts if each.exchange.name == name)
        self.keep(replace(host, **changed))

    def renew(self, **changed: Any) -> None:  # noqa: ANN401 - by name
        self.report = replace(
            self.report,
            questions=self._asker.questions,
            elapsed=self._asker.elapsed,
            **changed,
        )
        self._observe(self.report)
