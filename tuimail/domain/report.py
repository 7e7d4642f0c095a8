"""All that is known of how mail reaches a domain, so far or in the end."""

from collections.abc import Sequence
from dataclasses import dataclass

from tuimail.domain.exchanges import Acceptance, Exchanges
from tuimail.domain.finding import Finding, Verdict
from tuimail.domain.host import HostReport

_OF_THE_DOMAIN = {"I8", "I9"}
"""Rules of who may send in its name."""


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
    def known_hosts(self) -> tuple[HostReport, ...]:
        """Each exchange, with what is known of it by now; equal preferences by name, for their
        order is drawn anew for each mail."""
        named = self.exchanges.exchanges if self.exchanges else ()
        hosts = {each.name: HostReport(each) for each in named}
        hosts |= {host.exchange.name: host for host in self.hosts}
        return tuple(sorted(hosts.values(), key=_preference))

    @property
    def verdict(self) -> Verdict:
        """The gravest of all."""
        verdicts = (finding.verdict for finding in self.findings)
        return max(verdicts, key=lambda verdict: verdict.gravity, default=Verdict.UNKNOWN)

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
                return f"{self.domain} takes mail at {some} exchange{'' if count == 1 else 's'}"

    def _traits(self) -> Sequence[str]:
        """What a postmaster asks for first."""
        said = {
            "I14": {Verdict.PASS: "DANE-verified", Verdict.FAIL: "DANE broken"},
            "I11": {Verdict.PASS: "MTA-STS enforced", Verdict.FAIL: "MTA-STS broken"},
            "I20": {Verdict.WARN: "not encrypted everywhere", Verdict.FAIL: "not encrypted"},
            "I8": {Verdict.FAIL: "SPF broken"},
            "I9": {Verdict.PASS: "sender policy strict", Verdict.WARN: "sender policy lax"},
        }
        found = {}
        for rule in said:
            verdicts = [
                finding.verdict
                for finding in self.findings
                # What is said of an address that somebody sends from is no trait of the domain.
                if finding.rule == rule
                and (rule not in _OF_THE_DOMAIN or finding.subject == self.domain)
            ]
            if verdicts:
                found[rule] = max(verdicts, key=lambda verdict: verdict.gravity)
        return [said[rule][verdict] for rule, verdict in found.items() if verdict in said[rule]]


def _preference(host: HostReport) -> tuple[int, str]:
    return host.exchange.preference, host.exchange.name


def worst_first(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Those that need somebody before those that don't, each kind by rule and subject: the order
    does not depend on whose answer came first."""
    return tuple(sorted(findings, key=_place))


def _place(finding: Finding) -> tuple[int, int, str, str, str]:
    number = int(finding.rule.removeprefix("I"))
    return -finding.verdict.gravity, number, finding.subject, finding.check, finding.why
