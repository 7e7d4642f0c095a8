"""What the TLS of an exchange is worth to those who send there (RFC 3207, RFC 7672, RFC 8461)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from tuimail.domain.finding import Finding, Verdict
from tuimail.domain.mta_sts import StsMode, StsPolicy
from tuimail.domain.probe import Probe, Reached
from tuimail.domain.tlsa import DANE_TA, TlsaFound, TlsaLookUp, to_match
from tuimail.domain.txt import cut
from tuimail.smtp import CertificateFacts, FailureKind, TlsFacts

SOON = timedelta(days=14)
"""A certificate that expires within it warns."""
_ENCRYPTION = "RFC 3207"
_DANE = "RFC 7672 §3"
_PATH = "RFC 5280 §6, RFC 6125 §6"
_MTA_STS = "RFC 8461 §4.2"


def judged_findings(
    probe: Probe, tlsa: TlsaLookUp, policy: StsPolicy | None, at: datetime
) -> Iterator[Finding]:
    """Rules I14, I20, I22, for one address: what it shows, by what is asked of it. `policy` is the
    domain's MTA-STS policy, `at` is now, in UTC."""
    if probe.reached is not Reached.CONNECTED:
        return
    enforced = (
        policy is not None and policy.mode is StsMode.ENFORCE and policy.matches(probe.exchange)
    )
    demand = "DANE asks for it" if isinstance(tlsa, TlsaFound) else ""
    demand = demand or ("MTA-STS enforces it" if enforced else "")
    yield _starttls(probe, demand)
    if isinstance(tlsa, TlsaFound):
        yield from _dane(probe, tlsa)
    if probe.tls is not None:
        yield _certificate(probe, probe.tls, tlsa, "MTA-STS enforces it" if enforced else "")
        yield from _expiry(probe, probe.tls, at)


def _starttls(probe: Probe, demand: str) -> Finding:
    finding = partial(Finding, "I20", "STARTTLS", probe.subject, reference=_ENCRYPTION)
    if probe.tls is not None:
        return finding(Verdict.PASS, "it encrypts")
    stopped = probe.failure is not None and probe.failure.kind is FailureKind.CANCELLED
    if probe.before is None or stopped:
        return finding(Verdict.UNKNOWN, "it never came to that")
    why = "it does not offer STARTTLS"
    if "STARTTLS" in probe.before:
        why = "it offers STARTTLS and does not do it"
        if probe.failure is not None:
            why = f"it offers STARTTLS and {probe.failure.why}"
    advice = "Offer STARTTLS: all that goes there can be read on its way."
    if demand:
        why = f"{why}, though {demand}: senders who heed that give it no mail"
        return finding(Verdict.FAIL, why, advice=advice)
    return finding(Verdict.WARN, why, advice=advice)


def _dane(probe: Probe, tlsa: TlsaFound) -> Iterator[Finding]:
    finding = partial(Finding, "I14", "DANE", probe.subject, reference=_DANE)
    usable = to_match(tlsa.records)
    shown = "\n".join(map(str, usable))
    if not usable:
        return
    if probe.tls is None:
        yield finding(Verdict.UNKNOWN, "it showed no certificate to match", shown)
    elif probe.distrust:
        why = f"its certificate is not what DNSSEC vouches for: {probe.distrust}"
        advice = "Publish the TLSA record of the certificate that it shows."
        yield finding(Verdict.FAIL, why, shown, advice=advice)
    else:
        why = "its certificate is what DNSSEC vouches for"
        yield finding(Verdict.PASS, why, probe.proof or shown)


def _certificate(probe: Probe, tls: TlsFacts, tlsa: TlsaLookUp, enforced: str) -> Finding:
    """Whether an authority vouches for it, which matters where somebody goes by that: under
    DANE-EE nobody reads its name and dates, under DANE-TA the DNS says who the authority is."""
    shown = cut("\n".join(map(_shown, tls.chain)))
    finding = partial(Finding, "I22", "certificate", probe.subject, evidence=shown, reference=_PATH)
    by_authority = isinstance(tlsa, TlsaFound) and any(
        record.usage == DANE_TA for record in to_match(tlsa.records)
    )
    advice = "Get a certificate for its name from an authority that everybody knows."
    if enforced and tls.distrust:
        why = f"it does not verify, though {enforced}: {tls.distrust}"
        return finding(Verdict.FAIL, why, reference=_MTA_STS, advice=advice)
    if by_authority and probe.distrust:
        why = f"it does not verify by the authority that DNSSEC vouches for: {probe.distrust}"
        return finding(Verdict.FAIL, why, reference="RFC 7672 §3.1.2")
    if tls.distrust:
        return finding(Verdict.INFO, f"no authority vouches for it: {tls.distrust}")
    return finding(Verdict.PASS, "an authority vouches for it")


def _expiry(probe: Probe, tls: TlsFacts, at: datetime) -> Iterator[Finding]:
    for leaf in tls.chain[:1]:
        if at <= leaf.not_after < at + SOON:
            why = f"it expires on {leaf.not_after:%Y-%m-%d}"
            yield Finding(
                "I22",
                "certificate",
                probe.subject,
                Verdict.WARN,
                why,
                _shown(leaf),
                "RFC 5280 §4.1.2.5",
                "Renew it.",
            )


def _shown(certificate: CertificateFacts) -> str:
    names = f"  for {', '.join(certificate.names)}\n" if certificate.names else ""
    valid = f"from {certificate.not_before:%Y-%m-%d} to {certificate.not_after:%Y-%m-%d}"
    return (
        f"{certificate.subject}\n{names}"
        f"  issued by {certificate.issuer}\n"
        f"  {certificate.key}, valid {valid}"
    )
