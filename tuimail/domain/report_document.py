"""A report as a document for programs: mappings, lists, texts and numbers, as JSON has them.

Names of members stay once they are published; more may come. Texts hold what records and replies
say as they say it: whoever writes them for a person makes them visible.
"""

from collections.abc import Mapping
from typing import Any

from tuimail.domain.exchanges import Acceptance
from tuimail.domain.finding import Finding
from tuimail.domain.host import HostReport
from tuimail.domain.probe import Probe, RelayTrial
from tuimail.domain.report import Report, worst_first
from tuimail.smtp import Capabilities, CertificateFacts, Reply, TlsFacts

Document = dict[str, Any]


def report_document(report: Report) -> Document:
    """In an order that does not depend on whose answer came first."""
    settled = report.exchanges
    return {
        "domain": report.domain,
        "summary": report.summary,
        "verdict": report.verdict.value,
        "acceptance": (settled.acceptance if settled else Acceptance.UNKNOWN).value,
        "why": settled.why if settled else "",
        "exchanges": [_exchange(host) for host in report.places],
        "findings": [_finding(finding) for finding in worst_first(report.findings)],
        "complete": not report.due,
        "elapsed_ms": round(report.elapsed * 1000),
        "queries": report.questions,
    }


def _exchange(host: HostReport) -> Document:
    exchange = host.exchange
    return {
        "name": exchange.name,
        "preference": exchange.preference,
        "ttl": exchange.ttl,
        "why": exchange.why,
        "addresses": [
            {"ip": ip, "ptr": host.ptr.get(ip), "probe": _probe(host.probes.get(ip))}
            for ip in exchange.addresses
        ],
    }


def _finding(finding: Finding) -> Document:
    return {
        "rule": finding.rule,
        "check": finding.check,
        "subject": finding.subject,
        "verdict": finding.verdict.value,
        "why": finding.why,
        "evidence": finding.evidence,
        "reference": finding.reference,
        "advice": finding.advice,
    }


def _probe(probe: Probe | None) -> Document | None:
    if probe is None:
        return None
    return {
        "reached": probe.reached.name.lower(),
        "why": probe.why or (probe.failure.why if probe.failure else ""),
        "greeting": _reply(probe.greeting),
        "extensions": {"plaintext": _offer(probe.before), "tls": _offer(probe.after)},
        "tls": _tls(probe.tls),
        "dane": _dane(probe),
        "relay": _relay(probe.relay),
        "timings_ms": {
            phase.lower(): round(took * 1000, 1) for phase, took in probe.timings.items()
        },
    }


def _reply(reply: Reply | None) -> Document | None:
    return None if reply is None else {"code": reply.code, "lines": list(reply.lines)}


def _offer(capabilities: Capabilities | None) -> Mapping[str, list[str]] | None:
    if capabilities is None:
        return None
    return {word: list(more) for word, more in capabilities.keywords.items()}


def _tls(facts: TlsFacts | None) -> Document | None:
    """`verified` is by an authority that is trusted here; DANE is told beside."""
    if facts is None:
        return None
    return {
        "version": facts.version,
        "cipher": facts.cipher,
        "key_exchange": facts.key_exchange,
        "verified": facts.verified,
        "distrust": facts.distrust,
        "chain": [_certificate(certificate) for certificate in facts.chain],
    }


def _certificate(facts: CertificateFacts) -> Document:
    return {
        "subject": facts.subject,
        "issuer": facts.issuer,
        "names": list(facts.names),
        "not_before": facts.not_before.isoformat(),
        "not_after": facts.not_after.isoformat(),
        "key": facts.key,
    }


def _dane(probe: Probe) -> Document | None:
    """None where nothing had to be matched."""
    if not probe.distrust and not probe.proof:
        return None
    return {"verified": not probe.distrust, "distrust": probe.distrust, "proof": probe.proof}


def _relay(trial: RelayTrial | None) -> Document | None:
    if trial is None:
        return None
    return {
        "recipient": trial.recipient,
        "stage": trial.stage.name.lower(),
        "reply": _reply(trial.reply),
    }
