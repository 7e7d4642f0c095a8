"""What an exchange shows to somebody who connects, and what that is worth (RFC 5321, RFC 3207)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from functools import partial
from types import MappingProxyType

from tuimail.domain.finding import Finding, Verdict
from tuimail.domain.tlsa import NoTlsa, TlsaFound, TlsaLookUp, TlsaUnknown
from tuimail.smtp import Capabilities, Failure, Reply, Severity, TlsFacts

SOON = timedelta(days=14)
"""A certificate that expires within it warns."""
_MODERN = frozenset({"TLSv1.3", "TLSv1.2"})


class Reached(Enum):
    """How far the way to an address went."""

    CONNECTED = auto()
    NOT_CONNECTED = auto()
    NO_ROUTE = auto()
    """This machine has no way to addresses of this family: nothing is known of the exchange."""


class Demands(Enum):
    """Who asks that TLS be there."""

    NOBODY = auto()
    MTA_STS = auto()
    DANE = auto()


@dataclass(frozen=True, slots=True)
class Probe:
    """One look at one address. `why` is plain words where it was not connected; `timings` are
    seconds by the phase's name: DNS, connect, greeting, TLS."""

    exchange: str
    ip: str
    reached: Reached
    why: str = ""
    greeting: Reply | None = None
    before: Capabilities | None = None
    """What EHLO offered in plaintext."""
    after: Capabilities | None = None
    """What it offered under TLS."""
    tls: TlsFacts | None = None
    failure: Failure | None = None
    dane: str = ""
    """Why the certificate does not match the TLSA records; empty where it does, or none exist."""
    relays: Reply | None = None
    """The reply to a foreign recipient, where that was asked for."""
    timings: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


def probe_findings(
    probe: Probe, tlsa: TlsaLookUp, demands: Demands, at: datetime
) -> Iterator[Finding]:
    """Rules I14, I18 to I22, I24, I25, for one address; `at` is now, in UTC."""
    subject = f"{probe.exchange} [{probe.ip}]"
    if probe.reached is not Reached.CONNECTED:
        yield Finding("I18", "greeting", subject, Verdict.UNKNOWN, probe.why, "", "RFC 5321 §3.1")
        return
    yield _greeting(probe, subject)
    yield from _hello(probe, subject)
    yield from _starttls(probe, subject, demands)
    if probe.tls is not None:
        yield _version(probe.tls, subject)
        yield from _certificate(probe.tls, subject, tlsa, demands, at)
    yield from _dane(probe, subject, tlsa)
    if probe.relays is not None:
        yield _relay(probe.relays, subject)
    if probe.timings:
        phases = ", ".join(f"{name} {took * 1000:.0f} ms" for name, took in probe.timings.items())
        yield Finding("I24", "latency", subject, Verdict.INFO, phases)


def _greeting(probe: Probe, subject: str) -> Finding:
    finding = partial(Finding, "I18", "greeting", subject, reference="RFC 5321 §3.1")
    reply = probe.greeting
    if reply is None:
        why = probe.failure.why if probe.failure is not None else "it said nothing"
        return finding(Verdict.UNKNOWN, why)
    match reply.severity:
        case Severity.COMPLETED:
            return finding(Verdict.PASS, "it greets", str(reply))
        case Severity.TRANSIENT:
            return finding(Verdict.UNKNOWN, "it takes no mail from here now", str(reply))
        case _:
            return finding(Verdict.UNKNOWN, "it takes no mail from here", str(reply))


def _hello(probe: Probe, subject: str) -> Iterator[Finding]:
    finding = partial(Finding, "I19", "EHLO", subject, Verdict.INFO)
    for capabilities, when in ((probe.before, "in plaintext"), (probe.after, "under TLS")):
        if capabilities is not None:
            offered = [" ".join((word, *more)) for word, more in capabilities.keywords.items()]
            count = len(offered)
            why = f"{count} extension{'' if count == 1 else 's'} {when}"
            yield finding(why, "\n".join(offered), "RFC 3207 §4.2")


def _starttls(probe: Probe, subject: str, demands: Demands) -> Iterator[Finding]:
    finding = partial(Finding, "I20", "STARTTLS", subject, reference="RFC 3207")
    advice = "Offer STARTTLS: all that goes there can be read on its way."
    if probe.tls is not None:
        yield finding(Verdict.PASS, "it encrypts")
        return
    if probe.before is None:
        yield finding(Verdict.UNKNOWN, "it never came to the hello")
        return
    offered = "STARTTLS" in probe.before
    why = "it offers STARTTLS and does not do it" if offered else "it does not offer STARTTLS"
    if offered and probe.failure is not None:
        why = f"it offers STARTTLS and {probe.failure.why}"
    match demands:
        case Demands.NOBODY:
            yield finding(Verdict.WARN, why, advice=advice)
        case Demands.MTA_STS:
            why = f"{why}, though MTA-STS is enforced: senders who honour it give it no mail"
            yield finding(Verdict.FAIL, why, advice=advice)
        case Demands.DANE:
            why = f"{why}, though DANE asks for it: senders who honour it give it no mail"
            yield finding(Verdict.FAIL, why, advice=advice)


