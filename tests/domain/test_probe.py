"""What an exchange shows by itself."""

from dataclasses import replace

import pytest

from tuimail.domain import (
    Finding,
    Probe,
    Reached,
    RelayTrial,
    Verdict,
    family_findings,
    seen_findings,
)
from tuimail.smtp import Capabilities, Failure, FailureKind, Reply, Stage, TlsFacts

HOST, IP = "mx1.example.net", "192.0.2.10"
SUBJECT = "mx1.example.net [192.0.2.10]"
PLAIN = Capabilities({"PIPELINING": (), "SIZE": ("10240000",), "STARTTLS": ()})
ENCRYPTED = Capabilities({"PIPELINING": (), "AUTH": ("PLAIN", "LOGIN")})
TLS = TlsFacts("TLSv1.3", "TLS_AES_256_GCM_SHA384", "", "", "", key_exchange="X25519")
PROBE = Probe(HOST, IP, Reached.CONNECTED, greeting=Reply(220, ("mx1 ready",)), before=PLAIN)
LOST = Failure(FailureKind.LOST, "closed the connection while waiting for the greeting")


def findings(probe: Probe, rule: str) -> tuple[Finding, ...]:
    return tuple(each for each in seen_findings(probe) if each.rule == rule)


def finding(probe: Probe, rule: str) -> Finding:
    (found,) = findings(probe, rule)
    assert found.subject == SUBJECT
    return found


# I18, the greeting


@pytest.mark.parametrize(
    ("code", "verdict", "why"),
    [
        (220, Verdict.PASS, "it greets"),
        (421, Verdict.UNKNOWN, "it takes no mail from here now"),
        (450, Verdict.UNKNOWN, "it takes no mail from here now"),
        (554, Verdict.UNKNOWN, "it takes no mail from here"),
    ],
)
def test_greeting(code: int, verdict: Verdict, why: str) -> None:
    """Rule I18: 220 passes; whoever sends us away may take others' mail: unknown."""
    reply = Reply(code, ("mx1", "5.7.1 see our page"))
    found = finding(replace(PROBE, greeting=reply), "I18")
    assert (found.verdict, found.why) == (verdict, why)
    assert found.evidence == f"{code}-mx1\n{code} 5.7.1 see our page"


def test_no_greeting() -> None:
    """Rule I18: silence, and a connection that ends, are no fault that could be told."""
    found = finding(replace(PROBE, greeting=None, before=None, failure=LOST), "I18")
    assert found.verdict is Verdict.UNKNOWN
    assert found.why == "it closed the connection while waiting for the greeting"


@pytest.mark.parametrize("reached", [Reached.NOT_CONNECTED, Reached.NO_ROUTE, Reached.NOT_TRIED])
def test_no_connection(reached: Reached) -> None:
    """Rule I18: a blocked port is unknown, and nothing else is said."""
    why = "it can't be reached: no answer within 5 s"
    (found,) = seen_findings(Probe(HOST, IP, reached, why))
    assert (found.rule, found.verdict, found.why) == ("I18", Verdict.UNKNOWN, why)
    assert ("another network" in found.advice) is (reached is Reached.NOT_CONNECTED)


def test_a_reply_without_an_end_is_no_evidence_without_one() -> None:
    reply = Reply(220, tuple("x" * 80 for _ in range(800)))
    assert len(finding(replace(PROBE, greeting=reply), "I18").evidence) < 1_100


# I19, the hello


def test_extensions_before_and_after_tls() -> None:
    """Rule I19: shown separately, with their parameters."""
    before, after = findings(replace(PROBE, after=ENCRYPTED, tls=TLS), "I19")
    assert before.why == "it offers 3 extensions in plaintext"
    assert before.evidence == "PIPELINING\nSIZE 10240000\nSTARTTLS"
    assert after.why == "it offers 2 extensions under TLS"
    assert after.evidence == "PIPELINING\nAUTH PLAIN LOGIN"
    assert {before.verdict, after.verdict} == {Verdict.INFO}
    assert before.reference == "RFC 3207 §4.2"


def test_helo_alone() -> None:
    """Rule I19."""
    found = finding(replace(PROBE, before=Capabilities()), "I19")
    assert (found.verdict, found.why) == (Verdict.INFO, "it offers no extensions in plaintext")


def test_one_extension() -> None:
    """Rule I19."""
    found = finding(replace(PROBE, before=Capabilities({"SIZE": ()})), "I19")
    assert found.why == "it offers 1 extension in plaintext"


def test_no_hello() -> None:
    """Rule I19: what is not seen is not called absent."""
    failure = Failure(FailureKind.HELLO, "refused the hello")
    found = finding(replace(PROBE, before=None, failure=failure), "I19")
    assert (found.verdict, found.why) == (Verdict.UNKNOWN, "it refused the hello")


# I21, TLS


