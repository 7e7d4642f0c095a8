"""`tuimail mx` in the demo world: each domain shows what it is there for."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import tuimail
from tests.cli.conftest import Send
from tests.cli.schema import documents
from tuimail.demo import DEMO_DOMAINS

ALL = [domain.name for domain in DEMO_DOMAINS]
SILENT = ("slow.test", "proxy.test", "blocked.test")
"""Their exchanges say nothing, or nothing while the world's clock stands still."""


def _told(document: dict[str, Any], rule: str) -> dict[str, str]:
    """Verdicts by what they are about."""
    findings = (each for each in document["findings"] if each["rule"] == rule)
    return {each["subject"]: each["verdict"] for each in findings}


def _probes(document: dict[str, Any]) -> list[Any]:
    addresses = (each for exchange in document["exchanges"] for each in exchange["addresses"])
    return [address["probe"] for address in addresses]


async def test_every_domain_without_a_probe(inspect: Send) -> None:
    """Rules I1 to I17: all of them, in one document each, as promised."""
    finished = await inspect(*ALL, "--json")

    found = {document["domain"]: document for document in documents(finished.out)}
    assert (finished.code, finished.err) == (75, "")
    assert list(found) == ALL
    assert all(document["complete"] for document in found.values())
    assert all(probe is None for document in found.values() for probe in _probes(document))
    probing = {f"I{number}" for number in (*range(18, 23), 24, 25)}
    rules = {each["rule"] for document in found.values() for each in document["findings"]}
    assert not rules & probing
    assert _told(found["secure.test"], "I14") == {"mx.secure.test": "pass"}
    assert _told(found["sts.test"], "I11")["mx.stranger.sts.test"] == "fail"
    assert found["nullmx.test"]["acceptance"] == "null_mx"
    assert found["bogus.test"]["acceptance"] == "unknown"
    (spf,) = (
        each["evidence"]
        for each in found["broken-spf.test"]["findings"]
        if each["rule"] == "I8" and each["verdict"] == "fail"
    )
    assert "\n  include:_office.broken-spf.test     5\n    a:vpn.broken-spf.test" in spf


async def test_every_domain_with_a_probe(inspect: Send) -> None:
    """Rules I14, I18 to I22, I24, I25."""
    names = [name for name in ALL if name not in SILENT]
    finished = await inspect(*names, "--probe", "--relay-check", "--json")

    found = {document["domain"]: document for document in documents(finished.out)}
    assert (finished.code, finished.err) == (75, "")
    assert list(found) == names
    (secure,), (stale,) = _probes(found["secure.test"]), _probes(found["stale.test"])
    assert secure["tls"]["version"] == "TLSv1.3"
    assert secure["tls"]["chain"][0]["names"] == ["mx.secure.test"]
    assert secure["dane"]["verified"]
    assert secure["dane"]["proof"].startswith("DANE-EE")
    assert not stale["dane"]["verified"]
    assert _told(found["stale.test"], "I14")["mx.stale.test [127.0.0.32]"] == "fail"
    assert secure["relay"]["reply"]["code"] == 550
    assert set(secure["extensions"]["plaintext"]) - set(secure["extensions"]["tls"]) == {"STARTTLS"}
    assert set(secure["timings_ms"]) == {"dns", "connect", "greeting", "tls"}
    closed, _ = _probes(found["backup.test"])
    assert closed["reached"] == "not_connected"
    assert _told(found["promise.test"], "I20") == {"mx.promise.test [127.0.0.44]": "fail"}
    assert _told(found["plain.test"], "I20") == {"mx.plain.test [127.0.0.17]": "warn"}


async def test_silence_is_waited_for_no_longer_than_asked(inspect: Send) -> None:
    """Rule I18: who says nothing has not failed."""
    finished = await inspect(*SILENT, "--probe", "--json", "--timeout", "0.8")
    assert (finished.code, finished.err) == (0, "")
    for document in documents(finished.out):
        assert 800 <= document["elapsed_ms"] < 3000
        assert set(_told(document, "I18").values()) == {"unknown"}


