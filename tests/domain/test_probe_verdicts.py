"""What the TLS of an exchange is worth, by what is asked of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.domain.answers import found as answer
from tuimail.domain import (
    Finding,
    NoTlsa,
    Probe,
    Reached,
    StsMode,
    StsPolicy,
    Tlsa,
    TlsaFound,
    TlsaLookUp,
    TlsaUnknown,
    Verdict,
    judged_findings,
)
from tuimail.domain.probe_verdicts import SOON
from tuimail.smtp import Capabilities, CertificateFacts, Failure, FailureKind, TlsFacts

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
HOST = "mx1.example.net"
NONE = NoTlsa("it has no TLSA record that DNSSEC vouches for")
DIGEST = b"\x01" * 32
EE = TlsaFound(HOST, (Tlsa(3, 1, 1, DIGEST),))
TA = TlsaFound(HOST, (Tlsa(2, 0, 1, DIGEST),))
USELESS = TlsaFound(HOST, (Tlsa(1, 1, 1, DIGEST),))
UNKNOWN = TlsaUnknown("SERVFAIL", answer(f"_25._tcp.{HOST}", "TLSA"))
ENFORCE = StsPolicy(StsMode.ENFORCE, ("*.example.net",), 604_800)
LEAF = CertificateFacts(
    "CN=mx1.example.net",
    "CN=An Authority",
    (HOST, "mx2.example.net"),
    datetime(2026, 1, 1, tzinfo=UTC),
    datetime(2027, 1, 1, tzinfo=UTC),
    "EC secp256r1",
    b"",
)
ISSUER = replace(LEAF, subject="CN=An Authority", issuer="CN=Root", names=(), key="RSA 4096")
VERIFIED = TlsFacts("TLSv1.3", "AES", "", "", "", "PKIX", "X25519", (LEAF, ISSUER))
DISTRUSTED = replace(VERIFIED, distrust="it is self-signed", proof="")
STARTTLS = Capabilities({"STARTTLS": ()})
ENCRYPTED = Probe(HOST, "192.0.2.10", Reached.CONNECTED, before=STARTTLS, tls=VERIFIED)
UNVERIFIED = replace(ENCRYPTED, tls=DISTRUSTED)
PLAIN = replace(ENCRYPTED, before=Capabilities(), tls=None)
BROKEN = replace(
    ENCRYPTED, tls=None, failure=Failure(FailureKind.HANDSHAKE, "failed the TLS handshake: no")
)


def judged(
    probe: Probe, rule: str, tlsa: TlsaLookUp = NONE, policy: StsPolicy | None = None
) -> list[Finding]:
    return [each for each in judged_findings(probe, tlsa, policy, NOW) if each.rule == rule]


def verdict(
    probe: Probe, rule: str, tlsa: TlsaLookUp = NONE, policy: StsPolicy | None = None
) -> Verdict:
    (finding,) = judged(probe, rule, tlsa, policy)
    assert finding.subject == "mx1.example.net [192.0.2.10]"
    return finding.verdict


# I20, STARTTLS


@pytest.mark.parametrize("probe", [PLAIN, BROKEN, replace(PLAIN, before=STARTTLS)])
@pytest.mark.parametrize(
    ("tlsa", "policy", "expected"),
    [
        (NONE, None, Verdict.WARN),
        (UNKNOWN, None, Verdict.WARN),
        (NONE, replace(ENFORCE, mode=StsMode.TESTING), Verdict.WARN),
        (NONE, replace(ENFORCE, mode=StsMode.NONE), Verdict.WARN),
        (NONE, replace(ENFORCE, mx=("other.example",)), Verdict.WARN),
        (NONE, ENFORCE, Verdict.FAIL),
        (EE, None, Verdict.FAIL),
        (USELESS, None, Verdict.FAIL),
        (EE, ENFORCE, Verdict.FAIL),
    ],
)
def test_no_encryption(
    probe: Probe, tlsa: TlsaLookUp, policy: StsPolicy | None, expected: Verdict
) -> None:
    """Rule I20: absent warns; it fails where MTA-STS enforces or DANE is present."""
    assert verdict(probe, "I20", tlsa, policy) is expected


def test_encryption() -> None:
    """Rule I20."""
    assert verdict(ENCRYPTED, "I20") is Verdict.PASS
    assert verdict(UNVERIFIED, "I20", EE, ENFORCE) is Verdict.PASS


def test_what_is_told_of_a_broken_handshake() -> None:
    """Rule I20: why, and who minds."""
    (finding,) = judged(BROKEN, "I20", NONE, ENFORCE)
    assert finding.why == (
        "it offers STARTTLS and failed the TLS handshake: no, though MTA-STS enforces it:"
        " senders who heed that give it no mail"
    )


@pytest.mark.parametrize(
    "probe",
    [
        replace(PLAIN, before=None),
        replace(BROKEN, failure=Failure(FailureKind.CANCELLED, "said no more")),
    ],
)
def test_a_session_that_never_came_to_tls(probe: Probe) -> None:
    """Rule I20: that is unknown, whoever asks for it."""
    assert verdict(probe, "I20", EE, ENFORCE) is Verdict.UNKNOWN


@pytest.mark.parametrize("reached", [Reached.NOT_CONNECTED, Reached.NO_ROUTE, Reached.NOT_TRIED])
def test_nothing_is_said_where_nothing_was_seen(reached: Reached) -> None:
    probe = Probe(HOST, "192.0.2.10", reached, "no answer")
    assert list(judged_findings(probe, EE, ENFORCE, NOW)) == []


# I14, DANE


def test_a_certificate_that_matches() -> None:
    """Rule I14: matched against the certificate that the exchange really shows."""
    (finding,) = judged(replace(UNVERIFIED, proof="DANE-EE, TLSA 3 1 1 01…"), "I14", EE)
    assert (finding.check, finding.verdict) == ("DANE", Verdict.PASS)
    assert finding.evidence == "DANE-EE, TLSA 3 1 1 01…"


def test_a_certificate_that_does_not_match() -> None:
    """Rule I14: however well it verifies otherwise."""
    (finding,) = judged(replace(ENCRYPTED, distrust="no TLSA record of it matches"), "I14", EE)
    assert finding.verdict is Verdict.FAIL
    assert finding.why.endswith("vouches for: no TLSA record of it matches")
    assert finding.evidence == "3 1 1 0101010101010101…"


def test_no_certificate_to_match() -> None:
    """Rule I14."""
    assert verdict(BROKEN, "I14", EE) is Verdict.UNKNOWN


@pytest.mark.parametrize("tlsa", [NONE, UNKNOWN, USELESS])
def test_nothing_to_match_with(tlsa: TlsaLookUp) -> None:
    """Rule I14: what the DNS alone says is said of the exchange, not of its certificate."""
    assert judged(ENCRYPTED, "I14", tlsa) == []


# I22, the certificate


@pytest.mark.parametrize(
    ("probe", "tlsa", "policy", "expected"),
    [
        (ENCRYPTED, NONE, None, Verdict.PASS),
        (UNVERIFIED, NONE, None, Verdict.INFO),
        (UNVERIFIED, EE, None, Verdict.INFO),
        (replace(UNVERIFIED, distrust="no match"), EE, None, Verdict.INFO),
        (UNVERIFIED, NONE, ENFORCE, Verdict.FAIL),
        (UNVERIFIED, NONE, replace(ENFORCE, mode=StsMode.TESTING), Verdict.INFO),
        (UNVERIFIED, NONE, replace(ENFORCE, mx=("other.example",)), Verdict.INFO),
        (UNVERIFIED, EE, ENFORCE, Verdict.FAIL),
        (UNVERIFIED, TA, None, Verdict.INFO),
        (replace(UNVERIFIED, distrust="it expired"), TA, None, Verdict.FAIL),
        (replace(ENCRYPTED, distrust="it expired"), TA, None, Verdict.FAIL),
        (ENCRYPTED, TA, ENFORCE, Verdict.PASS),
    ],
)
def test_certificate(
    probe: Probe, tlsa: TlsaLookUp, policy: StsPolicy | None, expected: Verdict
) -> None:
    """Rule I22: it fails under MTA-STS enforce or DANE-TA alone, by whatever each goes by: an
    authority that the DNS names needs to be known to nobody else."""
    assert verdict(probe, "I22", tlsa, policy) is expected


def test_the_whole_chain_is_evidence() -> None:
    """Rule I22: names, dates, key and issuer of each certificate."""
    (finding,) = judged(ENCRYPTED, "I22")
    assert finding.evidence == (
        "CN=mx1.example.net\n"
        "  for mx1.example.net, mx2.example.net\n"
        "  issued by CN=An Authority\n"
        "  EC secp256r1, valid from 2026-01-01 to 2027-01-01\n"
        "CN=An Authority\n"
        "  issued by CN=Root\n"
        "  RSA 4096, valid from 2026-01-01 to 2027-01-01"
    )


def expiring(at: datetime) -> Probe:
    return replace(ENCRYPTED, tls=replace(VERIFIED, chain=(replace(LEAF, not_after=at), ISSUER)))


@pytest.mark.parametrize(
    ("left", "warned"),
    [
        (SOON, False),
        (SOON - timedelta(seconds=1), True),
        (timedelta(0), True),
        (timedelta(seconds=-1), False),
    ],
)
def test_expiry(left: timedelta, warned: bool) -> None:  # noqa: FBT001 - by pytest
    """Rule I22: under 14 days warn; one that has expired is said by itself."""
    verdicts = [each.verdict for each in judged(expiring(NOW + left), "I22")]
    assert verdicts == [Verdict.PASS, *([Verdict.WARN] if warned else [])]


def test_no_certificate() -> None:
    """Rule I22: one beyond reading leaves a verdict all the same."""
    tls = replace(DISTRUSTED, distrust="its certificate can't be read: bad", chain=())
    (finding,) = judged(replace(ENCRYPTED, tls=tls), "I22")
    assert (finding.verdict, finding.evidence) == (Verdict.INFO, "")