@pytest.mark.parametrize(
    ("version", "verdict", "why"),
    [
        ("TLSv1.3", Verdict.PASS, "it speaks TLS 1.3"),
        ("TLSv1.2", Verdict.PASS, "it speaks TLS 1.2"),
        ("TLSv1.1", Verdict.FAIL, "it speaks nothing better than TLS 1.1, which is broken"),
        ("TLSv1", Verdict.FAIL, "it speaks nothing better than TLS 1.0, which is broken"),
        ("SSLv3", Verdict.FAIL, "it speaks nothing better than SSL 3.0, which is broken"),
    ],
)
def test_version(version: str, verdict: Verdict, why: str) -> None:
    """Rule I21."""
    found = finding(replace(PROBE, tls=replace(TLS, version=version)), "I21")
    assert (found.verdict, found.why, found.reference) == (verdict, why, "RFC 8996")
    assert found.evidence == f"{version}, TLS_AES_256_GCM_SHA384, X25519"


def test_no_key_exchange_group() -> None:
    """Rule I21: RSA key transport has none."""
    found = finding(replace(PROBE, tls=replace(TLS, key_exchange="")), "I21")
    assert found.evidence == "TLSv1.3, TLS_AES_256_GCM_SHA384"


def test_no_tls_no_version() -> None:
    assert findings(PROBE, "I21") == ()


# I23, IPv6

V4 = Probe(HOST, IP, Reached.CONNECTED)
V6 = Probe(HOST, "2001:db8::10", Reached.CONNECTED)


def out_of_reach(probe: Probe) -> Probe:
    return replace(probe, reached=Reached.NOT_CONNECTED, why="the connection was refused")


def no_route(probe: Probe) -> Probe:
    return replace(probe, reached=Reached.NO_ROUTE, why="this machine has no way to it")


@pytest.mark.parametrize(
    ("probes", "verdict"),
    [
        ((V4, V6), Verdict.PASS),
        ((out_of_reach(V4), V6), Verdict.PASS),
        ((V4, out_of_reach(V6)), Verdict.WARN),
        ((V4, out_of_reach(V6), no_route(V6)), Verdict.WARN),
        ((V4, no_route(V6)), Verdict.UNKNOWN),
        ((out_of_reach(V4), out_of_reach(V6)), Verdict.UNKNOWN),
        ((out_of_reach(V6),), Verdict.UNKNOWN),
    ],
)
def test_ipv6(probes: tuple[Probe, ...], verdict: Verdict) -> None:
    """Rule I23: it warns only where IPv4 shows that the exchange is there."""
    (found,) = family_findings(HOST, probes)
    assert (found.rule, found.subject, found.verdict) == ("I23", HOST, verdict)


def test_no_ipv6_address() -> None:
    """Rule I23: there is nothing to answer on; rule I6 says so."""
    assert tuple(family_findings(HOST, (V4, out_of_reach(V4)))) == ()


def test_an_address_that_was_not_tried_says_nothing() -> None:
    """Rule I23."""
    assert tuple(family_findings(HOST, (V4, replace(V6, reached=Reached.NOT_TRIED)))) == ()


# I24, latency


def test_latency() -> None:
    """Rule I24: each phase in milliseconds."""
    timings = {"DNS": 0.0123, "connect": 0.04, "greeting": 1.5, "TLS": 0.0804}
    found = finding(replace(PROBE, timings=timings), "I24")
    assert found.verdict is Verdict.INFO
    assert found.why == "DNS 12 ms, connect 40 ms, greeting 1500 ms, TLS 80 ms"


# I25, the open relay


TRIAL = RelayTrial("somebody@example.com")
DOES_NOT_TELL = "which does not tell whether it takes mail for anybody"


@pytest.mark.parametrize(
    ("trial", "verdict", "why"),
    [
        (
            replace(TRIAL, reply=Reply(250, ("ok",))),
            Verdict.WARN,
            "it is possibly open to anybody: it accepted somebody@example.com",
        ),
        (
            replace(TRIAL, reply=Reply(251, ("will forward",))),
            Verdict.WARN,
            "it is possibly open to anybody: it accepted somebody@example.com",
        ),
        (
            replace(TRIAL, reply=Reply(554, ("no",))),
            Verdict.PASS,
            "it refused somebody@example.com",
        ),
        (
            replace(TRIAL, reply=Reply(450, ("later",))),
            Verdict.UNKNOWN,
            f"it refused somebody@example.com for now, {DOES_NOT_TELL}",
        ),
        (
            replace(TRIAL, reply=Reply(550, ("not you",)), stage=Stage.MAIL),
            Verdict.UNKNOWN,
            f"it refused the sender, {DOES_NOT_TELL}",
        ),
        (TRIAL, Verdict.UNKNOWN, "it was not asked"),
    ],
)
def test_open_relay(trial: RelayTrial, verdict: Verdict, why: str) -> None:
    """Rule I25: 250 to a foreign recipient is "possible", and a refusal of something else tells
    nothing."""
    found = finding(replace(PROBE, relay=trial), "I25")
    assert (found.verdict, found.why) == (verdict, why)


def test_the_session_ended_before_the_recipient() -> None:
    """Rule I25."""
    found = finding(replace(PROBE, relay=TRIAL, failure=LOST), "I25")
    assert (found.verdict, found.why) == (Verdict.UNKNOWN, f"it {LOST.why}")


def test_the_relay_check_is_opt_in() -> None:
    """Rule I25."""
    assert findings(PROBE, "I25") == ()
