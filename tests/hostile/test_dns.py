"""Domains that are inspected against their will: whatever their nameservers say, and however, the
report comes in time, is of bounded length, and says what could not be found out."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import dns.message
import pytest
from dns.flags import AD
from dns.rcode import REFUSED
from dns.rdatatype import TXT
from twisted.internet.asyncioreactor import AsyncioSelectorReactor

from tests.benchmarks.lag import lagging
from tests.lookup.nameserver import (
    NXDOMAIN,
    SERVFAIL,
    TRUNCATED,
    Reply,
    ScriptedNameserver,
    garbage,
    hang_up,
    records,
    refusal,
    silence,
)
from tuimail.delivery.inspector import Inspector
from tuimail.delivery.scope import Fetching, Scope
from tuimail.delivery.settings import Settings
from tuimail.domain import Finding, Report, Verdict
from tuimail.domain.host import MOST_ADDRESSES
from tuimail.lookup import Nameserver
from tuimail.lookup.resolver import MOST_EXCHANGES
from tuimail.safetext import visible
from tuimail.transcript import Transcript

DOMAIN = "example.net"
LIFETIME = 0.4
"""Seconds, where nothing comes of waiting."""
GRACE = 1.0
"""Seconds that a busy machine may need to say so."""
MOST_TEXT = 200_000
"""Characters of a whole report."""
MOST_QUESTIONS = 80

Inspect = Callable[..., Awaitable[Report]]


@dataclass(frozen=True, slots=True)
class Dns:
    """A nameserver that says what a test tells it to, and where it is."""

    scripted: ScriptedNameserver
    address: Nameserver


@pytest.fixture
async def dns_() -> AsyncIterator[Dns]:
    async with ScriptedNameserver.start() as (scripted, address):
        yield Dns(scripted, address)


@pytest.fixture
def nameserver(dns_: Dns) -> ScriptedNameserver:
    return dns_.scripted


@pytest.fixture
async def inspect(reactor: AsyncioSelectorReactor, dns_: Dns) -> AsyncIterator[Inspect]:
    inspectors = []

    async def look(lifetime: float = 10.0, port: int = dns_.address.port) -> Report:
        nameserver = Nameserver(dns_.address.address, port)
        settings = Settings(nameservers=(nameserver,), identity="client.example")
        inspector = Inspector(reactor, settings, Transcript())
        inspectors.append(inspector)
        scope = Scope(fetching=Fetching.NOTHING, lifetime=lifetime)
        report = await inspector.inspect(DOMAIN, scope=scope)
        assert report.elapsed < lifetime + GRACE
        assert report.due == 0
        assert sum(len(each.why) + len(each.evidence) for each in report.findings) < MOST_TEXT
        return report

    yield look
    for inspector in inspectors:
        await inspector.close()


def verdicts(report: Report, *rules: str) -> set[Verdict]:
    """Of these rules, or of all."""
    return {each.verdict for each in report.findings if not rules or each.rule in rules}


def findings(report: Report, rule: str) -> list[Finding]:
    return [each for each in report.findings if each.rule == rule]


# However they say it


def other_id(query: dns.message.Message) -> bytes:
    """To somebody else's question, as whoever guesses would."""
    reply = records(f"{DOMAIN}. 300 MX 10 evil.example.")(query)
    assert reply is not None
    return bytes([reply[0] ^ 1]) + reply[1:]


def other_question(query: dns.message.Message) -> bytes:
    asked = dns.message.make_query("evil.example", "MX")
    asked.id = query.id
    reply = records("evil.example. 300 MX 10 evil.example.")(asked)
    assert reply is not None
    return reply


def echo(query: dns.message.Message) -> bytes:
    """The query itself, which is no response."""
    return query.to_wire()


def endless_name(query: dns.message.Message) -> bytes:
    """A compressed name that points at itself."""
    header = query.to_wire()[:2] + b"\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00"
    return header + b"\xc0\x0c\x00\x0f\x00\x01" + b"\xc0\x0c\x00\x0f\x00\x01" + b"\x00" * 6


def empty(_query: dns.message.Message) -> bytes:
    return b""


@pytest.mark.parametrize(
    "reply",
    [
        silence,
        garbage,
        SERVFAIL,
        refusal(REFUSED),
        other_id,
        other_question,
        echo,
        endless_name,
        empty,
    ],
    ids=lambda reply: reply.__qualname__,
)
async def test_nothing_to_go_by(
    inspect: Inspect, nameserver: ScriptedNameserver, reply: Reply
) -> None:
    """Rule I1: garbage, silence and lies are unknown, every one of them, and never absence."""
    nameserver.otherwise = reply
    report = await inspect(LIFETIME)
    assert verdicts(report) == {Verdict.UNKNOWN}
    assert {each.rule for each in report.findings} >= {"I1", "I8", "I9", "I11", "I12", "I13", "I16"}
    assert "could not be looked up" in report.summary


