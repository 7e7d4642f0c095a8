"""What programs get of a report."""

import json
from datetime import UTC, datetime

from tuimail.domain import (
    Acceptance,
    Exchange,
    Exchanges,
    Finding,
    HostReport,
    Probe,
    Reached,
    RelayTrial,
    Report,
    Verdict,
)
from tuimail.domain.report_document import report_document
from tuimail.smtp import (
    Capabilities,
    CertificateFacts,
    Failure,
    FailureKind,
    Reply,
    Stage,
    TlsFacts,
)

NAME, IP = "mx1.example.net", "192.0.2.10"
CERTIFICATE = CertificateFacts(
    "CN=mx1.example.net",
    "CN=Authority",
    (NAME,),
    datetime(2026, 1, 1, tzinfo=UTC),
    datetime(2026, 4, 1, tzinfo=UTC),
    "EC secp256r1",
    b"",
)
TLS = TlsFacts(
    *("TLSv1.3", "TLS_AES_256_GCM_SHA384", "CN=mx1.example.net", "CN=Authority"),
    distrust="it is not trusted here",
    key_exchange="X25519",
    chain=(CERTIFICATE,),
)


def _report(*hosts: HostReport, findings: tuple[Finding, ...] = (), due: int = 0) -> Report:
    exchanges = tuple(host.exchange for host in hosts)
    settled = Exchanges("example.net", Acceptance.EXCHANGES, exchanges)
    return Report("example.net", settled, hosts, findings, due, questions=7, elapsed=0.0316)


def test_document_of_what_the_dns_tells() -> None:
    exchange = Exchange(NAME, 10, 300, (IP, "2001:db8::10"))
    finding = Finding("I5", "TTL", "example.net", Verdict.INFO, "kept", "record", "RFC 1", "Go on.")

    document = report_document(_report(HostReport(exchange, ptr={IP: NAME}), findings=(finding,)))

    assert document == {
        "domain": "example.net",
        "summary": "example.net takes mail at 1 exchange",
        "verdict": "info",
        "acceptance": "exchanges",
        "why": "",
        "exchanges": [
            {
                "name": NAME,
                "preference": 10,
                "ttl": 300,
                "why": "",
                "addresses": [
                    {"ip": IP, "ptr": NAME, "probe": None},
                    {"ip": "2001:db8::10", "ptr": None, "probe": None},
                ],
            }
        ],
        "findings": [
            {
                "rule": "I5",
                "check": "TTL",
                "subject": "example.net",
                "verdict": "info",
                "why": "kept",
                "evidence": "record",
                "reference": "RFC 1",
                "advice": "Go on.",
            }
        ],
        "complete": True,
        "elapsed_ms": 32,
        "queries": 7,
    }


def test_document_of_a_probe() -> None:
    probe = Probe(
        NAME,
        IP,
        Reached.CONNECTED,
        greeting=Reply(220, ("mx1.example.net", "ESMTP")),
        before=Capabilities({"STARTTLS": (), "SIZE": ("1000",)}),
        after=Capabilities({"SIZE": ("1000",)}),
        tls=TLS,
        proof="3 1 1 00ff",
        relay=RelayTrial("a@example.com", Reply(554, ("5.7.1 no",)), Stage.RCPT),
        timings={"DNS": 0.001, "connect": 0.01234, "TLS": 0.02},
    )
    host = HostReport(Exchange(NAME, 10, 300, (IP,)), probes={IP: probe})

    (exchange,) = report_document(_report(host))["exchanges"]

    assert exchange["addresses"][0]["probe"] == {
        "reached": "connected",
        "why": "",
        "greeting": {"code": 220, "lines": ["mx1.example.net", "ESMTP"]},
        "extensions": {
            "plaintext": {"STARTTLS": [], "SIZE": ["1000"]},
            "tls": {"SIZE": ["1000"]},
        },
        "tls": {
            "version": "TLSv1.3",
            "cipher": "TLS_AES_256_GCM_SHA384",
            "key_exchange": "X25519",
            "verified": False,
            "distrust": "it is not trusted here",
            "chain": [
                {
                    "subject": "CN=mx1.example.net",
                    "issuer": "CN=Authority",
                    "names": [NAME],
                    "not_before": "2026-01-01T00:00:00+00:00",
                    "not_after": "2026-04-01T00:00:00+00:00",
                    "key": "EC secp256r1",
                }
            ],
        },
        "dane": {"verified": True, "distrust": "", "proof": "3 1 1 00ff"},
        "relay": {
            "recipient": "a@example.com",
            "stage": "rcpt",
            "reply": {"code": 554, "lines": ["5.7.1 no"]},
        },
        "timings_ms": {"dns": 1.0, "connect": 12.3, "tls": 20.0},
    }


