"""A report while it grows."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tuimail.domain import Finding, HostReport, Report
from tuimail.lookup.asker import Asker


class Growth:
    """`observe` gets the report so far whenever something was found."""

    def __init__(self, domain: str, asker: Asker, observe: Callable[[Report], None]) -> None:
        self.report = Report(domain)
        self._asker = asker
        self._observe = observe

    def found(self, *findings: Finding) -> None:
        if findings:
            self.renew(findings=(*self.report.findings, *findings))

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
