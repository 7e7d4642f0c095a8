"""Inspecting a domain whose nameserver is far away: time beside its floor, and checkdmarc's."""

import asyncio
import importlib.util
import ssl
import statistics
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256

from twisted.internet.asyncioreactor import AsyncioSelectorReactor

from tests.benchmarks.delay import UNSEEN, long_way
from tests.benchmarks.figures import Row, UnavailableError
from tests.benchmarks.lag import Far, far
from tests.benchmarks.meter import Meter
from tests.peers import dns_servers, postfix
from tests.peers.dns_servers import Signing, Zone
from tuimail.delivery.inspector import Inspector
from tuimail.delivery.reactor import install
from tuimail.delivery.scope import Probing, Scope
from tuimail.delivery.settings import Settings
from tuimail.domain import Report, Verdict
from tuimail.domain.certificate import public_key
from tuimail.transcript import Transcript

ROUND_TRIP = 0.04
"""Seconds, to the nameserver and to each exchange."""
ROUNDS = 7
DOMAIN = "bench.test"
_SPF_DEPTH = 2
_SLACK = 1.3
"""How much longer than its floor a report may take."""
_MOST_QUESTIONS = 40
_FIRST = 1.5
"""Round trips: nothing waits for a second one, and all questions of the first wave go out."""
_LONGEST_GAP = 0.03
_ZONE = """\
@ MX 10 mx1
@ MX 20 mx2
mx1 A 127.0.0.1
mx2 A 127.0.0.1
_{port}._tcp.mx1 TLSA 3 1 1 {digest}
_{port}._tcp.mx2 TLSA 3 1 1 {digest}
@ TXT "v=spf1 mx include:_spf.bench.test -all"
_spf TXT "v=spf1 include:_more.bench.test -all"
_more TXT "v=spf1 ip4:192.0.2.0/24 -all"
_dmarc TXT "v=DMARC1; p=reject; rua=mailto:reports@bench.test"
_smtp._tls TXT "v=TLSRPTv1; rua=mailto:reports@bench.test"
@ CAA 0 issue "ca.test"
"""
_CHECKDMARC = """\
import sys, time
from checkdmarc import check_domains
from dns.nameserver import Do53Nameserver
nameserver = Do53Nameserver(sys.argv[2], int(sys.argv[3]))
start = time.monotonic()
check_domains([sys.argv[1]], nameservers=[nameserver])
print(time.monotonic() - start)
"""


@dataclass(frozen=True, slots=True)
class Look:
    """Seconds, until the last finding was told and until the first exchange was named."""

    whole: float
    first: float
    questions: int
    gap: float


async def run() -> list[Row]:
    """Raises UnavailableError where the servers can't run, or checkdmarc is not installed."""
    if reason := dns_servers.missing() or postfix.missing():
        raise UnavailableError(reason)
    if importlib.util.find_spec("checkdmarc") is None:
        raise UnavailableError("needs checkdmarc: pip install '.[bench]'")
    reactor = install(asyncio.get_running_loop())
    dns, probed, theirs, asked = [], [], [], []
    async with _far_away() as (way, port):
        # What is asked first waits for what unbound does not know yet.
        await _look(reactor, way, Scope(Probing.PROBE, port=port))
        for _ in range(ROUNDS):
            dns.append(await _look(reactor, way, Scope(port=port)))
            probed.append(await _look(reactor, way, Scope(Probing.PROBE, port=port)))
            before = way.asked()
            theirs.append(await _by_checkdmarc(way))
            asked.append(way.asked() - before)
    return _rows(dns, probed, statistics.median(theirs), min(asked))


@asynccontextmanager
async def _far_away() -> AsyncIterator[tuple[Far, int]]:
    """A resolver at the end of a long way, and the port where another one leads to Postfix."""
    async with postfix.postfix() as server:
        pem = server.site.certificate.read_text()
        digest = sha256(public_key(ssl.PEM_cert_to_DER_cert(_first(pem)))).hexdigest()
        with long_way(server.port, ROUND_TRIP) as to_exchange:
            text = _ZONE.format(port=to_exchange.port, digest=digest)
            zones = [
                Zone(f"{DOMAIN}.", text, Signing.GOOD),
                Zone("127.in-addr.arpa.", f"1.0.0 PTR mx1.{DOMAIN}.\n"),
            ]
            async with dns_servers.dns_servers(zones) as dns:
                with far(dns.resolver, ROUND_TRIP) as way:
                    yield way, to_exchange.port