@pytest.mark.parametrize("reply", [silence, garbage, hang_up, TRUNCATED])
async def test_what_is_cut_short_and_never_told_in_full(
    inspect: Inspect, nameserver: ScriptedNameserver, reply: Reply
) -> None:
    """Rule I1: what is missing over TCP as well is unknown."""
    nameserver.otherwise, nameserver.otherwise_over_tcp = TRUNCATED, reply
    report = await inspect(LIFETIME)
    assert verdicts(report) == {Verdict.UNKNOWN}


async def test_what_comes_too_late(inspect: Inspect, dns_: Dns) -> None:
    """Rule I1: what has come by then is told, the rest is unknown."""
    say_exchanges(dns_.scripted, 2)
    # Longer than elsewhere: a busy machine is to have the first answer in time.
    lifetime = 3 * LIFETIME
    async with lagging(dns_.address.port, 0.75 * lifetime / 2) as way:
        report = await inspect(lifetime, way.port)
    assert verdicts(report, "I1") == {Verdict.PASS}
    assert verdicts(report, "I6", "I14") == {Verdict.UNKNOWN}
    assert report.exchanges is not None
    assert [each.unknown for each in report.exchanges.exchanges] == [True, True]


async def test_one_nameserver_that_answers_half(
    inspect: Inspect, nameserver: ScriptedNameserver
) -> None:
    """Rule I1: each question has its own fate."""
    say_exchanges(nameserver, 1)
    nameserver.otherwise = garbage
    report = await inspect(LIFETIME)
    assert verdicts(report, "I1") == {Verdict.PASS}
    assert verdicts(report, "I8", "I9", "I11", "I12", "I13", "I16") == {Verdict.UNKNOWN}


# Whatever they say


def say_exchanges(nameserver: ScriptedNameserver, count: int, addresses: int = 1) -> None:
    hosts = [f"mx{number}.{DOMAIN}" for number in range(count)]
    mx = [f"{DOMAIN}. 300 MX {number} {host}." for number, host in enumerate(hosts)]
    nameserver.say(f"MX {DOMAIN}", records(*mx))
    for host in hosts:
        nameserver.say(
            f"A {host}", records(*(f"{host}. 60 A {ip(each)}" for each in range(addresses)))
        )


def ip(number: int) -> str:
    return f"9.9.{number // 250}.{number % 250}"


def text(name: str, content: str) -> str:
    """A TXT record, in strings of 200 octets."""
    strings = (content[at : at + 200] for at in range(0, len(content), 200))
    quoted = " ".join(f'"{string}"' for string in strings)
    return f"{name}. 300 TXT {quoted}"


ESCAPES = r"\027[2J\027]52;c;eA==\007\155\226\128\174[bold]"
"""Clears the screen, fills the clipboard, CSI as one byte, turns text round; markup."""


async def test_escape_sequences(inspect: Inspect, nameserver: ScriptedNameserver) -> None:
    """Rule I4: nothing of it is a host name or a policy, and none reaches a person."""
    host = rf"\027[2J.mx.{DOMAIN}"
    nameserver.say(
        f"MX {DOMAIN}",
        records(f"{DOMAIN}. 300 MX 10 {host}.", f"{DOMAIN}. 300 MX 20 mx.{DOMAIN}."),
    )
    nameserver.say(f"A mx.{DOMAIN}", records(f"mx.{DOMAIN}. 60 A 9.9.9.9"))
    nameserver.say("PTR 9.9.9.9.in-addr.arpa", records(f"9.9.9.9.in-addr.arpa. 60 PTR {host}."))
    for name, begin in (
        (DOMAIN, "v=spf1 include:"),
        (f"_dmarc.{DOMAIN}", "v=DMARC1; p="),
        (f"_mta-sts.{DOMAIN}", "v=STSv1; id="),
        (f"_smtp._tls.{DOMAIN}", "v=TLSRPTv1; rua="),
        (f"default._bimi.{DOMAIN}", "v=BIMI1; l="),
    ):
        nameserver.say(f"TXT {name}", records(text(name, begin + ESCAPES)))
    nameserver.say(f"CAA {DOMAIN}", records(f'{DOMAIN}. 300 CAA 0 issue "{ESCAPES}"'))
    report = await inspect()
    assert Verdict.FAIL in verdicts(report, "I4")
    assert Verdict.FAIL in verdicts(report, "I8")
    for each in report.findings:
        shown = visible(f"{each.subject} {each.why} {each.evidence}".replace("\n", " "))
        assert shown.isprintable(), each


async def test_three_hundred_strings(inspect: Inspect, nameserver: ScriptedNameserver) -> None:
    """Rule I8: a record of 60,000 octets, over TCP."""
    long = records(text(DOMAIN, "v=spf1 " + "ip4:192.0.2.1 " * 4280))
    nameserver.say(f"TXT {DOMAIN}", TRUNCATED, over_tcp=long)
    report = await inspect()
    assert f"TXT {DOMAIN} over TCP" in nameserver.questions
    assert findings(report, "I8")


async def test_a_thousand_policies(inspect: Inspect, nameserver: ScriptedNameserver) -> None:
    """Rules I8, I9: more than one is as good as none."""
    for name, policy in ((DOMAIN, "v=spf1 -all"), (f"_dmarc.{DOMAIN}", "v=DMARC1; p=reject")):
        several = records(*(text(name, f"{policy} x={number}") for number in range(1000)))
        nameserver.say(f"TXT {name}", TRUNCATED, over_tcp=several)
    report = await inspect()
    assert Verdict.FAIL in verdicts(report, "I8")
    assert Verdict.PASS not in verdicts(report, "I8", "I9")


