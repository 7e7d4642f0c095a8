"""All that is known of how mail reaches a domain, so far or in the end."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tuimail.domain.exchanges import Acceptance, Exchanges
from tuimail.domain.finding import Finding, Verdict
from tuimail.domain.host import HostReport

_SAID_OF_SENDERS = frozenset({"SPF", "DMARC"})
"""Checks that a report also makes of those who send to the domain."""
_COUNTED = {
    Verdict.FAIL: ("failed", "failed"),
    Verdict.WARN: ("warning", "warnings"),
    Verdict.UNKNOWN: ("unknown", "unknown"),
    Verdict.INFO: ("note", "notes"),
    Verdict.PASS: ("passed", "passed"),
}


@dataclass(frozen=True, slots=True)
class Report:
    """`exchanges` is None until the MX answer has come; `elapsed` in seconds."""

    domain: str
    exchanges: Exchanges | None = None
    hosts: tuple[HostReport, ...] = ()
    """In the exchanges' order, each once its addresses are known."""
    findings: tuple[Finding, ...] = ()
    due: int = 0
    """Checks that have not come to their end."""
    questions: int = 0
    elapsed: float = 0.0

    @property
    def places(self) -> tuple[HostReport, ...]:
        """Each exchange, with what is known of it by now; equal preferences by name."""
        named = self.exchanges.exchanges if self.exchanges else ()
        hosts = {each.name: HostReport(each) for each in named}
        hosts |= {host.exchange.name: host for host in self.hosts}
        return tuple(sorted(hosts.values(), key=_order))

    @property
    def verdict(self) -> Verdict:
        """The gravest of all."""
        verdicts = (finding.verdict for finding in self.findings)
        return max(verdicts, key=lambda verdict: verdict.gravity, default=Verdict.UNKNOWN)

    @property
    def counts(self) -> tuple[str, ...]:
        """How many findings there are of each verdict, the gravest first: `2 warnings`."""
        counts = Counter(finding.verdict for finding in self.findings)
        return tuple(
            f"{counts[verdict]} {one if counts[verdict] == 1 else several}"
            for verdict, (one, several) in _COUNTED.items()
            if counts[verdict]
        )

    @property
    def summary(self) -> str:
        """In one sentence; holds foreign text."""
        if self.exchanges is None:
            return f"{self.domain} is being looked up"
        return "; ".join((self._reception(self.exchanges), *self._traits()))

    def _reception(self, exchanges: Exchanges) -> str:
        if not exchanges.reachable:
            return exchanges.why
        match exchanges.acceptance:
            case Acceptance.IMPLICIT:
                return f"{self.domain} names no exchange, its own address takes the mail"
            case Acceptance.LITERAL:
                return f"{self.domain} is an address: no look-up is needed"
            case _:
                count = len(exchanges.exchanges)
                # Without an address and without a reason, its addresses are still due.
                alive = sum(not exchange.why for exchange in exchanges.exchanges)
                some = f"{alive} of {count}" if alive < count else f"{count}"
                if exchanges.left_out:
                    some = f"{alive} of its first {count}"
                return f"{self.domain} takes mail at {some} exchange{'' if count == 1 else 's'}"

    def _traits(self) -> Iterator[str]:
        """What a postmaster asks for first."""
        dane = self._verdict("DANE")
        match self._verdict("STARTTLS"):
            case Verdict.PASS if dane is Verdict.PASS and self._verdict("TLSA") is Verdict.PASS:
                yield "encrypted and DANE-verified"
            case Verdict.PASS:
                yield "encrypted"
            case Verdict.WARN:
                yield "not encrypted everywhere"
            case Verdict.FAIL:
                yield "not encrypted as it promises"
        said = {
            "DANE": {Verdict.FAIL: "DANE broken"},
            "TLSA": {Verdict.FAIL: "DANE broken"},
            "MTA-STS": {Verdict.PASS: "MTA-STS enforced", Verdict.FAIL: "MTA-STS broken"},
            "DNSSEC": {Verdict.FAIL: "DNSSEC broken"},
            "SPF": {Verdict.FAIL: "SPF broken"},
            "DMARC": {Verdict.PASS: "sender policy strict", Verdict.WARN: "sender policy lax"},
        }
        traits = {
            trait: None
            for check, words in said.items()
            if (trait := words.get(self._verdict(check) or Verdict.INFO))
        }
        yield from traits

    def _verdict(self, check: str) -> Verdict | None:
        """The gravest of one check; None where nothing was found."""
        verdicts = [
            finding.verdict
            for finding in self.findings
            if finding.check == check and (check not in _SAID_OF_SENDERS or self._is_own(finding))
        ]
        return max(verdicts, key=lambda verdict: verdict.gravity, default=None)

    def _is_own(self, finding: Finding) -> bool:
        return finding.subject == self.domain


def _order(host: HostReport) -> tuple[int, str]:
    return host.exchange.preference, host.exchange.name


def worst_first(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Those that need somebody before those that don't, each kind by rule and subject, whosever
    answer came first; what one check says of one subject stays in its order."""
    return tuple(sorted(findings, key=_place))


def _place(finding: Finding) -> tuple[int, int, str, str]:
    number = int(finding.rule.removeprefix("I"))
    return -finding.verdict.gravity, number, finding.subject, finding.check