def _first(chain: str) -> str:
    end = "-----END CERTIFICATE-----"
    return chain[: chain.index(end) + len(end)]


async def _look(reactor: AsyncioSelectorReactor, way: Far, scope: Scope) -> Look:
    """With nothing known before. Raises RuntimeError for a report that lacks anything: its time
    would mean nothing."""
    clock = asyncio.get_running_loop().time
    settings = Settings(nameservers=(way.nameserver,), identity="client.example")
    inspector = Inspector(reactor, settings, Transcript())
    first, told, count = 0.0, 0.0, 0

    def watch(report: Report) -> None:
        nonlocal first, told, count
        if report.exchanges is not None:
            first = first or clock()
        if len(report.findings) > count:
            told, count = clock(), len(report.findings)

    meter = Meter()
    start = clock()
    with meter:
        report = await inspector.inspect(DOMAIN, watch, scope)
    await inspector.close()
    _check(report, scope)
    return Look(told - start, first - start, report.questions, meter.cost.gap)


def _check(report: Report, scope: Scope) -> None:
    passed = {each.rule for each in report.findings if each.verdict is Verdict.PASS}
    probed = {"I18", "I20", "I21"} if scope.probing is Probing.PROBE else set()
    lacking = {"I1", "I7", "I8", "I9", "I12", "I13", "I14", "I16", *probed} - passed
    if lacking:
        raise RuntimeError(f"{', '.join(sorted(lacking))} did not pass: {report.findings}")


async def _by_checkdmarc(way: Far) -> float:
    """Seconds, without what its imports take."""
    address = way.nameserver.address, str(way.nameserver.port)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _CHECKDMARC, DOMAIN, *address, stdout=PIPE
    )
    said, _ = await process.communicate()
    return float(said)


def _rows(dns: list[Look], probed: list[Look], theirs: float, asked: int) -> list[Row]:
    # A policy host is not asked: nothing announces one.
    floor = ROUND_TRIP * max(4, 1 + _SPF_DEPTH)
    probing_floor = max(floor, 2 * ROUND_TRIP + 6 * ROUND_TRIP)
    whole = statistics.median(each.whole for each in dns)
    with_probe = statistics.median(each.whole for each in probed) + UNSEEN * ROUND_TRIP
    first = statistics.median(each.first for each in dns) / ROUND_TRIP
    questions = max(each.questions for each in (*dns, *probed))
    gap = statistics.median(each.gap for each in (*dns, *probed))
    far_away = f"a resolver {ROUND_TRIP * 1000:.0f} ms away"
    most = min(_SLACK * floor, theirs / 10)
    return [
        Row(
            f"ms for the DNS report of a domain with 2 exchanges, {far_away}",
            f"checkdmarc {theirs * 1000:.0f}",
            f"{whole * 1000:.0f}",
            f"{most * 1000:.0f}",
            whole <= most,
        ),
        Row(
            "questions for it",
            f"checkdmarc {asked}",
            f"{questions}",
            f"{_MOST_QUESTIONS}",
            questions <= _MOST_QUESTIONS,
        ),
        Row(
            "round trips until it names the exchanges",
            "",
            f"{first:.1f}",
            f"{_FIRST}",
            first <= _FIRST,
        ),
        Row(
            "ms with a look at both exchanges, as far away",
            "",
            f"{with_probe * 1000:.0f}",
            f"{_SLACK * probing_floor * 1000:.0f}",
            with_probe <= _SLACK * probing_floor,
        ),
        Row(
            "ms that the loop stands still at most meanwhile",
            "",
            f"{gap * 1000:.0f}",
            f"{_LONGEST_GAP * 1000:.0f}",
            gap <= _LONGEST_GAP,
        ),
    ]