def _version(tls: TlsFacts, subject: str) -> Finding:
    group = f", {tls.key_exchange}" if tls.key_exchange else ""
    finding = partial(
        Finding, "I21", "TLS", subject, evidence=f"{tls.version}, {tls.cipher}{group}"
    )
    version = tls.version.replace("TLSv", "TLS ")
    if tls.version in _MODERN:
        return finding(Verdict.PASS, f"it speaks {version}", reference="RFC 8996")
    return finding(
        Verdict.FAIL,
        f"it speaks {version}, which is broken",
        reference="RFC 8996",
        advice="Switch on TLS 1.2 and 1.3.",
    )


def _certificate(
    tls: TlsFacts, subject: str, tlsa: TlsaLookUp, demands: Demands, at: datetime
) -> Iterator[Finding]:
    """It matters where somebody goes by it: under DANE-EE nobody reads its name and dates."""
    finding = partial(Finding, "I22", "certificate", subject, reference="RFC 5280, RFC 6125")
    leaf = tls.chain[0] if tls.chain else None
    evidence = (
        f"{leaf.subject}, issued by {leaf.issuer}, {leaf.key},"
        f" valid from {leaf.not_before:%Y-%m-%d} to {leaf.not_after:%Y-%m-%d},"
        f" for {', '.join(leaf.names) or 'nobody'}"
        if leaf is not None
        else ""
    )
    by_authority = isinstance(tlsa, TlsaFound) and all(record.usage == 2 for record in tlsa.records)
    counts = demands is Demands.MTA_STS or by_authority
    if tls.verified:
        yield finding(Verdict.PASS, "it verifies", evidence)
    else:
        verdict = Verdict.FAIL if counts else Verdict.INFO
        advice = "Get a certificate for the exchange's name from a public authority."
        yield finding(verdict, f"it does not verify: {tls.distrust}", evidence, advice=advice)
    if leaf is not None and at <= leaf.not_after < at + SOON:
        why = f"it expires on {leaf.not_after:%Y-%m-%d}"
        yield finding(Verdict.WARN, why, evidence, advice="Renew it.")


def _dane(probe: Probe, subject: str, tlsa: TlsaLookUp) -> Iterator[Finding]:
    finding = partial(Finding, "I14", "DANE", subject, reference="RFC 7672")
    match tlsa:
        case TlsaFound(records=records):
            evidence = "\n".join(map(str, records))
            if probe.tls is None:
                yield finding(Verdict.UNKNOWN, "no certificate was shown to match with", evidence)
            elif probe.dane:
                yield finding(
                    Verdict.FAIL,
                    f"its certificate does not match its TLSA records: {probe.dane}",
                    evidence,
                    advice="Publish the TLSA record of the certificate that it shows.",
                )
            else:
                yield finding(
                    Verdict.PASS, "its certificate is the one that DNSSEC vouches for", evidence
                )
        case TlsaUnknown() | NoTlsa():
            return


def _relay(reply: Reply, subject: str) -> Finding:
    finding = partial(Finding, "I25", "open relay", subject, evidence=str(reply))
    if reply.severity is Severity.COMPLETED:
        return finding(
            Verdict.WARN,
            "it may take mail for anybody: it accepted a recipient of a foreign domain",
            advice="Refuse recipients of other domains before DATA.",
        )
    return finding(Verdict.PASS, "it refuses mail for other domains")


def family_findings(exchange: str, probes: tuple[Probe, ...]) -> Iterator[Finding]:
    """Rule I23: over all addresses of one exchange."""
    finding = partial(Finding, "I23", "IPv6", exchange)
    v6 = [probe for probe in probes if ":" in probe.ip]
    v4 = [probe for probe in probes if ":" not in probe.ip]
    if not v6:
        return
    if any(probe.reached is Reached.CONNECTED for probe in v6):
        yield finding(Verdict.PASS, "it answers on IPv6")
    elif all(probe.reached is Reached.NO_ROUTE for probe in v6):
        yield finding(Verdict.UNKNOWN, "this machine has no IPv6 to reach it by")
    elif any(probe.reached is Reached.CONNECTED for probe in v4):
        yield finding(
            Verdict.WARN,
            f"it answers on IPv4 and not on IPv6: {v6[0].why}",
            advice="Let it listen on its IPv6 addresses, or take them out of the DNS.",
        )
    else:
        yield finding(Verdict.UNKNOWN, f"it answers on no address: {v6[0].why}")
