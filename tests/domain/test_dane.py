"""Whether senders can prove an exchange by the DNS, before it is connected to."""

from dataclasses import replace

import pytest

from tests.domain.answers import NO_SUCH_NAME, SILENCE, found, lacking
from tests.domain.inquiring import Known, Zone, waves_from
from tuimail.domain import (
    Answer,
    AnswerStatus,
    DaneReport,
    Exchange,
    Finding,
    NoTlsa,
    Tlsa,
    TlsaFound,
    TlsaUnknown,
    Verdict,
    dane_findings,
    dane_inquiry,
)

HOST, END, PORT = "mx.example.net", "host.example.org", 25
TLSA_NAME, TLSA_END = f"_25._tcp.{HOST}", f"_25._tcp.{END}"
DIGEST = "01" * 32
RECORD = Tlsa(3, 1, 1, bytes.fromhex(DIGEST))
SECURE = Exchange(HOST, 10, 300, authentic_name=True)
INSECURE = replace(SECURE, authentic_name=False)


def secure(name: str, rdtype: str, *records: str, canonical: str = "") -> Answer:
    return replace(found(name, rdtype, *records), authentic=True, canonical=canonical)


TLSA = secure(TLSA_NAME, "TLSA", f"3 1 1 {DIGEST}")
NO_TLSA = lacking(TLSA_NAME, "TLSA", NO_SUCH_NAME)
SERVFAIL = replace(lacking(TLSA_NAME, "TLSA", AnswerStatus.FAILED), servfail=True)
REFUSED = lacking(TLSA_NAME, "TLSA", AnswerStatus.FAILED)
A = secure(HOST, "A", "192.0.2.1")
PLAIN_A = found(HOST, "A", "192.0.2.1")
ROOT = secure(".", "NS", "a.root-servers.net.")
PLAIN_ROOT = found(".", "NS", "a.root-servers.net.")
SIGNED: Zone = {
    (HOST, "A"): A,
    (HOST, "AAAA"): (),
    (HOST, "CNAME"): (),
    (TLSA_NAME, "TLSA"): TLSA,
    (".", "NS"): ROOT,
}


def report(zone: Zone, exchange: Exchange = SECURE) -> DaneReport:
    return waves_from(zone, dane_inquiry(exchange, PORT))[0]


def inspect(zone: Zone, exchange: Exchange = SECURE) -> Finding:
    (finding,) = dane_findings(report(zone, exchange))
    assert (finding.rule, finding.subject) == ("I14", HOST)
    return finding


def test_all_is_asked_at_once() -> None:
    """Rule I14: TLSA goes side by side with the addresses, and no question goes out twice."""
    _, waves = waves_from(SIGNED, dane_inquiry(SECURE, PORT))
    assert [[f"{each.rdtype} {each.name}" for each in wave] for wave in waves] == [
        [f"AAAA {HOST}", f"A {HOST}", f"CNAME {HOST}", f"TLSA {TLSA_NAME}", "NS ."]
    ]


def test_the_port_is_that_of_the_exchange() -> None:
    _, waves = waves_from({}, dane_inquiry(SECURE, 2525))
    assert f"_2525._tcp.{HOST}" in {question.name for question in waves[0]}


def test_dane() -> None:
    """Rule I14: MX, address and TLSA are secure."""
    known = report(SIGNED)
    assert known.look_up == TlsaFound(HOST, (RECORD,))
    (finding,) = dane_findings(known)
    assert (finding.verdict, finding.evidence) == (Verdict.PASS, str(RECORD))


def test_half_dane() -> None:
    """Rule I14: insecure MX with secure TLSA warns."""
    known = report(SIGNED, INSECURE)
    assert isinstance(known.look_up, NoTlsa)
    (finding,) = dane_findings(known)
    assert finding.verdict is Verdict.WARN
    assert finding.why.startswith("DNSSEC vouches for its TLSA records and not for the MX record")


@pytest.mark.parametrize(
    "zone", [{**SIGNED, (HOST, "A"): PLAIN_A}, {**SIGNED, (TLSA_NAME, "TLSA"): "3 1 1 " + DIGEST}]
)
def test_records_that_nobody_goes_by(zone: Zone) -> None:
    """Rule I14: addresses and TLSA have to be secure too."""
    assert isinstance(report(zone).look_up, NoTlsa)
    assert inspect(zone).verdict is Verdict.WARN