async def test_a_policy_that_includes_itself(
    inspect: Inspect, nameserver: ScriptedNameserver
) -> None:
    """Rule I8."""
    nameserver.say(f"TXT {DOMAIN}", records(text(DOMAIN, f"v=spf1 include:{DOMAIN} -all")))
    report = await inspect()
    assert Verdict.FAIL in verdicts(report, "I8")
    assert nameserver.questions.count(f"TXT {DOMAIN}") == 1


async def test_a_policy_that_never_ends(inspect: Inspect, nameserver: ScriptedNameserver) -> None:
    """Rule I8: each include has ten of its own."""

    def includes(query: dns.message.Message) -> bytes | None:
        name = query.question[0].name.to_text(omit_final_dot=True)
        if query.question[0].rdtype != TXT or len(name) > 100 or name.startswith("_"):
            return NXDOMAIN(query)
        terms = " ".join(f"include:{number}.{name}" for number in range(10))
        return records(text(name, f"v=spf1 {terms} -all"))(query)

    nameserver.otherwise = includes
    report = await inspect()
    assert Verdict.FAIL in verdicts(report, "I8")
    assert report.questions < MOST_QUESTIONS


async def test_reports_to_everybody(inspect: Inspect, nameserver: ScriptedNameserver) -> None:
    """Rule I9: each foreign address needs a question, and not every one is asked."""
    rua = ",".join(f"mailto:a@r{number}.example" for number in range(500))
    policy = records(text(f"_dmarc.{DOMAIN}", f"v=DMARC1; p=reject; rua={rua}"))
    nameserver.say(f"TXT _dmarc.{DOMAIN}", TRUNCATED, over_tcp=policy)
    report = await inspect()
    assert findings(report, "I9")
    assert report.questions < MOST_QUESTIONS


@pytest.mark.parametrize("length", [2, 40])
async def test_aliases_that_lead_nowhere(
    inspect: Inspect, nameserver: ScriptedNameserver, length: int
) -> None:
    """Rules I1, I6: in a circle, or further than anybody follows."""
    host = f"mx.{DOMAIN}"
    nameserver.say(f"MX {DOMAIN}", records(f"{DOMAIN}. 300 MX 10 {host}."))
    names = [host, *(f"a{number}.{DOMAIN}" for number in range(length - 1))]
    circle = [
        f"{name}. 60 CNAME {target}."
        for name, target in zip(names, [*names[1:], host], strict=True)
    ]
    for rdtype in ("A", "AAAA", "CNAME"):
        nameserver.say(f"{rdtype} {host}", records(*circle))
    report = await inspect(LIFETIME)
    assert report.exchanges is not None
    assert not report.exchanges.reachable
    assert Verdict.PASS not in verdicts(report, "I4", "I6")


async def test_two_hundred_exchanges(inspect: Inspect, nameserver: ScriptedNameserver) -> None:
    """Rule I6: as many as anybody tries are looked up."""
    say_exchanges(nameserver, 200)
    report = await inspect()
    assert report.exchanges is not None
    assert len(report.exchanges.exchanges) == MOST_EXCHANGES
    assert findings(report, "I1")[0].why == "it names 200 exchanges"


async def test_a_thousand_addresses(inspect: Inspect, nameserver: ScriptedNameserver) -> None:
    """Rules I6, I7: all are known, and the names of a few."""
    say_exchanges(nameserver, 1, addresses=1000)
    report = await inspect()
    (host,) = report.hosts
    assert len(host.exchange.addresses) == 1000
    assert len(findings(report, "I7")) == MOST_ADDRESSES


async def test_a_thousand_names_of_an_address(
    inspect: Inspect, nameserver: ScriptedNameserver
) -> None:
    """Rule I7."""
    say_exchanges(nameserver, 1)
    owner = "0.0.9.9.in-addr.arpa"
    names = records(*(f"{owner}. 60 PTR n{number}.example." for number in range(1000)))
    nameserver.say(f"PTR {owner}", TRUNCATED, over_tcp=names)
    report = await inspect()
    assert len(findings(report, "I7")) == 1
    assert report.questions < MOST_QUESTIONS


async def test_a_thousand_associations(inspect: Inspect, nameserver: ScriptedNameserver) -> None:
    """Rule I14."""
    host = f"mx.{DOMAIN}"
    nameserver.say(f"MX {DOMAIN}", records(f"{DOMAIN}. 300 MX 10 {host}.", flags=AD))
    nameserver.say(f"A {host}", records(f"{host}. 60 A 9.9.9.9", flags=AD))
    owner = f"_25._tcp.{host}"
    many = (f"{owner}. 60 TLSA 3 1 1 {number:064x}" for number in range(1000))
    nameserver.say(f"TLSA {owner}", TRUNCATED, over_tcp=records(*many, flags=AD))
    report = await inspect()
    assert findings(report, "I14")