def test_document_of_a_probe_that_ended_early() -> None:
    failure = Failure(FailureKind.LOST, "hung up")
    probes = {
        IP: Probe(NAME, IP, Reached.CONNECTED, failure=failure),
        "::1": Probe(NAME, "::1", Reached.NO_ROUTE, "this machine has no way to it"),
    }
    host = HostReport(Exchange(NAME, 10, 300, tuple(probes)), probes=probes)

    (exchange,) = report_document(_report(host))["exchanges"]

    lost, never = (address["probe"] for address in exchange["addresses"])
    assert (lost["reached"], lost["why"], lost["tls"]) == ("connected", "hung up", None)
    assert (never["reached"], never["why"]) == ("no_route", "this machine has no way to it")
    assert lost["extensions"] == {"plaintext": None, "tls": None}


def test_the_order_does_not_depend_on_whose_answer_came_first() -> None:
    """Equal preferences are shuffled for sending; findings come as their answers do."""
    hosts = [HostReport(Exchange(name, 10)) for name in ("b.example", "a.example")]
    findings = (
        Finding("I16", "CAA", "example.net", Verdict.INFO, "none"),
        Finding("I9", "DMARC", "example.net", Verdict.WARN, "lax"),
        Finding("I4", "MX target", "b.example", Verdict.WARN, "alias"),
        Finding("I4", "MX target", "a.example", Verdict.WARN, "alias"),
        Finding("I8", "SPF", "example.net", Verdict.FAIL, "two"),
        Finding("I2", "null MX", "example.net", Verdict.UNKNOWN, "silence"),
    )

    one = report_document(_report(*hosts, findings=findings))
    other = report_document(_report(*hosts[::-1], findings=findings[::-1]))

    assert one == other
    assert [exchange["name"] for exchange in one["exchanges"]] == ["a.example", "b.example"]
    assert [(each["rule"], each["subject"]) for each in one["findings"]] == [
        ("I8", "example.net"),
        ("I4", "a.example"),
        ("I4", "b.example"),
        ("I9", "example.net"),
        ("I2", "example.net"),
        ("I16", "example.net"),
    ]


def test_what_one_check_says_stays_in_its_order() -> None:
    first, more = "include:x leads back to itself", "28 more findings are like these"
    findings = tuple(
        Finding("I8", "SPF", "example.net", Verdict.FAIL, why) for why in (first, more)
    )
    document = report_document(_report(findings=findings))
    assert [each["why"] for each in document["findings"]] == [first, more]


def test_document_of_a_report_that_still_grows() -> None:
    """Exchanges are named before their addresses are known."""
    document = report_document(Report("example.net", due=3))

    assert (document["acceptance"], document["exchanges"]) == ("unknown", [])
    assert document["complete"] is False

    named = Exchanges("example.net", Acceptance.EXCHANGES, (Exchange(NAME, 10, 300),))
    (exchange,) = report_document(Report("example.net", named, due=2))["exchanges"]
    assert (exchange["name"], exchange["addresses"]) == (NAME, [])


def test_control_characters_never_stand_bare_in_json() -> None:
    finding = Finding("I8", "SPF", "example.net", Verdict.FAIL, "\x1b[2J", "\x9b\u202e\x07")

    text = json.dumps(report_document(_report(findings=(finding,))))

    assert text.isascii()
    assert text.isprintable()
    assert json.loads(text)["findings"][0]["evidence"] == "\x9b\u202e\x07"