@pytest.mark.parametrize("answer", [NO_TLSA, (), replace(NO_TLSA, authentic=True)])
@pytest.mark.parametrize("exchange", [SECURE, INSECURE])
def test_no_dane(answer: Known, exchange: Exchange) -> None:
    """Rule I14: none is for information, also by a resolver that does not validate."""
    zone: Zone = {**SIGNED, (TLSA_NAME, "TLSA"): answer}
    assert inspect(zone, exchange).verdict is Verdict.INFO
    assert inspect({**zone, (".", "NS"): PLAIN_ROOT}, exchange).verdict is Verdict.INFO


def test_a_resolver_that_does_not_validate() -> None:
    """Rule I14: whether its records count is unknown."""
    plain: Zone = {
        **SIGNED,
        (HOST, "A"): PLAIN_A,
        (TLSA_NAME, "TLSA"): "3 1 1 " + DIGEST,
        (".", "NS"): PLAIN_ROOT,
    }
    assert inspect(plain, INSECURE).verdict is Verdict.UNKNOWN
    assert inspect({**plain, (TLSA_NAME, "TLSA"): SERVFAIL}, INSECURE).verdict is Verdict.UNKNOWN


def test_servfail_under_secure_addresses() -> None:
    """Rule I14: mail defers, so it fails."""
    known = report({**SIGNED, (TLSA_NAME, "TLSA"): SERVFAIL})
    assert isinstance(known.look_up, TlsaUnknown)
    (finding,) = dane_findings(known)
    assert finding.verdict is Verdict.FAIL
    assert "keep their mail" in finding.why


@pytest.mark.parametrize("answer", [SILENCE, REFUSED])
def test_a_time_out(answer: AnswerStatus | Answer) -> None:
    """Rule I14: unknown, as is a refusal, which is the resolver's."""
    assert inspect({**SIGNED, (TLSA_NAME, "TLSA"): answer}).verdict is Verdict.UNKNOWN


def test_servfail_where_nobody_asks() -> None:
    """Rule I14: under insecure addresses senders do not ask, and mail does not defer."""
    zone = {**SIGNED, (HOST, "A"): PLAIN_A, (TLSA_NAME, "TLSA"): SERVFAIL}
    assert inspect(zone).verdict is Verdict.INFO


@pytest.mark.parametrize("useless", [f"1 1 1 {DIGEST}", "3 1 9 00", f"3 7 1 {DIGEST}"])
def test_records_of_no_use(useless: str) -> None:
    """Rule I14: unusable records ask for TLS and prove nothing (RFC 7672 §3.1)."""
    alone = {**SIGNED, (TLSA_NAME, "TLSA"): secure(TLSA_NAME, "TLSA", useless)}
    assert inspect(alone).verdict is Verdict.WARN
    beside = secure(TLSA_NAME, "TLSA", useless, f"3 1 1 {DIGEST}")
    verdicts = [
        each.verdict for each in dane_findings(report({**SIGNED, (TLSA_NAME, "TLSA"): beside}))
    ]
    assert verdicts == [Verdict.PASS, Verdict.INFO]


ALIAS: Zone = {
    **SIGNED,
    (HOST, "A"): secure(HOST, "A", "192.0.2.1", canonical=END),
    (HOST, "CNAME"): secure(HOST, "CNAME", f"{END}."),
    (TLSA_NAME, "TLSA"): (),
    (TLSA_END, "TLSA"): secure(TLSA_END, "TLSA", f"3 1 1 {DIGEST}"),
}


def test_the_end_of_an_alias() -> None:
    """Rule I14: its records come first (RFC 7672 §2.2.3), for one round trip more."""
    known, waves = waves_from(ALIAS, dane_inquiry(SECURE, PORT))
    assert known.look_up == TlsaFound(END, (RECORD,))
    assert [question.name for question in waves[1]] == [TLSA_END]
    assert len(waves) == 2


def test_an_alias_into_an_unsigned_zone() -> None:
    """Rule I14: the alias is known already, and its own records count."""
    zone = {
        **ALIAS,
        (HOST, "A"): replace(PLAIN_A, canonical=END),
        (TLSA_NAME, "TLSA"): TLSA,
    }
    known, waves = waves_from(zone, dane_inquiry(SECURE, PORT))
    assert known.look_up == TlsaFound(HOST, (RECORD,))
    assert len(waves) == 1


def test_no_address() -> None:
    """Rule I6 says it, and there is nothing to prove."""
    assert dane_findings(report({**SIGNED, (HOST, "A"): ()})) == ()


def test_no_host_name() -> None:
    """Nothing is asked about what rule I4 fails."""
    exchange = replace(SECURE, name="192.0.2.1", why="that is no host name")
    known, waves = waves_from({}, dane_inquiry(exchange, PORT))
    assert (waves, dane_findings(known)) == ((), ())
