"""Reports to show, made by hand."""

from collections.abc import Mapping

from tuimail.domain import (
    Acceptance,
    Exchange,
    Exchanges,
    Finding,
    HostReport,
    Probe,
    Reached,
    Report,
    Verdict,
)
from tuimail.smtp import Capabilities, Reply, TlsFacts
from tuimail.tui.listing import Listing, Stage
from tuimail.tui.request import Depth, Request

DOMAIN = "a.test"


def exchange(name: str, preference: int = 10, *addresses: str, why: str = "") -> Exchange:
    return Exchange(name, preference, 300, addresses, why)


def probe(name: str, ip: str) -> Probe:
    """One that went well."""
    return Probe(
        name,
        ip,
        Reached.CONNECTED,
        greeting=Reply(220, (f"{name} ESMTP",)),
        before=Capabilities({"STARTTLS": ()}),
        after=Capabilities({"SIZE": ("1000",)}),
        tls=TlsFacts("TLSv1.3", "TLS_AES_256_GCM_SHA384", f"CN={name}", "CN=ca", ""),
        timings={"DNS": 0.1, "connect": 0.004, "TLS": 0.008},
    )


def host(shown: Exchange, probes: Mapping[str, Probe] | None = None) -> HostReport:
    return HostReport(shown, probes=probes or {})


def finding(
    verdict: Verdict,
    check: str = "SPF",
    why: str = "it is so",
    *,
    subject: str = DOMAIN,
    rule: str = "I8",
) -> Finding:
    return Finding(rule, check, subject, verdict, why, "the record", "RFC 7208", "Mend it.")


def report(*exchanges: Exchange, findings: tuple[Finding, ...] = (), due: int = 0) -> Report:
    return Report(
        DOMAIN,
        Exchanges(DOMAIN, Acceptance.EXCHANGES, exchanges),
        tuple(host(each) for each in exchanges if each.addresses),
        findings,
        due,
        questions=20,
        elapsed=0.2,
    )


def listing(shown: Report, stage: Stage = Stage.DONE, depth: Depth = Depth.LOOK) -> Listing:
    return Listing(shown, Request(shown.domain, depth), stage)