async def test_a_secure_domain_as_a_person_sees_it(inspect: Send) -> None:
    finished = await inspect("secure.test", "--probe")

    lines = finished.out.splitlines()
    assert (finished.code, finished.err) == (0, "")
    assert lines[:5] == [
        "✓ secure.test takes mail at 1 exchange; encrypted and DANE-verified; sender",
        "  policy strict.",
        "",
        "10 mx.secure.test  ttl 300",
        "   ✓ 127.0.0.31  mx.secure.test  TLS 1.3, DANE",
    ]
    assert max(map(len, lines)) <= 80


async def test_an_include_tree_as_a_person_sees_it(inspect: Send) -> None:
    """Rule I8."""
    finished = await inspect("broken-spf.test")

    assert finished.code == 1
    assert (
        "\n✗ SPF        it needs 11 DNS look-ups, 10 are allowed: a:news.broken-spf.test,\n"
        "             in the record of _news.broken-spf.test, is one too many\n"
        "             │ broken-spf.test                      11\n"
        "             │   mx                                  1\n"
        "             │   include:_office.broken-spf.test     5\n"
    ) in finished.out
    assert "\n             Include less, or write addresses in place of it." in finished.out


async def test_a_rude_exchange_is_shown_and_not_obeyed(inspect: Send) -> None:
    """Rule R36."""
    finished = await inspect("rude.test", "--probe")
    document = await inspect("rude.test", "--probe", "--json")

    assert finished.out.replace("\n", "").isprintable()
    assert "│ 220 mx.rude.test ESMTP tuimail demo \\x1b[31m" in finished.out
    assert document.out.strip().isprintable()
    assert document.out.isascii()
    (read,) = documents(document.out)
    (probe,) = _probes(read)
    assert "\x1b[31m" in probe["greeting"]["lines"][0]


@pytest.mark.parametrize("suffix", ["jsonl", "txt"])
async def test_a_transcript_that_replays(inspect: Send, tmp_path: Path, suffix: str) -> None:
    """What the DNS answered and what was said to the exchanges, of all domains in one file."""
    file = tmp_path / f"dialogue.{suffix}"
    names = ("secure.test", "sts.test")
    inspected = await inspect(*names, "--probe", "--transcript", str(file))
    assert (inspected.code, inspected.err) == (1, "")
    played = await tuimail("replay", "--no-wait", str(file))
    assert (played.code, played.err) == (0, "")
    lines = [line[9:] for line in played.out.splitlines()]
    for line in (
        "   · MX secure.test → mx.secure.test (10)",
        "   · MX sts.test → mx.stranger.sts.test (10), mx.sts.test (20)",
        "   · AAAA mx.secure.test → no data",
        "   · MTA-STS sts.test → enforce, 1 exchange, valid for 7 days",
        " 1 → STARTTLS",
        " 1 ← 221 2.0.0 Goodbye",
        " 3 ← 221 2.0.0 Goodbye",
    ):
        assert line in lines
    assert not any("MAIL FROM" in line for line in lines)


@pytest.mark.parametrize(
    ("suffix", "begins"),
    [("html", "<!DOCTYPE html>"), ("svg", "<svg"), ("log", r" +\d+\.\d{3}    ·")],
)
async def test_a_transcript_to_look_at(
    inspect: Send, tmp_path: Path, suffix: str, begins: str
) -> None:
    file = tmp_path / f"dialogue.{suffix}"
    await inspect("secure.test", "--transcript", str(file))
    text = file.read_text()
    assert re.match(begins, text)
    assert "MX secure.test → mx.secure.test (10)" in text


async def test_a_transcript_that_can_not_be_written(inspect: Send, tmp_path: Path) -> None:
    """It is said before anybody is asked."""
    finished = await inspect("secure.test", "--transcript", str(tmp_path / "none" / "a.txt"))
    assert (finished.code, finished.out) == (66, "")
    assert finished.err.endswith("can't be written: No such file or directory.\n")
